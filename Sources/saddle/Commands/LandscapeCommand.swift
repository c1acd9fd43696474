import ArgumentParser
import Landscapes
import Records
import Results
import Storage
import Studies
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

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func run() throws {
        let session = StudySession(
            command: "landscape", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let axes = try grid.axes()
        var experiment = try Experiment(options, split: .train, batchSize: 128)
        let path = try options.output.path(
            of: experiment, "landscape",
            [
                "\(axes)", direction.directions, direction.normalize?.rawValue ?? "",
                "\(direction.includeBiasesAndNorms)",
            ], part: sharing.part)
        let source = DirectionSource(options: direction)
        let inputs = try options.inputs(experiment) + source.files
        let file = try options.output.file(path, inputs: inputs, continues: true)
        let saved = try source.outputs(inputs: inputs + [path], force: options.output.force)
        var objective: Objective?
        var directions: [Direction] = []
        let run = try session.open(file, &experiment) { experiment in
            if directions.isEmpty { sayPlan(experiment, axes, path) }
            directions = try source.directions(
                axes.count, for: &experiment, goingOn: file.working, report: options.output.report)
            guard saved.isEmpty || saved.count == directions.count else {
                throw UsageError(
                    "--save-directions", direction.saveDirections ?? "",
                    "names \(saved.count) files for \(directions.count) directions; give one per"
                        + " axis with a comma between them")
            }
            let made = try experiment.objective()
            objective = made
            return try experiment.landscape(
                of: made, directions: directions, axes: axes, certifies: certify)
        }
        // Directions that replace others wait until all is measured.
        let tensors = experiment.weights.layout.directionTensors
        func save() throws {
            for (output, direction) in zip(saved, directions) {
                try output.replace { try DirectionRecord.write($0, direction, tensors: tensors) }
            }
        }
        if !options.output.force { try save() }
        let certified = "first \(experiment.certifiedExamples.count) of"
            + " \(experiment.examples.count) examples, f64"
        try session.measure(run, file, experiment.description) { seconds in
            let programs = objective?.programSeconds ?? 0
            let share = programs > 0 ? 1 - programs / seconds : .nan
            return [
                (
                    "program_seconds", "outside compiled programs", Readable.percentage(share),
                    .number(programs)
                ),
                ("certificate_of", "certificate of", certified, .text(certified)),
            ]
        }
        if options.output.force { try save() }
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
}
