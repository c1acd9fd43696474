import ArgumentParser
import Execution
import Landscapes
import Randomness
import Records
import Results
import Storage
import Studies
import Training

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
        let path = options.output.out
            ?? "\(experiment.network.name.prefix { $0 != "," })-product.safetensors"
        report.say(
            "saddle hessian product",
            experiment.plan + [
                ("vector", vector == "random" ? "random of seed \(options.machine.seed)" : vector),
                ("out", path),
            ])
        try OutputFile.checkFolder(path)
        if OutputFile.exists(path), !options.output.force {
            throw RunFailure("\(path): exists; choose another --out, or --force to replace it")
        }
        let tensors = experiment.weights.layout.directionTensors
        let factor = try factor(experiment)

        let start = ContinuousClock.now
        let objective = try experiment.objective()
        let hessian = try objective.linearize(
            at: experiment.weights.vector, includingPenalty: true)
        let gradient = try hessian.gradient()
        let product = try hessian.apply(factor)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let stored = try Direction.split(product, tensors: tensors).map {
            try StoredTensor(name: $0.tensor.name, shape: $0.tensor.shape, doubles: $0.values)
        }
        try Safetensors.write(
            path, tensors: stored,
            metadata: [
                "saddle_version": Experiment.version, "command_line": CommandText.current,
                "weights_sha256": experiment.description.weightsSHA256,
                "content": "Hessian times vector",
            ])
        tell(experiment, hessian, gradient, objective, factor, product, path, seconds)
    }

    private func factor(_ experiment: Experiment) throws -> ParameterVector {
        guard vector == "random" else {
            return try DirectionSource.stored(vector, for: experiment.weights)
        }
        return .gaussian(
            experiment.weights.layout.count, storage: experiment.weights.vector.storage,
            stream: RandomStream(seed: options.machine.seed, name: "hessian product"))
    }

    private func tell(
        _ experiment: Experiment, _ hessian: HessianOperator, _ gradient: ParameterVector,
        _ objective: Objective, _ factor: ParameterVector, _ product: ParameterVector,
        _ path: String, _ seconds: Double
    ) {
        let layout = experiment.weights.layout
        let rows = layout.tensors.map { tensor in
            (
                tensor.name, factor.dot(product, in: tensor.range),
                product.norm(in: tensor.range), factor.norm(in: tensor.range),
                gradient.norm(in: tensor.range)
            )
        }
        let curvature = factor.dot(product)
        let norm = product.norm()
        let gradientNorm = gradient.norm()
        let penalty = objective.penalty.value(at: experiment.weights.vector)
        let report = options.output.report
        report.say("result")
        report.say(
            table: [["tensor", "v.Hv", "||Hv||", "||v||", "||g||"]]
                + rows.map {
                    [
                        $0.0, Readable.number($0.1), Readable.number($0.2), Readable.number($0.3),
                        Readable.number($0.4),
                    ]
                })
        report.say(
            "in all",
            [
                ("v.Hv", Readable.number(curvature)), ("||Hv||", Readable.number(norm)),
                ("||v||", Readable.number(factor.norm())),
                ("NLL", Readable.number(hessian.negativeLogLikelihood)),
                ("penalty", Readable.number(penalty)),
                ("gradient norm", Readable.number(gradientNorm)),
                ("time", Readable.duration(seconds)), ("stored", path),
            ])
        report.document(
            [
                "command": "hessian product", "out": .text(path),
                "run": experiment.description.document, "seconds": .number(seconds),
                "v_hv": .number(curvature), "hv_norm": .number(norm),
                "v_norm": .number(factor.norm()),
                "nll": .number(hessian.negativeLogLikelihood), "penalty": .number(penalty),
                "loss": .number(hessian.negativeLogLikelihood + penalty),
                "gradient_norm": .number(gradientNorm),
                "tensors": .array(
                    rows.map {
                        [
                            "name": .text($0.0), "v_hv": .number($0.1), "hv_norm": .number($0.2),
                            "v_norm": .number($0.3), "gradient_norm": .number($0.4),
                        ]
                    }),
            ])
    }
}
