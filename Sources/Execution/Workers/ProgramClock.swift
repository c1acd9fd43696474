import Synchronization

/// The time that a program has run.
final class ProgramClock: Sendable {
    private let total = Mutex(0.0)

    /// Seconds so far.
    var seconds: Double { total.withLock { $0 } }

    /// Runs a part of the program and counts its time, whether it fails or not.
    func measure(_ body: () throws -> Void) rethrows {
        let start = ContinuousClock.now
        defer {
            let taken = (ContinuousClock.now - start) / .seconds(1)
            total.withLock { $0 += taken }
        }
        try body()
    }
}
