/// Sums over the workers that share one batch, in an order that does not depend on timing.
final class Collective: Sendable {
    private let workers: Int
    let barrier: Barrier
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

    init(workers: Int, _ turnstile: Turnstile?) {
        self.workers = workers
        barrier = Barrier(count: workers, turnstile)
        shared = SharedPointers(workers)
    }

    /// One worker's way to the collective.
    struct Member {
        let collective: Collective
        let worker: Int

        /// Replaces `values` by their sum over all workers.
        ///
        /// - Throws: `Barrier.Abandoned` if another worker has failed.
        func sum(_ values: UnsafeMutablePointer<Double>, count: Int) throws {
            try collective.sum(values, count: count, worker: worker)
        }
    }

    private func sum(
        _ values: UnsafeMutablePointer<Double>, count: Int, worker: Int
    ) throws {
        guard workers > 1 else { return }
        var start = 0
        while start < count {
            let part = min(count - start, shared.capacity)
            shared.addresses[worker] = values + start
            try barrier.wait()
            if worker == 0 {
                for index in 0..<part {
                    var total = 0.0
                    for other in 0..<workers { total += shared.addresses[other]?[index] ?? 0 }
                    shared.totals[index] = total
                }
            }
            try barrier.wait()
            (values + start).update(from: shared.totals, count: part)
            try barrier.wait()
            start += part
        }
    }
}
