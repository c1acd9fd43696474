import Storage

extension RunDescription {
    /// Writes every field as an attribute, the further settings into the group `settings`.
    func write(to root: HDF5Group) throws {
        let texts = [
            ("command_line", commandLine), ("version", version), ("model", model),
            ("weights", weights), ("weights_sha256", weightsSHA256), ("data", data),
            ("indices", indices), ("augmentation", augmentation), ("labels", labels),
            ("normalization", normalization), ("objective", objective),
            ("l2_convention", l2Convention), ("batch_norm", batchNorm), ("precision", precision),
        ]
        for (name, value) in texts { try root.setAttribute(name, .text(value)) }
        let integers = [
            ("example_count", exampleCount), ("draws", draws), ("batch_size", batchSize),
            ("threads", threads),
        ]
        for (name, value) in integers { try root.setAttribute(name, .integer(Int64(value))) }
        try root.setAttribute("weight_decay", .real(weightDecay))
        try root.setSeed("seed", seed)
        let group = try root.createGroup("settings")
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            try group.setAttribute(name, .text(value))
        }
    }

    /// Reads the fields back.
    init(_ reader: RecordReader) throws {
        let group = try reader.child("settings")
        let settings = try Dictionary(
            uniqueKeysWithValues: group.group.attributeNames().map { ($0, try group.text($0)) })
        self.init(
            commandLine: try reader.text("command_line"), version: try reader.text("version"),
            model: try reader.text("model"), weights: try reader.text("weights"),
            weightsSHA256: try reader.text("weights_sha256"), data: try reader.text("data"),
            indices: try reader.text("indices"),
            exampleCount: try reader.integer("example_count"),
            augmentation: try reader.text("augmentation"), draws: try reader.integer("draws"),
            labels: try reader.text("labels"),
            normalization: try reader.text("normalization"),
            objective: try reader.text("objective"),
            l2Convention: try reader.text("l2_convention"),
            weightDecay: try reader.real("weight_decay"),
            batchNorm: try reader.text("batch_norm"),
            batchSize: try reader.integer("batch_size"),
            precision: try reader.text("precision"), seed: try reader.seed("seed") ?? 0,
            threads: try reader.integer("threads"), settings: settings)
    }

    /// The description of the run that made a result, whatever its kind.
    ///
    /// - Throws: `StorageError` where the file cannot be read or is no result of Saddle.
    public static func of(_ path: String) throws -> RunDescription {
        let file = try HDF5File.open(path)
        defer { file.close() }
        let reader = RecordReader(file.root, path: path)
        _ = try RecordKind.of(reader)
        return try RunDescription(reader)
    }
}
