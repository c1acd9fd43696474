import Foundation
import Synchronization

/// Ends a run at the next safe place when the user asks for it: SIGINT or SIGTERM.
enum Interruption {
    private static let requested = Atomic<Bool>(false)
    /// The end of a pipe into which the first signal writes; -1 before there is one.
    private static let bell = Atomic<Int32>(-1)

    /// Whether the run is to end.
    static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// Ends what asks between its steps, where the run is to end.
    static func check() throws {
        if isRequested { throw CancellationError() }
    }

    /// From now on the first signal asks the run to end, and a second one ends it at once.
    ///
    /// The first one also says so at once, however long the step at hand takes.
    /// - Parameter finishing: what is still brought to its end, such as "this minibatch".
    static func watch(finishing: String) {
        let pipe = Pipe()
        bell.store(pipe.fileHandleForWriting.fileDescriptor, ordering: .relaxed)
        Thread {
            // A signal handler may do little more than write; what is to be said is said here.
            guard let rung = try? pipe.fileHandleForReading.read(upToCount: 1), !rung.isEmpty else {
                return
            }
            StandardError.write(
                (StandardError.isTerminal ? "\r\u{1B}[K" : "") + message(finishing) + "\n")
            withExtendedLifetime(pipe) {}
        }.start()
        // Some programs start others with these signals blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] {
            sigaddset(&signals, number)
            signal(number) { received in
                Interruption.requested.store(true, ordering: .relaxed)
                var ring: UInt8 = 1
                _ = Foundation.write(Interruption.bell.load(ordering: .relaxed), &ring, 1)
                signal(received, SIG_DFL)
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// What the first signal says.
    static func message(_ finishing: String) -> String {
        "stopping when \(finishing) is finished and stored; Ctrl-C again stops at once"
    }
}
