import Autodiff
import Foundation

extension Executor {
    /// Times each kernel of one worker on the first group of examples.
    func profile(ofProduct: Bool, repetitions: Int) throws -> [KernelProfile] {
        let stage = ofProduct ? Stage.linear : .examples
        for worker in workers { worker.renewBarriers() }
        // How long a kernel takes does not depend on the numbers.
        let zeros = try Memory(bytes: program.bytes(.callersVector))
        bindVector(zeros.base)
        defer { bindVector(nil) }
        // Workers that share a batch wait for each other: then all of them run.
        nonisolated(unsafe) var seconds: [Double] = []
        if program.shards == 1 {
            seconds = try workers[0].times(stage, group: 0, repetitions: repetitions, self)
        } else {
            try pool.run { worker in
                do {
                    let times = try self.workers[worker].times(
                        stage, group: worker, repetitions: repetitions, self)
                    if worker == 0 { seconds = times }
                } catch {
                    self.workers[worker].abandonOthers()
                    throw error
                }
            }
        }
        var kinds: [String: (count: Int, seconds: Double, operations: Double)] = [:]
        for (step, time) in zip(program.plan.steps[stage] ?? [], seconds) {
            let known = kinds[step.name] ?? (0, 0, 0)
            kinds[step.name] = (
                known.count + 1, known.seconds + time, known.operations + step.operations
            )
        }
        return kinds.map {
            KernelProfile(
                name: $0.key, count: $0.value.count, seconds: $0.value.seconds,
                operations: $0.value.operations)
        }.sorted { $0.seconds > $1.seconds }
    }
}

extension ExecutorWorker {
    /// Seconds that each kernel of a stage takes on one group of examples.
    fileprivate func times(
        _ stage: Stage, group: Int, repetitions: Int, _ executor: Executor<Scalar>
    ) throws -> [Double] {
        let frame = frame(.stage(stage), group, executor)
        let list = kernels(stage)
        var seconds = [Double](repeating: 0, count: list.count)
        for _ in 0..<repetitions {
            for (index, kernel) in list.enumerated() {
                let start = DispatchTime.now().uptimeNanoseconds
                try kernel.run(frame)
                let end = DispatchTime.now().uptimeNanoseconds
                seconds[index] += Double(end - start) * 1e-9 / Double(repetitions)
            }
        }
        return seconds
    }
}
