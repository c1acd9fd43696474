import ArgumentParser
import Execution
import Landscapes
import Randomness
import Records
import Results
import Spectra
import Studies
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
        let gradientNorm = try hessian.gradient().norm()
        let checks = try OperatorChecks(of: hessian)
        let progress = ProgressLine("eigenvalues", unit: "product", total: productLimit)
        var result = try progress.watching {
            try eigenvalues(of: ObservedOperator(hessian) { progress.advance() })
        }
        if options.loss.l2Convention == .optimizer { result.weightDecay = options.loss.l2 }
        result.negativeLogLikelihood = hessian.negativeLogLikelihood
        result.gradientNorm = gradientNorm
        result.checks = checks
        if storeVectors {
            result.parameters = experiment.weights.layout.directionTensors.map {
                ParameterStretch(name: $0.name, count: $0.count)
            }
        }
        let file = RecordFile(result, experiment.description)
        try file.write(to: path)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        StudySession(
            command: "hessian eigenvalues", options: StudyOptions(), output: options.output
        ).tell(
            file.record, file.run, path,
            [("seconds", "time", Readable.duration(seconds), .number(seconds))])
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
