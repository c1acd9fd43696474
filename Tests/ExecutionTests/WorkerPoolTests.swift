import Synchronization
import Testing

@testable import Execution

@Suite struct WorkerPoolTests {
    /// A pool may be let go before its threads have begun; so it is with programs that never run.
    @Test func poolsComeAndGo() throws {
        for round in 0..<200 {
            let pool = WorkerPool(count: 4)
            guard round.isMultiple(of: 2) else { continue }
            let seen = Mutex(Set<Int>())
            try pool.run { worker in seen.withLock { _ = $0.insert(worker) } }
            #expect(seen.withLock { $0 } == [0, 1, 2, 3])
        }
    }
}
