import ArgumentParser
import Representations
import Studies

/// `saddle fourier`: which frequencies feature maps hold.
struct FourierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fourier",
        abstract: "Measure the spectra of feature maps, unit by unit.",
        discussion: """
            Example: saddle fourier --model vit_tiny --weights vit.safetensors \
            --data cifar10:DIR --first 1000 --out fourier.h5

            The log amplitude along half of the diagonal of each map's spectrum, relative to that \
            at frequency 0: the mean over channels and examples, with bootstrap intervals over \
            examples. Class tokens are left out, and so are maps of one pixel. Of maps that are \
            not square the diagonal goes by the shorter side. What is measured is safe on the \
            disk; the same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp(
            "diagonal, or park2022: the first paper's notebook, which ends one frequency below π; default: diagonal.",
            valueName: "form"))
    var form = "diagonal"

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func run() throws {
        let session = StudySession(command: "fourier", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        guard let form = HalfDiagonal.Form(rawValue: form) else {
            throw UsageError(
                "--protocol", form,
                "expected \(HalfDiagonal.Form.allCases.map(\.rawValue).joined(separator: " or "))")
        }
        try session.measure(
            Experiment(options, split: .test, batchSize: 128), options,
            settings: [form.rawValue]
        ) { experiment in
            (try experiment.fourier(form), try experiment.featurePlan())
        }
    }
}
