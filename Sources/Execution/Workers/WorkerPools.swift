import Synchronization

/// The threads of a machine: programs for the same number of workers share them.
final class WorkerPools: Sendable {
    private let pools = Mutex<[Int: WorkerPool]>([:])

    func pool(_ workers: Int) -> WorkerPool {
        pools.withLock { pools in
            if let known = pools[workers] { return known }
            let made = WorkerPool(count: workers)
            pools[workers] = made
            return made
        }
    }
}
