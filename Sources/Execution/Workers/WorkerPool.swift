import COneDNN
import COpenBLAS
import Foundation

/// Workers that do the same work, each with its own number: as many side by side as threads may
/// run, the others when these are done or wait. What they compute does not depend on that.
///
/// Libraries are told to use one thread in each of them: parallelism is over examples alone.
final class WorkerPool: Sendable {
    /// The number of workers; worker 0 is the calling thread.
    let count: Int
    /// Where workers take turns; nil where all run at once.
    let turnstile: Turnstile?
    private let crew: Crew
    /// What is not there of the memory that the workers need for themselves; nil where it is.
    private let shortage: Int?
    /// A worker's stack and the buffers that libraries take for it, which they wait for without end
    /// where the address space is limited.
    private static let bytesPerWorker = 72 << 20
    private let lock = NSLock()

    /// - Parameters:
    ///   - count: at least 1.
    ///   - threads: how many run at a time at most; nil for all.
    init(count: Int, threads: Int? = nil) {
        precondition(count >= 1, "A pool has at least one worker.")
        self.count = count
        let bytes = count * Self.bytesPerWorker
        shortage = AvailableMemory.bytes() < bytes ? bytes : nil
        let helpers = shortage == nil ? count - 1 : 0
        openblas_set_num_threads(1)
        turnstile = threads.flatMap { $0 < count ? Turnstile(places: max($0, 1)) : nil }
        let crew = Crew(helpers: helpers, turnstile)
        self.crew = crew
        for helper in 0..<helpers {
            // Threads hold the crew alone: the pool may be gone before the last of them begins.
            let thread = Thread { crew.serve(helper) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit { crew.stop() }

    /// Runs `body` once for each worker number and waits for all.
    ///
    /// - Throws: the error of the lowest worker that failed by itself, or
    ///   `ExecutionError.outOfMemory` where there is none for the workers.
    func run(_ body: @escaping @Sendable (Int) throws -> Void) throws {
        if let shortage { throw ExecutionError.outOfMemory(bytes: shortage) }
        let failures = lock.withLock { crew.run(body) }
        // Those that waited for one that failed are no cause.
        let causes = failures.filter { !($0.error is Barrier.Abandoned) }
        let first = (causes.isEmpty ? failures : causes).min { $0.worker < $1.worker }
        if let first { throw first.error }
    }
}

/// What the threads of a pool share. The work is written before they are woken and read after.
private final class Crew: @unchecked Sendable {
    typealias Failure = (worker: Int, error: any Error)

    private let starts: [DispatchSemaphore]
    private let turnstile: Turnstile?
    private let finish = DispatchSemaphore(value: 0)
    private let failureLock = NSLock()
    private var failures: [Failure] = []
    private var work: (@Sendable (Int) throws -> Void)?
    private var isStopping = false

    init(helpers: Int, _ turnstile: Turnstile?) {
        starts = (0..<helpers).map { _ in DispatchSemaphore(value: 0) }
        self.turnstile = turnstile
    }

    func run(_ body: @escaping @Sendable (Int) throws -> Void) -> [Failure] {
        failures = []
        work = body
        for start in starts { start.signal() }
        onednn_use_one_thread()
        attempt(0)
        for _ in starts { finish.wait() }
        work = nil
        return failures
    }

    /// Ends the threads once they have nothing left to do.
    func stop() {
        isStopping = true
        for start in starts { start.signal() }
    }

    func serve(_ helper: Int) {
        onednn_use_one_thread()
        while true {
            starts[helper].wait()
            if isStopping { return }
            attempt(helper + 1)
            finish.signal()
        }
    }

    private func attempt(_ worker: Int) {
        turnstile?.enter()
        defer { turnstile?.leave() }
        do {
            try work?(worker)
        } catch {
            failureLock.withLock { failures.append((worker, error)) }
        }
    }
}
