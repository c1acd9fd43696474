import ArgumentParser
import Networks
import Results
import Studies
import Training

/// `saddle similarity`: how alike the outputs of units are.
struct SimilarityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similarity",
        abstract: "Compare the outputs of all units, of one network or two.",
        discussion: """
            Example: saddle similarity --model vit_tiny --weights vit.safetensors \
            --with resnet20 --with-weights resnet20.th --data cifar10:DIR --first 1024 \
            --out similarity.h5

            Minibatch CKA with the unbiased estimate of HSIC (Nguyen et al. 2021), with bootstrap \
            intervals over minibatches, and average linkage of 1 - CKA. Both networks see the \
            same images. Class tokens are left out; examples that fill no minibatch are, too. \
            What is measured is safe on the disk; the same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp("Another network on the same images; default: none.", valueName: "name[,key=value...]"))
    var otherModel: String?

    @Option(
        name: .customLong("with-weights"),
        help: ArgumentHelp("The checkpoint of --with, or `initial`; default: none.", valueName: "file"))
    var otherWeights: String?

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func run() throws {
        let session = StudySession(command: "similarity", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        guard (otherModel == nil) == (otherWeights == nil) else {
            throw UsageError(
                otherModel == nil ? "--with-weights" : "--with",
                otherModel ?? otherWeights ?? "",
                "give both --with and --with-weights, or none")
        }
        let read = [otherWeights].compactMap { $0 }.filter { $0 != ModelOptions.initial }
        try session.measure(
            Experiment(options, split: .test, batchSize: 32), options,
            settings: [otherModel, otherWeights].compactMap { $0 },
            reading: read
        ) { experiment in
            let other = try other(experiment)
            let study = try experiment.similarity(with: other)
            let left = experiment.examples.count - study.header.exampleCount
            return (
                study,
                (other.map { [("with", "\($0.name), \($0.weights.file ?? "initial")")] } ?? []) + [
                    ("units", "\(study.header.units.count)"),
                    (
                        "minibatches",
                        "\(study.itemCount) of \(study.header.batchSize)"
                            + (left == 0 ? "" : ", \(Readable.count(left, "example")) left out")
                    ),
                ]
            )
        }
    }

    private func other(
        _ experiment: Experiment
    ) throws -> (network: any Network, weights: Weights, name: String)? {
        guard let otherModel, let otherWeights else { return nil }
        let network = try ModelRegistry.network(otherModel)
        return (
            network, try Weights(network, from: otherWeights, seed: experiment.seed + 1), network.name
        )
    }
}
