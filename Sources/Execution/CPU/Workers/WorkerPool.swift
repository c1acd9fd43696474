import COneDNN
import COpenBLAS
import Foundation

/// Threads that run the same work side by side, each with its own number.
///
/// Libraries are told to use one thread in each of them: parallelism is over examples alone.
public final class WorkerPool: @unchecked Sendable {
    /// The number of workers; worker 0 is the calling thread.
    public let count: Int
    /// Seconds that compiled programs have run on these workers, with the loading of weights and
    /// vectors.
    public private(set) var programSeconds = 0.0
    private let starts: [DispatchSemaphore]
    private let finish = DispatchSemaphore(value: 0)
    private let lock = NSLock()
    private var work: (@Sendable (Int) throws -> Void)?
    private var failures: [(worker: Int, error: any Error)] = []
    private var isStopping = false

    /// - Parameter count: at least 1.
    public init(count: Int) {
        precondition(count >= 1, "A pool has at least one worker.")
        self.count = count
        starts = (1..<max(count, 1)).map { _ in DispatchSemaphore(value: 0) }
        openblas_set_num_threads(1)
        for worker in 1..<max(count, 1) {
            let start = starts[worker - 1]
            // The thread must not keep the pool alive; the pool outlives it by stopping it.
            let thread = Thread { [unowned self] in self.serve(worker, start) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit {
        isStopping = true
        for start in starts { start.signal() }
        for _ in starts { finish.wait() }
    }

    /// Runs `body` once for each worker number and waits for all.
    ///
    /// - Throws: the error of the lowest worker that failed by itself.
    public func run(_ body: @escaping @Sendable (Int) throws -> Void) throws {
        lock.lock()
        defer { lock.unlock() }
        failures = []
        work = body
        for start in starts { start.signal() }
        onednn_use_one_thread()
        attempt(0)
        for _ in starts { finish.wait() }
        work = nil
        // Those that waited for one that failed are no cause.
        let causes = failures.filter { !($0.error is Barrier.Abandoned) }
        let first = (causes.isEmpty ? failures : causes).min { $0.worker < $1.worker }
        if let first { throw first.error }
    }

    /// Runs a part of a compiled program and counts its time.
    func runProgram(_ body: () throws -> Void) rethrows {
        let start = ContinuousClock.now
        defer { programSeconds += (ContinuousClock.now - start) / .seconds(1) }
        try body()
    }

    private let failureLock = NSLock()

    private func attempt(_ worker: Int) {
        do {
            try work?(worker)
        } catch {
            failureLock.withLock { failures.append((worker, error)) }
        }
    }

    private func serve(_ worker: Int, _ start: DispatchSemaphore) {
        onednn_use_one_thread()
        while true {
            start.wait()
            if isStopping { break }
            attempt(worker)
            finish.signal()
        }
        finish.signal()
    }
}
