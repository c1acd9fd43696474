import ArgumentParser
import Results
import Studies

/// `saddle oversmoothing`: how tokens become alike with depth.
struct OversmoothingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oversmoothing",
        abstract: "Measure how tokens and attention maps become alike with depth.",
        discussion: """
            Example: saddle oversmoothing --model vit_tiny --weights vit.safetensors \
            --data cifar10:DIR --first 1000 --out oversmoothing.h5

            Of the tokens after each unit, and of the rows of each head's attention map: cosine \
            similarity (of different tokens, and as Wang et al. 2022 with its diagonal and \
            absolute value), the ratio of what differs from the mean to the mean (HC/DC), the \
            effective rank (Σσ²)²/Σσ⁴; the spectrum of attention maps; and how an attention \
            shrinks HC, beside the theorem's bound from its weights. Feature maps of \
            convolutions are taken as a token for each pixel; the cost grows with the square of \
            the tokens. What is measured is safe on the disk; the same command goes on where a \
            stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @Flag(help: "Count class tokens among the tokens of features; else they are left out.")
    var classTokens = false

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func run() throws {
        let session = StudySession(
            command: "oversmoothing", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        try session.measure(
            Experiment(options, split: .test, batchSize: 128), options,
            settings: ["\(classTokens)"]
        ) { experiment in
            let study = try experiment.oversmoothing(keepsClassTokens: classTokens)
            let attentions = study.header.attentions
            return (
                study,
                try experiment.featurePlan() + [
                    (
                        "attention",
                        "\(Readable.count(attentions.count, "unit")), "
                            + Readable.count(study.header.heads.count, "head")
                    )
                ]
            )
        }
    }
}
