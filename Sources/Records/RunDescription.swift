import Results

/// Everything that one must know to make a result again.
public struct RunDescription: StoredFields, Hashable {
    /// The command line, as it was given.
    public var commandLine = ""
    /// The version of the program.
    public var version = ""
    /// The model's specification, for example `resnet20,classes=10`.
    public var model = ""
    /// The weights' file, as it was given; of no meaning for the values.
    public var weights = ""
    /// The SHA-256 of the weights' file, in hexadecimal.
    public var weightsSHA256 = ""
    /// The data set's specification, for example `cifar10:DIR`, and its split.
    public var data = ""
    /// The chosen examples, for example `0..<128`.
    public var indices = ""
    /// The number of examples.
    public var exampleCount = 0
    /// The augmentation with its parameters.
    public var augmentation = "none"
    /// The number of augmented draws of each example.
    public var draws = 1
    /// How labels are softened: label smoothing, Mixup and CutMix with their parameters.
    public var labels = "hard"
    /// Mean and standard deviation by which pixels are normalised.
    public var normalization = ""
    /// The objective as a formula.
    public var objective = ""
    /// What the penalty means: `optimizer`, `park2022` or `none`.
    public var l2Convention = "none"
    /// The coefficient λ of the penalty, in loss per squared weight.
    public var l2 = 0.0
    /// The statistics of batch norm: `running`, `batch` or `recalibrated`.
    public var batchNorm = "running"
    /// The number of examples in a batch.
    public var batchSize = 0
    /// The working precision: `f32` or `f64`.
    public var precision = "f32"
    /// The seed of everything random.
    public var seed: UInt64 = 0
    /// Into how many parts sums over examples are divided: the last bits depend on it.
    public var workers = 1
    /// How many threads ran the workers of the parts, which changes no bit.
    public var threads = 1
    /// The parts of the study that were measured, such as `1/2`; empty where it is all of it, or not
    /// divided.
    public var part = ""
    /// The instructions that kernels ran with, such as `avx512`: where they differ, bits may.
    public var kernels = ""
    /// Further settings that decide the values, by name.
    public var settings: [String: String] = [:]

    /// A description in which nothing is said yet.
    public init() {}

    /// What decides the values: two runs in which all of it is equal compute the same numbers.
    private static var deciding: Schema<RunDescription> {
        Schema(
            .field("version", \.version, "version of the program"),
            .field("model", \.model, "the network"),
            .field("weights_sha256", \.weightsSHA256, "digest of the weights' file"),
            .field("data", \.data, "data set and split"),
            .field("indices", \.indices, "the chosen examples"),
            .field("example_count", \.exampleCount, unit: .one, "number of examples"),
            .field("augmentation", \.augmentation, "the frozen augmentation"),
            .field("draws", \.draws, unit: .one, "augmented draws of each example"),
            .field("labels", \.labels, "how labels are softened"),
            .field("normalization", \.normalization, "how pixels are normalised"),
            .field("objective", \.objective, "the objective as a formula"),
            .field("l2_convention", \.l2Convention, "what the penalty means"),
            .field("l2", \.l2, unit: .curvature, "coefficient λ of the penalty"),
            .field("batch_norm", \.batchNorm, "the statistics of batch norm"),
            .field("batch_size", \.batchSize, unit: .one, "examples in a batch"),
            .field("precision", \.precision, "the working precision"),
            .field("seed", \.seed, unit: .one, "seed of everything random"),
            .field("workers", \.workers, unit: .one, "parts of sums over examples"))
    }

    /// What may differ: a run may go on under another name, on another number of threads or on
    /// another processor, on which the last bits of what follows may be others.
    private static var incidental: Schema<RunDescription> {
        Schema(
            .field("command_line", \.commandLine, "the command line"),
            .field("weights", \.weights, "the weights' file"),
            .field("threads", \.threads, unit: .one, "number of threads"),
            .field("part", \.part, "the parts of the study that were measured"),
            .field("kernels", \.kernels, "instructions that kernels ran with"))
    }

    public static var schema: Schema<RunDescription> { incidental + deciding }

    /// What decides the values, by name: two runs with equal identities compute the same numbers.
    public var identity: [String: String] {
        record(Self.deciding).fields.reduce(into: settings) { $0[$1.info.name] = $1.value.text }
    }

    /// The description as JSON, under the names of the file's attributes.
    public var document: JSONValue {
        record.document.adding([
            (
                "settings",
                .object(settings.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })
            )
        ])
    }
}
