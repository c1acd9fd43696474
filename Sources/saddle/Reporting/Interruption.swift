import Foundation
import Synchronization

/// Ends a run at the next safe place when the user asks for it: SIGINT or SIGTERM.
enum Interruption {
    private static let requested = Atomic<Bool>(false)

    /// Whether the run is to end.
    static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// Ends what asks between its steps, where the run is to end.
    static func check() throws {
        if isRequested { throw CancellationError() }
    }

    /// From now on the first signal asks the run to end, and a second one ends it at once.
    static func watch() {
        // Some programs start others with these signals blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] {
            sigaddset(&signals, number)
            signal(number) { received in
                Interruption.requested.store(true, ordering: .relaxed)
                signal(received, SIG_DFL)
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
