import Datasets
import Execution
import Networks
import Records
import Storage
import Training

/// A network with its weights and frozen examples: what every measurement starts from.
struct Experiment {
    let network: any Network
    let weights: Weights
    /// The file of the weights, as it was given.
    let weightsFile: String
    /// What identifies the weights: the SHA-256 of their file, or the seed of untrained ones.
    let weightsDigest: String
    let images: LabelledImages
    let selection: Selection
    let exampleOptions: ExampleOptions
    let normalization: ChannelNormalization?
    /// The normalisation as it was asked for.
    let normalizationText: String
    let objectiveOptions: ObjectiveOptions
    let precision: Precision
    /// The number of examples.
    let exampleCount: Int
    /// Everything that one must know to measure the same again.
    var description: RunDescription

    /// Reads weights and images and checks that they fit each other.
    ///
    /// - Parameters:
    ///   - split: the part of the data set where the command line names none.
    ///   - batchSize: the size of minibatches where the command line names none.
    /// - Throws: one line for each way in which files, flags and network do not fit.
    init(_ options: ExperimentOptions, split: DataSplit, batchSize: Int) throws {
        let (data, loss, machine) = (options.data, options.loss, options.machine)
        network = try options.model.network()
        weightsFile = try options.model.weightsFile()
        let source = try data.source()
        selection = try data.selection()
        exampleOptions = try data.exampleOptions(seed: machine.seed, batchSize: batchSize)
        let normalizationChoice = try Normalization(data.normalization)
        normalizationText = data.normalization
        precision = loss.precision

        (weights, weightsDigest) = try WeightsSource.load(
            weightsFile, for: network, seed: machine.seed)
        images = try source.load(data.split ?? split).withClassCount(network.classes)
        normalization = try normalizationChoice.resolve(for: images, from: source)

        var objective = ObjectiveOptions()
        objective.l2 = loss.l2
        objective.l2Convention = loss.l2Convention
        objective.batchNorm = loss.batchNorm
        objective.threads = machine.threadCount
        objective.memoryBudget = try machine.memoryBudget()
        objective.maskSeed = machine.seed
        let set = try ExampleSet<Float>(
            images, selection: selection, options: exampleOptions, normalization: normalization)
        exampleCount = set.count
        if loss.batchNorm != .running {
            objective.batchSize = min(exampleOptions.batchSize, set.count)
        }
        objectiveOptions = objective
        description = RunDescription(
            commandLine: CommandText.current, version: Saddle.version, model: network.name,
            weights: weightsFile, weightsSHA256: weightsDigest)
        description.describe(loss, objective)
        description.describe(set)
        description.seed = machine.seed
    }

    /// The objective over the experiment's examples.
    ///
    /// - Parameters:
    ///   - precision: another number type than the experiment's.
    ///   - lesions: units whose residual branch is removed.
    ///   - batchSize: another size of minibatches, in which mixing finds its partners.
    ///   - positions: the examples; nil takes all.
    func objective(
        precision: Precision? = nil, lesions: Set<Int> = [], batchSize: Int? = nil,
        positions: Range<Int>? = nil
    ) throws -> any ObjectiveFunction {
        var examples = exampleOptions
        var options = objectiveOptions
        options.lesions = lesions
        if let batchSize {
            examples.batchSize = batchSize
            if options.batchSize != nil { options.batchSize = batchSize }
        }
        switch precision ?? self.precision {
        case .single: return try make(Float.self, examples, options, positions)
        case .double: return try make(Double.self, examples, options, positions)
        }
    }

    private func make<Scalar: CPUScalar>(
        _: Scalar.Type, _ examples: ExampleOptions, _ options: ObjectiveOptions,
        _ positions: Range<Int>?
    ) throws -> any ObjectiveFunction {
        let set = try ExampleSet<Scalar>(
            images, selection: selection, options: examples, normalization: normalization)
        return try Objective(
            network, examples: set, weights: weights, positions: positions, options: options)
    }

    /// The whole minibatches of the given size, in the order of the examples.
    func minibatches(of size: Int) throws -> [Range<Int>] {
        var options = exampleOptions
        options.batchSize = size
        return try ExampleSet<Float>(
            images, selection: selection, options: options, normalization: normalization
        ).minibatches.filter { $0.count == size }
    }

    /// What the plan says of the experiment.
    var plan: [(name: String, value: String)] {
        let digest = weightsDigest.count == 64 ? ", sha256 \(weightsDigest.prefix(12))" : ""
        let drawn = exampleOptions.draws == 1 ? "" : " x \(exampleOptions.draws) draws"
        return [
            ("model", "\(network.name), \(weights.layout.count) parameters"),
            ("weights", weightsFile + digest),
            (
                "data",
                "\(description.data), \(exampleCount / exampleOptions.draws) images\(drawn)"
            ),
            (
                "examples",
                "augmentation \(description.augmentation), labels \(description.labels),"
                    + " normalisation \(normalizationText)"
            ),
            (
                "objective",
                "\(description.objective), batch norm \(description.batchNorm),"
                    + " \(description.precision)"
            ),
            (
                "machine",
                "\(Readable.count(objectiveOptions.threads, "thread")), up to "
                    + Readable.bytes(objectiveOptions.memoryBudget ?? 0) + " for residuals"
            ),
        ]
    }
}
