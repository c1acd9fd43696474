import Foundation
import Synchronization

/// Where workers wait for each other. They are a few instructions apart, so it spins a little.
///
/// Who waits longer sleeps: on a busy machine the system then runs the worker that is waited for,
/// where one that yields its core again and again would give it to other programs.
final class Barrier: Sendable {
    /// Another worker has failed and will never come.
    struct Abandoned: Error {}

    private let count: Int
    /// Where workers take turns, if they do.
    private let turnstile: Turnstile?
    /// Some tenths of a millisecond, longer than steps that one worker does while others wait; less
    /// where they may wait for this very core.
    private let spins: Int
    private let arrived = Atomic<Int>(0)
    private let phase = Atomic<Int>(0)
    private let isAbandoned = Atomic<Bool>(false)

    init(count: Int, _ turnstile: Turnstile? = nil) {
        (self.count, self.turnstile) = (count, turnstile)
        spins = turnstile != nil
            ? 0 : count > ProcessInfo.processInfo.activeProcessorCount ? 1000 : 100_000
    }

    /// Returns once all are here.
    ///
    /// - Throws: `Abandoned`, at once and until it is renewed, if one of them has failed.
    func wait() throws {
        // Who came before the failure is still counted.
        if isAbandoned.load(ordering: .acquiring) { throw Abandoned() }
        let current = phase.load(ordering: .acquiring)
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
            arrived.store(0, ordering: .relaxed)
            phase.store(current + 1, ordering: .releasing)
            return
        }
        turnstile?.leave()
        defer { turnstile?.enter() }
        var spins = 0
        while phase.load(ordering: .acquiring) == current {
            if isAbandoned.load(ordering: .acquiring) { throw Abandoned() }
            spins += 1
            if spins > self.spins { usleep(20) }
        }
    }

    /// Lets those go that wait for a worker that has failed.
    func abandon() { isAbandoned.store(true, ordering: .releasing) }

    /// Makes ready for another run, after one that may have failed; nobody waits.
    func renew() {
        arrived.store(0, ordering: .relaxed)
        isAbandoned.store(false, ordering: .releasing)
    }
}
