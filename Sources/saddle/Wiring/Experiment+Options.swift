import Datasets
import Execution
import Networks
import Results
import Storage
import Studies
import Training

extension Experiment {
    /// Reads weights and images and checks that they fit each other.
    ///
    /// - Parameters:
    ///   - split: the part of the data set where the command line names none.
    ///   - batchSize: the size of minibatches where the command line names none.
    /// - Throws: one line for each way in which files, flags and network do not fit.
    init(_ options: ExperimentOptions, split: DataSplit, batchSize: Int) throws {
        let (data, loss, machine) = (options.data, options.loss, options.machine)
        let network = try options.model.network()
        let weightsFile = try options.model.weightsFile()
        let source = try data.source()
        let selection = try data.selection()
        let exampleOptions = try data.exampleOptions(seed: machine.seed, batchSize: batchSize)
        let normalization = try data.normalization(for: network.name)

        var objective = try loss.objectiveOptions()
        objective.workers = machine.workers ?? machine.threadCount
        objective.memoryBudget = try machine.memoryBudget()
        objective.maskSeed = machine.seed
        let weights = try Weights(
            network, from: weightsFile, seed: machine.seed,
            storage: objective.vectors ?? loss.precision)
        try self.init(
            network, weights: weights,
            examples: source.examples(
                data.split ?? split, classCount: network.classes, selection: selection,
                options: exampleOptions, normalization: normalization),
            options: objective, machine: machine.backend.machine(loss.precision, threads: machine.threadCount),
            seed: machine.seed, commandLine: CommandText.current)
        fixesWorkers = machine.workers != nil
        onProduct = Interruption.check
    }

    /// What the plan says of the experiment.
    var plan: [(name: String, value: String)] {
        let digest = weights.sha256.map { ", sha256 \($0.prefix(12))" } ?? ""
        let draws = examples.options.draws
        return [
            ("model", "\(network.name), \(weights.layout.count) parameters"),
            ("weights", description.weights + digest),
            (
                "data",
                "\(description.data), \(examples.indices.count) images"
                    + (draws == 1 ? "" : " x \(draws) draws")
            ),
            (
                "examples",
                "augmentation \(description.augmentation), labels \(description.labels),"
                    + " normalisation \(description.normalization)"
            ),
            (
                "objective",
                "\(description.objective), batch norm \(description.batchNorm),"
                    + " \(description.precision)"
            ),
            (
                "machine",
                "\(machine.name), \(Readable.count(description.threads, "thread")), sums in"
                    + " \(Readable.count(options.workers, "part")), up to "
                    + Readable.bytes(options.memoryBudget ?? 0) + " for residuals and bases"
            ),
        ]
    }
}

extension Experiment {
    /// What the plan says of the feature maps that are measured.
    ///
    /// - Throws: `NetworkError` where there is none of several pixels.
    func featurePlan() throws -> [(String, String)] {
        let units = try featureUnits()
        let left = try network.units().filter { unit in
            unit.featureMap != nil && !units.contains { $0.name == unit.name }
        }
        let plan = [("units", Readable.count(units.count, "feature map"))]
        return left.isEmpty
            ? plan
            : plan + [("left out", "maps of one pixel: \(left.map(\.name).joined(separator: ", "))")]
    }
}

extension Weights {
    /// The weights in a checkpoint of any format that is read, or `initial` ones of a seed.
    ///
    /// - Throws: `StorageError` or `WeightsError`, one line that names the file.
    init(
        _ network: any Network, from source: String, seed: UInt64, storage: Precision = .double
    ) throws {
        if source == ModelOptions.initial {
            try self.init(network, seed: seed, storage: storage)
        } else {
            try self.init(network, file: source, storage: storage)
        }
    }
}
