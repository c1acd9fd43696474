import Datasets
import Execution
import Landscapes
import Networks
import Randomness
import Records
import Spectra
import Training

/// One computation, timed.
struct BenchMeasurement {
    let command: BenchCommand
    /// What is computed on.
    let workload: String
    /// The network by its registry name with its arguments.
    let model: String
    /// The number of images that it is computed on.
    let images: Int
    let watch: Stopwatch
    /// Seconds that the first run took beyond the median: tracing, compiling, for products the point.
    let preparation: Double
    /// Billions of operations in products and convolutions, where they are counted.
    let gigaOperations: Double?
    /// The largest memory that the process held, in MiB.
    let peak: Double
    /// Further numbers of the computation.
    let details: [(name: String, value: JSONValue)]
    private let objective: Objective
    private let weights: Weights

    private static let landscapeImages = 256

    /// Measures what a command line asks for.
    ///
    /// - Throws: `NetworkError`, `ObjectiveError`, and what running throws.
    init(_ command: BenchCommand) throws {
        let operation = command.operation
        let network = try ModelRegistry.network(command.model ?? command.workload.model)
        let count = operation == .landscape ? Self.landscapeImages : command.batch
        let examples = try command.workload.examples(count, for: network)
        let weights = try Weights(network, seed: 0, storage: .single)
        var options = ObjectiveOptions()
        options.workers = command.threads
        options.batchNorm = command.batchNorm
        options.groupSize = command.groupSize
        options.memoryBudget = command.residualMegabytes.map { $0 << 20 }
        if command.batchNorm == .batch { options.batchSize = command.batch }
        let start = Stopwatch.now
        let objective = try Objective(
            network, examples: examples, weights: weights, options: options)

        var details: [(name: String, value: JSONValue)] = []
        let watch = try Self.time(command, objective, weights, &details)
        preparation = watch.firstEnd - start - watch.median
        let pass = try network.layerTable().gigaflops
        gigaOperations = operation == .landscape
            ? 25 * pass * Double(count)
            : operation.passes.map { $0 * pass * Double(command.batch) }
        peak = Stopwatch.peakMemory
        workload = command.model == nil ? command.workload.rawValue : network.name
        (model, images) = (network.name, count)
        (self.command, self.watch) = (command, watch)
        (self.objective, self.weights) = (objective, weights)
        self.details = details
    }

    private static func time(
        _ command: BenchCommand, _ objective: Objective, _ weights: Weights,
        _ details: inout [(name: String, value: JSONValue)]
    ) throws -> Stopwatch {
        let (point, count) = (weights.vector, command.repetitions)
        let vector = ParameterVector.gaussian(
            point.count, storage: .single, stream: RandomStream(seed: 2, name: "bench vector"))
        switch command.operation {
        case .forward:
            return try Stopwatch(repetitions: count) { _ = try objective.evaluate(at: point) }
        case .gradient:
            return try Stopwatch(repetitions: count) { _ = try objective.gradient(at: point) }
        case .hessianProduct:
            let hessian = try objective.linearize(at: point, includingPenalty: false)
            return try Stopwatch(repetitions: count) { _ = try hessian.apply(vector) }
        case .freshHessianProduct:
            return try Stopwatch(repetitions: count) {
                _ = try objective.linearize(at: point, includingPenalty: false).apply(vector)
            }
        case .landscape:
            let tensors = weights.layout.directionTensors
            let directions = try (0..<2).map {
                try Direction.gaussian($0, seed: 1, weights: point, tensors: tensors)
            }
            return try Stopwatch(repetitions: count, warmUps: 1) {
                for index in 0..<25 {
                    var w = point
                    for (axis, step) in [index % 5, index / 5].enumerated() {
                        w.add(Double(step - 2) / 2, directions[axis].values)
                    }
                    _ = try objective.evaluate(at: w)
                }
            }
        case .power:
            return try Stopwatch(repetitions: count, warmUps: 1) {
                let hessian = try objective.linearize(at: point, includingPenalty: false)
                _ = try PowerIteration(count: 1, maximumIterations: 20, tolerance: 0)
                    .eigenvalues(of: hessian)
            }
        case .topFive:
            var result: EigenvalueResult?
            let watch = try Stopwatch(repetitions: count, warmUps: 1) {
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
            options.batchSize = command.batch
            options.workers = command.threads
            let trainer = try Trainer(
                objective.network, examples: objective.examples, weights: weights, options: options)
            return try Stopwatch(repetitions: count) { try trainer.runEpoch() }
        }
    }

    /// How long each kind of kernel takes.
    ///
    /// - Throws: what running throws.
    func profile() throws -> [KernelProfile] {
        switch command.operation {
        case .forward, .landscape:
            try objective.profile(LikelihoodQuestion(), ofProduct: false, at: weights.vector)
        case .gradient, .trainStep:
            try objective.profile(GradientQuestion(), ofProduct: false, at: weights.vector)
        default: try objective.profile(HessianQuestion(), ofProduct: true, at: weights.vector)
        }
    }
}
