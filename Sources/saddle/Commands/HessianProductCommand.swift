import ArgumentParser
import Execution
import Randomness
import Results
import Studies

/// `saddle hessian product`: the Hessian times one vector.
struct HessianProductCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "product",
        abstract: "Multiply the Hessian with a vector, tensor by tensor.",
        discussion: """
            Example: saddle hessian product --model resnet20 --weights resnet20.th \
            --data cifar10:DIR --first 128 --vector v.safetensors --precision f64 \
            --out hv.safetensors

            The vector is a safetensors file whose tensors are named like the weights, eigenvector \
            N of a file (FILE.h5#N), or `random`: standard normal numbers of --seed.
            """)

    @OptionGroup var options: ExperimentOptions

    @Option(help: ArgumentHelp("The vector, or random.", valueName: "file"))
    var vector: String

    func run() throws {
        let experiment = try Experiment(options, split: .train, batchSize: 128)
        let report = options.output.report
        let path = try options.output.path(
            of: experiment, "product", [vector], ending: "safetensors")
        report.say(
            "saddle hessian product",
            experiment.plan + [
                ("vector", vector == "random" ? "random of seed \(options.machine.seed)" : vector),
                ("out", path),
            ])
        let file = try options.output.file(
            path, inputs: options.inputs(experiment) + [DirectionSource.file(vector)])
        let factor = try factor(experiment)
        let hessian = try HessianProduct(experiment)
        report.say(try hessian.memory())
        let start = ContinuousClock.now
        let (result, product) = try hessian.measure(factor)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try file.replace { try hessian.store(product, to: $0) }
        StudySession.tell(
            "hessian product", result.record, experiment.description, path,
            [("seconds", "time", Readable.duration(seconds), .number(seconds))], report)
    }

    private func factor(_ experiment: Experiment) throws -> ParameterVector {
        guard vector == "random" else {
            return try DirectionSource.stored(vector, for: experiment.weights)
        }
        return .gaussian(
            experiment.weights.layout.count, storage: experiment.weights.vector.storage,
            stream: RandomStream(seed: options.machine.seed, name: "hessian product"))
    }
}
