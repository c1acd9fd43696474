import Synchronization

/// The workers of a machine: programs for the same number of workers share them.
final class WorkerPools: Sendable {
    /// How many workers run at a time at most; nil for all.
    let threads: Int?
    private let pools = Mutex<[Int: WorkerPool]>([:])

    init(threads: Int?) { self.threads = threads }

    func pool(_ workers: Int) -> WorkerPool {
        pools.withLock { pools in
            if let known = pools[workers] { return known }
            let made = WorkerPool(count: workers, threads: threads)
            pools[workers] = made
            return made
        }
    }
}
