import Datasets
import Records
import Training

extension RunDescription {
    /// Takes over how the objective is computed.
    mutating func describe(_ loss: LossOptions, _ options: ObjectiveOptions) {
        objective = loss.formula
        l2Convention = loss.l2Convention.rawValue
        weightDecay = loss.l2
        batchNorm = loss.batchNorm.rawValue
        precision = loss.precision.rawValue
        threads = options.threads
    }

    /// Takes over what the examples are; what has no field of its own goes to the settings.
    mutating func describe<Scalar>(_ set: ExampleSet<Scalar>) {
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

    /// The description as JSON, under the names of the file's attributes.
    var document: JSONValue {
        [
            "command_line": .text(commandLine), "version": .text(version), "model": .text(model),
            "weights": .text(weights), "weights_sha256": .text(weightsSHA256),
            "data": .text(data), "indices": .text(indices),
            "example_count": .integer(exampleCount), "augmentation": .text(augmentation),
            "draws": .integer(draws), "labels": .text(labels),
            "normalization": .text(normalization), "objective": .text(objective),
            "l2_convention": .text(l2Convention), "weight_decay": .number(weightDecay),
            "batch_norm": .text(batchNorm), "batch_size": .integer(batchSize),
            "precision": .text(precision), "seed": .text(String(seed)),
            "threads": .integer(threads),
            "settings": .object(
                settings.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }),
        ]
    }
}
