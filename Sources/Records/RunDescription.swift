import Storage

/// Everything that one must know to make a result again.
public struct RunDescription: Sendable, Codable, Hashable {
    /// The command line, as it was given.
    public var commandLine: String
    /// The version of the program.
    public var version: String
    /// The model's specification, for example `resnet20,classes=10`.
    public var model: String
    /// The weights' file, as it was given; of no meaning for the values.
    public var weights: String
    /// The SHA-256 of the weights' file, in hexadecimal.
    public var weightsSHA256: String
    /// The data set's specification, for example `cifar10:DIR`, and its split.
    public var data: String
    /// The chosen examples, for example `0..<128`.
    public var indices: String
    /// The number of examples.
    public var exampleCount: Int
    /// The augmentation with its parameters.
    public var augmentation: String
    /// The number of augmented draws of each example.
    public var draws: Int
    /// How labels are softened: label smoothing, Mixup and CutMix with their parameters.
    public var labels: String
    /// Mean and standard deviation by which pixels are normalised.
    public var normalization: String
    /// The objective as a formula.
    public var objective: String
    /// What the penalty means: `optimizer`, `park2022` or `none`.
    public var l2Convention: String
    /// λ, the coefficient of the penalty, in loss per squared weight.
    public var weightDecay: Double
    /// The statistics of batch norm: `running`, `batch` or `recalibrated`.
    public var batchNorm: String
    /// The number of examples in a batch.
    public var batchSize: Int
    /// The working precision: `f32` or `f64`.
    public var precision: String
    /// The seed of everything random.
    public var seed: UInt64
    /// The number of worker threads.
    public var threads: Int
    /// Further settings that decide the values, by name.
    public var settings: [String: String]

    /// A description; what is not given is empty.
    public init(
        commandLine: String = "", version: String = "", model: String = "", weights: String = "",
        weightsSHA256: String = "", data: String = "", indices: String = "",
        exampleCount: Int = 0, augmentation: String = "none", draws: Int = 1,
        labels: String = "hard", normalization: String = "", objective: String = "",
        l2Convention: String = "none", weightDecay: Double = 0, batchNorm: String = "running",
        batchSize: Int = 0, precision: String = "f32", seed: UInt64 = 0, threads: Int = 1,
        settings: [String: String] = [:]
    ) {
        self.commandLine = commandLine
        self.version = version
        self.model = model
        self.weights = weights
        self.weightsSHA256 = weightsSHA256
        self.data = data
        self.indices = indices
        self.exampleCount = exampleCount
        self.augmentation = augmentation
        self.draws = draws
        self.labels = labels
        self.normalization = normalization
        self.objective = objective
        self.l2Convention = l2Convention
        self.weightDecay = weightDecay
        self.batchNorm = batchNorm
        self.batchSize = batchSize
        self.precision = precision
        self.seed = seed
        self.threads = threads
        self.settings = settings
    }

    /// What decides the values, by name: two runs with equal identities compute the same numbers.
    ///
    /// The command line, the place of the weights' file and the number of threads are left out: a
    /// run may go on under another name or on another number of threads.
    public var identity: [String: String] {
        var identity = settings
        identity["version"] = version
        identity["model"] = model
        identity["weights_sha256"] = weightsSHA256
        identity["data"] = data
        identity["indices"] = indices
        identity["example_count"] = String(exampleCount)
        identity["augmentation"] = augmentation
        identity["draws"] = String(draws)
        identity["labels"] = labels
        identity["normalization"] = normalization
        identity["objective"] = objective
        identity["l2_convention"] = l2Convention
        identity["weight_decay"] = String(weightDecay)
        identity["batch_norm"] = batchNorm
        identity["batch_size"] = String(batchSize)
        identity["precision"] = precision
        identity["seed"] = String(seed)
        return identity
    }
}

/// What makes two runs the same computation.
enum RunIdentity {
    /// Refuses a file of another run, naming the first settings that differ.
    ///
    /// - Throws: `StorageError` of kind `mismatch`.
    static func check(
        _ path: String, found: [String: String], expected: [String: String]
    ) throws {
        // Digests come last: they follow from settings that say more.
        let names = Set(found.keys).union(expected.keys).sorted {
            ($0.hasPrefix("direction_") ? 1 : 0, $0) < ($1.hasPrefix("direction_") ? 1 : 0, $1)
        }
        let different = names.filter { found[$0] != expected[$0] }
        guard !different.isEmpty else { return }
        let list = different.prefix(3).map {
            "\($0) is \(found[$0] ?? "absent"), not \(expected[$0] ?? "absent")"
        }
        let rest = different.count > 3 ? " and \(different.count - 3) more" : ""
        throw StorageError(
            .mismatch, file: path,
            problem: "belongs to another run: \(list.joined(separator: ", "))\(rest)",
            remedy: "choose another --out, give the options of that run to go on with it, or"
                + " --force to replace it")
    }

    /// A digest of the identity: the SHA-256 of its lines `name=value`, sorted by name.
    static func digest(_ identity: [String: String]) -> String {
        let text = identity.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)\n" }.joined()
        return SHA256.hexadecimal(Array(text.utf8))
    }
}
