import ArgumentParser
import Execution
import Landscapes
import Randomness
import Records
import Spectra
import Training

extension EigenvalueResult.Method: ExpressibleByArgument {}

/// `saddle hessian eigenvalues`: the extreme eigenvalues of one Hessian.
struct HessianEigenvaluesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eigenvalues",
        abstract: "Compute extreme eigenvalues, each with its residual.",
        discussion: """
            Example: saddle hessian eigenvalues --model resnet20 --weights resnet20.th \
            --data cifar10:DIR --first 128 --method lanczos --top 5 --store-vectors

            Stored eigenvectors are landscape directions: --directions FILE.h5#0,FILE.h5#1.
            """)

    @OptionGroup var options: ExperimentOptions

    @Option(help: "power: largest magnitudes, with deflation; lanczos: both ends.")
    var method = EigenvalueResult.Method.power

    @Option(help: ArgumentHelp("How many, at each end that is computed.", valueName: "k"))
    var top = 5

    @Option(help: ArgumentHelp("How many at the lower end (lanczos).", valueName: "k"))
    var bottom: Int?

    @Option(help: ArgumentHelp("Tolerance; default: 1e-3 (power), 1e-4.", valueName: "t"))
    var tolerance: Double?

    @Option(
        help: ArgumentHelp(
            "Products at most: per eigenvalue (power, default 100), in all (lanczos, 500).",
            valueName: "n"))
    var maxIterations: Int?

    @Flag(help: "Store the eigenvectors too.")
    var storeVectors = false

    func validate() throws {
        try EigenvalueLimits.check(
            [("--top", top), ("--max-iterations", maxIterations ?? 1)], tolerance: tolerance)
        if let bottom, bottom < 0 {
            throw ValidationError("--bottom \(bottom): expected at least 0")
        }
    }

    func run() throws {
        var experiment = try Experiment(options, split: .train, batchSize: 128)
        let report = options.output.report
        let path = options.output.path(model: experiment.network.name, command: "eigenvalues")
        experiment.description.settings["eigenvalues"] = request
        report.say(
            "saddle hessian eigenvalues",
            experiment.plan + [("eigenvalues", request), ("out", path)])
        try OutputFile.prepare(path, for: experiment.description, force: options.output.force)

        let start = ContinuousClock.now
        let objective = try experiment.objective()
        let hessian = try objective.linearize(
            at: experiment.weights.vector, includingPenalty: true)
        let checks = try OperatorChecks(of: hessian)
        let progress = ProgressLine("eigenvalues", unit: "product", total: productLimit)
        var result: EigenvalueResult
        do {
            defer { progress.finish() }
            result = try eigenvalues(of: ObservedOperator(hessian) { progress.advance() })
        }
        if options.loss.l2Convention == .optimizer { result.weightDecay = options.loss.l2 }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try EigenvalueRecord.write(
            path, result, experiment.description,
            tensors: experiment.weights.layout.directionTensors)
        tell(result, hessian, checks, experiment.description, path, seconds)
    }

    private var smallest: Int { method == .power ? 0 : bottom ?? top }

    private var chosenTolerance: Double { tolerance ?? (method == .power ? 1e-3 : 1e-4) }

    private var productLimit: Int {
        method == .power ? (maxIterations ?? 100) * top : maxIterations ?? 500
    }

    private var request: String {
        method == .power
            ? "\(top) of largest magnitude by power iteration with deflation, tolerance"
                + " \(chosenTolerance), \(maxIterations ?? 100) iterations"
            : "\(top) largest and \(smallest) smallest by Lanczos, tolerance \(chosenTolerance),"
                + " \(maxIterations ?? 500) products"
    }

    private func eigenvalues(of target: any SymmetricOperator) throws -> EigenvalueResult {
        switch method {
        case .power:
            return try PowerIteration(
                count: top, maximumIterations: maxIterations ?? 100, tolerance: chosenTolerance,
                stream: RandomStream(seed: options.machine.seed, name: "power iteration"),
                keepsVectors: storeVectors
            ).eigenvalues(of: target)
        case .lanczos:
            return try Lanczos(
                largest: top, smallest: smallest, tolerance: chosenTolerance,
                basisLimit: max(100, 2 * (top + smallest)),
                maximumProducts: maxIterations ?? 500,
                stream: RandomStream(seed: options.machine.seed, name: "lanczos"),
                keepsVectors: storeVectors
            ).eigenvalues(of: target)
        }
    }

    private func tell(
        _ result: EigenvalueResult, _ hessian: HessianOperator, _ checks: OperatorChecks,
        _ description: RunDescription, _ path: String, _ seconds: Double
    ) {
        let report = options.output.report
        report.say("result")
        report.say(
            table: [["end", "rank", "eigenvalue", "residual", "products", "converged"]]
                + result.pairs.map { pair in
                    [
                        pair.end.rawValue, "\(pair.rank)", Readable.number(pair.value),
                        Readable.number(pair.residual), "\(pair.iterations)",
                        pair.converged ? "yes" : "no",
                    ]
                })
        let norm = VectorMath.norm(hessian.gradient)
        report.say(
            "of the Hessian",
            [
                ("not converged", "\(result.unconvergedCount) of \(result.pairs.count)"),
                ("NLL", Readable.number(hessian.negativeLogLikelihood)),
                ("gradient norm", Readable.number(norm)),
                ("repetition", "differs by \(Readable.number(checks.repetitionMismatch))"),
                ("asymmetry", Readable.number(checks.asymmetry)),
                ("products", "\(result.products) in \(Readable.duration(seconds))"),
                ("stored", path),
            ])
        report.document(
            [
                "command": "hessian eigenvalues", "out": .text(path),
                "run": description.document, "seconds": .number(seconds),
                "method": .text(result.method.rawValue), "products": .integer(result.products),
                "dimension": .integer(result.dimension), "tolerance": .number(result.tolerance),
                "nll": .number(hessian.negativeLogLikelihood), "gradient_norm": .number(norm),
                "repetition_mismatch": .number(checks.repetitionMismatch),
                "asymmetry": .number(checks.asymmetry),
                "unconverged": .integer(result.unconvergedCount),
                "eigenvalues": .array(
                    result.pairs.map { pair in
                        [
                            "end": .text(pair.end.rawValue), "rank": .integer(pair.rank),
                            "value": .number(pair.value), "residual": .number(pair.residual),
                            "iterations": .integer(pair.iterations),
                            "converged": .bool(pair.converged),
                        ]
                    }),
            ])
    }
}

/// Limits that all eigenvalue commands share.
enum EigenvalueLimits {
    /// - Throws: `ValidationError` where a count is below 1 or the tolerance not positive.
    static func check(_ counts: [(flag: String, value: Int)], tolerance: Double?) throws {
        for (flag, value) in counts where value < 1 {
            throw ValidationError("\(flag) \(value): expected at least 1")
        }
        if let tolerance, !(tolerance > 0 && tolerance < 1) {
            throw ValidationError("--tolerance \(tolerance): expected a number between 0 and 1")
        }
    }
}
