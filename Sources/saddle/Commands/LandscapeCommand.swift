import ArgumentParser
import Landscapes
import Records
import Storage
import Training

/// `saddle landscape`: the loss around the weights, along one or two directions.
struct LandscapeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "landscape",
        abstract: "Measure the loss along one or two directions around the weights.",
        discussion: """
            Example: saddle landscape --model resnet20 --weights resnet20.th --data cifar10:DIR \
            --augment standard --first 256 --l2 0.0005 --grid 21x21 --out resnet20.h5

            Each finished point is safe on the disk. The same command goes on where a stopped run \
            was; runs that cover different points are joined by \
            saddle landscape --merge a.h5 --merge b.h5 --out all.h5.
            """)

    @OptionGroup var options: ExperimentOptions
    @OptionGroup(title: "Grid") var grid: GridOptions
    @OptionGroup(title: "Directions") var direction: DirectionOptions

    @Flag(inversion: .prefixedNo, help: "Compare differences of the loss with its derivatives.")
    var certify = true

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Join these files of one landscape into --out.", valueName: "file"))
    var merge: [String] = []

    @Option(
        help: ArgumentHelp(
            "Compute only every n-th point from point k on, to share the work.",
            valueName: "k/n"))
    var part: String?

    func run() throws {
        if !merge.isEmpty { return try mergeFiles() }
        let axes = try grid.axes()
        let report = options.output.report
        let experiment = try Experiment(options, split: .train, batchSize: 128)
        let path = options.output.path(model: experiment.network.name, command: "landscape")
        let source = DirectionSource(options: direction, seed: options.machine.seed)
        sayPlan(experiment, axes, path)

        try OutputFile.prepareToResume(path, force: options.output.force)
        let directions = try source.directions(axes.count, for: experiment, report: report)
        let measurement = try LandscapeMeasurement(
            centre: experiment.weights.vector, directions: directions, axes: axes,
            weightDecay: options.loss.l2Convention == .none ? 0 : options.loss.l2)
        let order = try points(of: measurement.emptyGrid.points.count)
        let recording = try LandscapeRecording(path, measurement, experiment.description)
        try source.save(directions, tensors: experiment.weights.layout.directionTensors)

        let already = recording.finished.count { $0 != nil }
        if already > 0 {
            report.say("going on: \(already) of \(recording.finished.count) points are there")
        }
        let isNeeded = order.contains { recording.finished[$0] == nil }
        let objective = try isNeeded ? experiment.objective() : nil
        let (result, seconds) = try measure(measurement, recording, objective, order)
        let programSeconds = objective?.programSeconds ?? 0
        var landscape = result
        landscape.certificate = recording.certificate
        if landscape.isComplete, certify, landscape.certificate == nil {
            landscape.certificate = try LandscapeCertificate(experiment: experiment)
                .make(measurement)
        }
        try recording.finish(landscape)

        LandscapeSummary(
            grid: landscape, description: experiment.description, path: path, seconds: seconds,
            programSeconds: programSeconds,
            certificateBasis: LandscapeCertificate(experiment: experiment).basis
        ).tell(report)
        let left = order.count { landscape.points[$0] == nil }
        if left > 0 {
            throw RunFailure(
                "\(path): stopped with \(landscape.finishedCount) of"
                    + " \(landscape.points.count) points; run the same command again to go on")
        }
    }

    private func measure(
        _ measurement: LandscapeMeasurement, _ recording: LandscapeRecording,
        _ objective: (any ObjectiveFunction)?, _ order: [Int]
    ) throws -> (LandscapeGrid, seconds: Double) {
        Interruption.watch()
        let already = order.count { recording.finished[$0] != nil }
        let progress = ProgressLine(
            "landscape", unit: "point", total: order.count, already: already)
        defer { progress.finish() }
        let grid = try measurement.measure(
            finished: recording.finished, order: order,
            shouldStop: { Interruption.isRequested },
            evaluate: { parameters in
                guard let objective else {
                    throw RunFailure("\(recording.path): a point is missing that was there")
                }
                return try PointMetrics(objective, at: parameters)
            },
            onFinished: { index, point in
                try recording.record(index, point)
                progress.advance(note: "NLL \(Readable.number(point.negativeLogLikelihood))")
            })
        return (grid, progress.seconds)
    }

    /// The points that this run is to compute: all, or its part of them.
    private func points(of count: Int) throws -> [Int] {
        guard let part else { return Array(0..<count) }
        let numbers = part.split(separator: "/").compactMap { Int($0) }
        guard numbers.count == 2, numbers[1] >= 1, (0..<numbers[1]).contains(numbers[0]) else {
            throw UsageError(
                "--part", part, "expected K/N with 0 <= K < N, such as 0/2 and 1/2")
        }
        return Array(stride(from: numbers[0], to: count, by: numbers[1]))
    }

    private func sayPlan(_ experiment: Experiment, _ axes: [LandscapeAxis], _ path: String) {
        let ranges = axes.map { "[\($0.start), \($0.end)]" }.joined(separator: " x ")
        let counts = axes.map { "\($0.count)" }.joined(separator: " x ")
        let isRandom = direction.directions == "random"
        let normalization = direction.normalize ?? (isRandom ? .filter : .none)
        options.output.report.say(
            "saddle landscape",
            experiment.plan + [
                ("grid", "\(counts) points on \(ranges)"),
                (
                    "directions",
                    direction.directions + (isRandom ? " of seed \(options.machine.seed)" : "")
                        + ", \(normalization.rawValue) normalisation"
                        + (direction.includeBiasesAndNorms ? ", biases and norms too" : "")
                ),
                ("out", path),
            ])
    }

    private func mergeFiles() throws {
        guard let path = options.output.out else {
            throw UsageError("--merge", "", "name the joined file with --out")
        }
        let report = options.output.report
        report.say(
            "saddle landscape --merge",
            [("files", merge.joined(separator: ", ")), ("out", path)])
        try OutputFile.checkFolder(path)
        if !options.output.force, !merge.contains(path), OutputFile.exists(path) {
            throw RunFailure("\(path): exists; choose another --out, or --force to replace it")
        }
        let grid = try LandscapeRecord.merge(
            merge, into: path, commandLine: CommandText.current)
        let description = try LandscapeRecord.read(path).description
        LandscapeSummary(
            grid: grid, description: description, path: path, seconds: nil,
            programSeconds: nil, certificateBasis: "as in the joined files"
        ).tell(report)
    }
}
