import Datasets
import Execution
import Networks
import Records
import Storage
import Training

/// A network with its weights and frozen examples on a machine: what every study starts from.
public struct Experiment {
    /// The version of the program, which every result carries.
    public static let version = "0.2.0"

    public let network: any Network
    public let weights: Weights
    /// All examples; studies take minibatches of them.
    public let examples: ExampleSet
    /// How objectives are computed.
    public internal(set) var options: ObjectiveOptions
    /// The machine that programs run on.
    public let machine: any Machine
    /// Whether the number of workers is that of the options even where an earlier run is gone on
    /// with that had another.
    public var fixesWorkers = true
    /// Everything that one must know to measure the same again.
    public var description: RunDescription
    /// Whose spectrum the studies of curvature are of.
    public internal(set) var curvature = CurvatureTarget()
    /// Called before each Hessian product of a study; a `CancellationError` that it throws stops
    /// the study with what has been measured.
    public var onProduct: () throws -> Void = {}

    /// An experiment; whether network, weights and examples fit is found when it is measured.
    ///
    /// - Parameters:
    ///   - weights: are kept in the precision of the options' vectors.
    ///   - seed: seeds directions, start vectors and resamples.
    ///   - commandLine: what made the experiment, for people who want to make it again.
    public init(
        _ network: any Network, weights: Weights, examples: ExampleSet,
        options: ObjectiveOptions = ObjectiveOptions(),
        machine: any Machine = CPUMachine(precision: .single), seed: UInt64 = 0,
        commandLine: String = ""
    ) {
        self.network = network
        self.weights = weights.stored(in: options.vectors ?? machine.precision)
        self.examples = examples
        self.machine = machine
        var options = options
        if options.batchNorm != .running, options.batchSize == nil {
            options.batchSize = min(examples.options.batchSize, examples.count)
        }
        self.options = options
        var description = RunDescription()
        description.commandLine = commandLine
        description.version = Self.version
        description.model = network.name
        description.weights = weights.file ?? "initial"
        description.weightsSHA256 = weights.sha256 ?? SHA256.hexadecimal(self.weights.vector.bytes)
        description.describe(options, machine)
        description.describe(examples)
        description.seed = seed
        self.description = description
    }

    /// Takes over the number of workers of the run that a file or its journal holds, unless it is
    /// fixed: the order of sums is that of the run, whatever threads go on with it.
    public mutating func goOn(with path: String) {
        guard !fixesWorkers,
            let earlier = RunIdentity.ofRun(at: path)?["workers"].flatMap({ Int($0) }),
            earlier >= 1
        else { return }
        options.workers = earlier
        description.describe(options, machine)
    }

    /// The seed of directions, start vectors and resamples.
    public var seed: UInt64 { description.seed }

    /// The objective over the experiment's examples.
    ///
    /// - Parameters:
    ///   - machine: another one than the experiment's, such as for more digits.
    ///   - batchSize: another size of minibatches, in which mixing finds its partners.
    ///   - positions: the examples; nil takes all.
    /// - Throws: `ObjectiveError`, `DatasetError`, and what tracing throws.
    public func objective(
        on machine: (any Machine)? = nil, batchSize: Int? = nil, positions: Range<Int>? = nil
    ) throws -> Objective {
        var options = options
        if let batchSize, options.batchSize != nil { options.batchSize = batchSize }
        return try Objective(
            network, examples: batchSize.map(examples.inMinibatches) ?? examples,
            weights: weights, positions: positions, options: options,
            machine: machine ?? self.machine)
    }
}

extension RunDescription {
    /// Takes over how the objective is computed.
    mutating func describe(_ options: ObjectiveOptions, _ machine: any Machine) {
        objective = options.formula
        l2Convention = options.l2Convention.rawValue
        l2 = options.l2
        batchNorm = options.batchNorm.rawValue
        precision = machine.precision.rawValue
        workers = options.workers
        threads = min(machine.threads ?? options.workers, options.workers)
        kernels = KernelSet.current.rawValue
        settings["backend"] = machine.name
        settings["vectors"] = (options.vectors ?? machine.precision).rawValue
    }

    /// Takes over what the examples are; what has no field of its own goes to the settings.
    mutating func describe(_ set: ExampleSet) {
        var pairs = Dictionary(
            set.description.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        func take(_ name: String) -> String { pairs.removeValue(forKey: name) ?? "" }
        data = "\(take("data.source")) \(take("data.split"))"
        indices = take("data.indices")
        exampleCount = set.count
        augmentation = take("data.augmentation")
        draws = set.options.draws
        normalization = take("data.normalization")
        batchSize = set.options.batchSize
        let smoothing = take("data.label-smoothing")
        let (mixup, cutmix) = (take("data.mixup"), take("data.cutmix"))
        var parts: [String] = []
        if set.options.labelSmoothing > 0 { parts.append("smoothing \(smoothing)") }
        if set.options.mixing.mixup > 0 { parts.append("mixup \(mixup)") }
        if set.options.mixing.cutmix > 0 { parts.append("cutmix \(cutmix)") }
        labels = parts.isEmpty ? "as given" : parts.joined(separator: ", ")
        for name in ["data.seed", "data.draws", "data.images"] { pairs[name] = nil }
        settings.merge(pairs) { _, new in new }
    }
}
