import ArgumentParser
import Datasets
import Execution
import Foundation
import Landscapes
import Networks
import Randomness
import Records
import Results
import Spectra
import Training

/// `saddle bench`: how long the computations take, and what share of the machine they reach.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time one computation and state the share of the machine's product rate.",
        discussion: """
            Example: saddle bench --workload vit_ti --op hvp --batch 4 --json

            GFLOP are those of products and convolutions, counted alike for every program; the \
            share is that of the rate at which oneDNN multiplies matrices on all workers, \
            measured in the same run. Operations: \
            \(BenchOperation.allCases.map(\.rawValue).joined(separator: ", ")).
            """)

    @Option(help: "The network: \(Workload.allCases.map(\.rawValue).joined(separator: ", ")).")
    var workload = Workload.vitTiny
    @Option(name: .customLong("op"), help: "What is timed.")
    var operation = BenchOperation.hessianProduct
    @Option(help: "Images of the minibatch.")
    var batch = 4
    @Option(help: "Times that are measured; the median counts.")
    var `repeat` = 7
    @Option(name: .customLong("batch-norm"), help: "running or batch.")
    var batchNorm = BatchNormMode.running
    @Option(help: "Workers side by side; default: one per core.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "The network by its registry name, in place of the workload's.")
    var model: String?
    @Option(name: .customLong("residuals"), help: "MiB for kept residuals; default: all.")
    var residualMegabytes: Int?
    @Option(help: "Images that a worker takes at a time; default: by the network's activations.")
    var groupSize: Int?
    @Flag(help: "List what share of the time each kind of kernel takes.")
    var profile = false
    @Flag(help: "Print one JSON document.")
    var json = false

    private static let landscapeImages = 256

    func validate() throws {
        for (name, value) in [("--batch", batch), ("--repeat", `repeat`), ("--threads", threads)]
        where value < 1 {
            throw ValidationError("\(name) \(value): expected at least 1")
        }
    }

    func run() throws {
        let network = try ModelRegistry.network(model ?? workload.model)
        let count = operation == .landscape ? Self.landscapeImages : batch
        let examples = try workload.examples(count, for: network)
        let weights = try Weights(network, seed: 0, storage: .single)
        var options = ObjectiveOptions()
        options.threads = threads
        options.batchNorm = batchNorm
        options.groupSize = groupSize
        options.memoryBudget = residualMegabytes.map { $0 << 20 }
        if batchNorm == .batch { options.batchSize = batch }
        let objective = try Objective(
            network, examples: examples, weights: weights, options: options)

        var details: [(name: String, value: JSONValue)] = []
        let watch = try time(objective, examples, weights, &details)
        let pass = try network.layerTable().gigaflops * Double(batch)
        let gigaOperations = operation == .landscape
            ? 25 * pass / Double(batch) * Double(count) : operation.passes.map { $0 * pass }
        let peak = Stopwatch.peakMemory
        let limit = try MachineRate.singlePrecision(workers: threads)
        tell(
            model == nil ? workload.rawValue : network.name, watch, gigaOperations, limit, peak,
            details)
        if profile { try tellProfile(objective, weights) }
    }

    private func time(
        _ objective: Objective, _ examples: ExampleSet, _ weights: Weights,
        _ details: inout [(name: String, value: JSONValue)]
    ) throws -> Stopwatch {
        let point = weights.vector
        let vector = ParameterVector.gaussian(
            point.count, storage: .single, stream: RandomStream(seed: 2, name: "bench vector"))
        switch operation {
        case .forward:
            return try Stopwatch(repetitions: `repeat`) { _ = try objective.evaluate(at: point) }
        case .gradient:
            return try Stopwatch(repetitions: `repeat`) { _ = try objective.gradient(at: point) }
        case .hessianProduct:
            let hessian = try objective.linearize(at: point, includingPenalty: false)
            return try Stopwatch(repetitions: `repeat`) { _ = try hessian.apply(vector) }
        case .freshHessianProduct:
            return try Stopwatch(repetitions: `repeat`) {
                _ = try objective.linearize(at: point, includingPenalty: false).apply(vector)
            }
        case .landscape:
            let tensors = weights.layout.directionTensors
            let directions = try (0..<2).map {
                try Direction.gaussian($0, seed: 1, weights: point, tensors: tensors)
            }
            return try Stopwatch(repetitions: `repeat`, warmUps: 1) {
                for index in 0..<25 {
                    var w = point
                    for (axis, step) in [index % 5, index / 5].enumerated() {
                        w.add(Double(step - 2) / 2, directions[axis].values)
                    }
                    _ = try objective.evaluate(at: w)
                }
            }
        case .power:
            return try Stopwatch(repetitions: `repeat`, warmUps: 1) {
                let hessian = try objective.linearize(at: point, includingPenalty: false)
                _ = try PowerIteration(count: 1, maximumIterations: 20, tolerance: 0)
                    .eigenvalues(of: hessian)
            }
        case .topFive:
            var result: EigenvalueResult?
            let watch = try Stopwatch(repetitions: `repeat`, warmUps: 1) {
                let hessian = try objective.linearize(at: point, includingPenalty: false)
                result = try Lanczos(
                    largest: 5, smallest: 0, tolerance: 1e-3, verification: .recurrence)
                    .eigenvalues(of: hessian)
            }
            let pairs = result?.pairs ?? []
            details = [
                ("products", .integer(result?.products ?? 0)),
                ("eigenvalues", .array(pairs.map { .number($0.value) })),
                ("residuals", .array(pairs.map { .number($0.residual) })),
            ]
            return watch
        case .trainStep:
            var options = TrainerOptions()
            options.optimizer = .adamW(AdamWOptions(weightDecay: 0.05))
            options.schedule = Schedule(base: 1e-6, course: .constant, epochs: 1 << 20)
            options.batchSize = batch
            options.threads = threads
            let trainer = try Trainer(
                objective.network, examples: examples, weights: weights, options: options)
            return try Stopwatch(repetitions: `repeat`) { try trainer.runEpoch() }
        }
    }

    private func tell(
        _ workload: String, _ watch: Stopwatch, _ gigaOperations: Double?, _ limit: Double,
        _ peak: Double, _ details: [(name: String, value: JSONValue)]
    ) {
        let rate = gigaOperations.map { $0 / watch.median }
        let report = Report(isJSON: json)
        report.say(
            "saddle bench \(workload) \(operation.rawValue), batch \(batch)",
            [
                ("median", String(format: "%.4f s", watch.median)),
                ("rate", rate.map { String(format: "%.1f GFLOP/s", $0) } ?? "not counted"),
                ("limit", String(format: "%.1f GFLOP/s in products", limit)),
                ("share", rate.map { Readable.percentage($0 / limit) } ?? "not counted"),
                ("peak memory", String(format: "%.0f MiB", peak)),
            ])
        report.document(
            .object(
                [
                    ("program", .text("saddle")), ("workload", .text(workload)),
                    ("op", .text(operation.rawValue)), ("batch", .integer(batch)),
                    ("threads", .integer(threads)), ("repeat", .integer(`repeat`)),
                    ("batchnorm", .text(batchNorm.rawValue)),
                    ("gflop", gigaOperations.map { .number($0) } ?? .null),
                    ("seconds_median", .number(watch.median)),
                    ("seconds_min", .number(watch.seconds.first ?? .nan)),
                    ("seconds_max", .number(watch.seconds.last ?? .nan)),
                    ("peak_rss_mb", .integer(Int(peak))),
                    ("gflop_per_s", rate.map { .number($0) } ?? .null),
                    ("machine_gflop_per_s", .number(limit)),
                    ("share_of_products", rate.map { .number($0 / limit) } ?? .null),
                ] + details))
    }

    private func tellProfile(_ objective: Objective, _ weights: Weights) throws {
        let kernels = switch operation {
        case .forward, .landscape:
            try objective.profile(LikelihoodQuestion(), ofProduct: false, at: weights.vector)
        case .gradient, .trainStep:
            try objective.profile(GradientQuestion(), ofProduct: false, at: weights.vector)
        default: try objective.profile(HessianQuestion(), ofProduct: true, at: weights.vector)
        }
        let total = kernels.map(\.seconds).reduce(0, +)
        Report(isJSON: json).say(
            table: [["kernel", "count", "ms", "share", "GFLOP/s"]]
                + kernels.map {
                    [
                        $0.name, "\($0.count)", String(format: "%.2f", $0.seconds * 1e3),
                        Readable.percentage($0.seconds / total),
                        $0.operations > 0
                            ? String(format: "%.0f", $0.operations / $0.seconds * 1e-9) : "",
                    ]
                })
    }
}
