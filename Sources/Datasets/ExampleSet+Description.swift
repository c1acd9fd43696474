import Randomness

extension ExampleSet {
    /// Everything that defines the examples, as pairs to be stored with a result.
    ///
    /// Sets with equal descriptions hold equal inputs and labels.
    public var description: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = [
            ("data.source", images.source),
            ("data.split", images.split?.rawValue ?? "all"),
            ("data.shape", imageShape.map(String.init).joined(separator: "x")),
            ("data.classes", "\(classCount)"),
            ("data.images", "\(indices.count)"),
            ("data.selection", selection?.text ?? "by number"),
            ("data.indices", indexText),
            ("data.hash", images.contentHash(of: indices)),
            ("data.normalization", normalization?.text ?? "as stored"),
            ("data.seed", "\(options.seed)"),
            ("data.augmentation", options.augmentation.text),
            ("data.draws", "\(draws.lowerBound)..<\(draws.upperBound)"),
            ("data.label-smoothing", "\(options.labelSmoothing)"),
            ("data.mixup", "\(options.mixing.mixup)"),
            ("data.cutmix", "\(options.mixing.cutmix)"),
        ]
        if !images.files.isEmpty {
            pairs.append(("data.files", images.files.joined(separator: ",")))
        }
        if options.mixing.isOn {
            pairs.append(("data.mixing-probability", "\(options.mixing.probability)"))
            pairs.append(("data.mixing-switch", "\(options.mixing.switchProbability)"))
            pairs.append(("data.mixing-batch-size", "\(options.batchSize)"))
        }
        return pairs
    }

    /// The numbers of the images, or their hash where the list would not fit into an attribute of
    /// an HDF5 file (64 KiB for all attributes together, in the older format).
    private var indexText: String {
        let list = Self.ranges(indices)
        if list.utf8.count <= 16_384 { return list }
        return "\(indices.count) numbers with FNV-1a hash "
            + String(RandomStream.hash(list), radix: 16)
    }

    /// The numbers as ranges and single numbers, such as "0..<128,130"; runs go up by one.
    static func ranges(_ numbers: [Int]) -> String {
        var parts: [String] = []
        var start = 0
        while start < numbers.count {
            var end = start + 1
            while end < numbers.count, numbers[end] == numbers[end - 1] + 1 { end += 1 }
            parts.append(
                end - start == 1
                    ? "\(numbers[start])" : "\(numbers[start])..<\(numbers[end - 1] + 1)")
            start = end
        }
        return parts.joined(separator: ",")
    }
}
