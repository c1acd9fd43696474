import Glibc
import Synchronization

/// Sums over the workers that share one batch, in an order that does not depend on timing.
final class Collective: Sendable {
    private let workers: Int
    private let arrived = Atomic<Int>(0)
    private let phase = Atomic<Int>(0)
    private let shared: SharedPointers

    /// Where each worker's numbers are; written by its worker alone, read between two barriers.
    private final class SharedPointers: @unchecked Sendable {
        let addresses: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
        let totals: UnsafeMutablePointer<Double>
        let capacity = 1 << 16

        init(_ workers: Int) {
            addresses = .allocate(capacity: workers)
            addresses.initialize(repeating: nil, count: workers)
            totals = .allocate(capacity: capacity)
            totals.initialize(repeating: 0, count: capacity)
        }

        deinit {
            addresses.deallocate()
            totals.deallocate()
        }
    }

    init(workers: Int) {
        self.workers = workers
        shared = SharedPointers(workers)
    }

    /// One worker's way to the collective.
    struct Member {
        let collective: Collective
        let worker: Int

        /// Replaces `values` by their sum over all workers.
        func sum(_ values: UnsafeMutablePointer<Double>, count: Int) {
            collective.sum(values, count: count, worker: worker)
        }
    }

    private func sum(_ values: UnsafeMutablePointer<Double>, count: Int, worker: Int) {
        guard workers > 1 else { return }
        var start = 0
        while start < count {
            let part = min(count - start, shared.capacity)
            shared.addresses[worker] = values + start
            wait()
            if worker == 0 {
                for index in 0..<part {
                    var total = 0.0
                    for other in 0..<workers { total += shared.addresses[other]?[index] ?? 0 }
                    shared.totals[index] = total
                }
            }
            wait()
            (values + start).update(from: shared.totals, count: part)
            wait()
            start += part
        }
    }

    /// Returns once all workers are here. They are a few instructions apart, so it spins a little.
    private func wait() {
        let current = phase.load(ordering: .acquiring)
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == workers {
            arrived.store(0, ordering: .relaxed)
            phase.store(current + 1, ordering: .releasing)
            return
        }
        var spins = 0
        while phase.load(ordering: .acquiring) == current {
            spins += 1
            if spins > 2000 { sched_yield() }
        }
    }
}
