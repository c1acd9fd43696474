import Foundation
import Synchronization

/// Ends a run at the next safe place when the user asks for it: SIGINT or SIGTERM.
enum Interruption {
    private static let requested = Atomic<Bool>(false)

    /// Whether the run is to end.
    static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// From now on the first signal asks the run to end, and a second one ends it at once.
    static func watch() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { received in
                Interruption.requested.store(true, ordering: .relaxed)
                signal(received, SIG_DFL)
            }
        }
    }
}
