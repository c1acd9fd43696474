/// A data set that needs no file: coloured shapes with textures, drawn from a seed.
///
/// Class k has one of five shapes, one of four textures and a hue; position, size, hue, contrast
/// and noise vary from image to image, so that a network has something to learn and to get wrong.
/// Labels go round: image i has class i mod `classes`.
public struct SyntheticImages: Hashable, Sendable {
    /// The number of classes.
    public var classes = 10
    /// Height and width in pixels.
    public var size = 32
    /// The number of colour channels.
    public var channels = 3
    /// The number of images of each split.
    public var count = 4096
    /// The seed; the two splits differ for each seed.
    public var seed: UInt64 = 0
    /// The standard deviation of the pixel noise, in grey levels of 255.
    public var noise = 24.0

    /// The default set: 4096 images `[3, 32, 32]` of 10 classes.
    public init() {}

    /// Reads `key=value,...`.
    ///
    /// - Throws: `DatasetError.invalidOption` for an unknown key or a value out of range.
    public init(options: String) throws {
        for option in options.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = option.split(separator: "=", omittingEmptySubsequences: false)
                .map(String.init)
            guard parts.count == 2 else {
                throw Self.error(
                    String(option), "expected key=value with one of the keys \(Self.keys)")
            }
            let text = parts[1]
            switch parts[0] {
            case "classes": classes = try Self.integer("classes", text, in: 2...1000)
            case "size": size = try Self.integer("size", text, in: 8...512)
            case "channels": channels = try Self.integer("channels", text, in: 1...16)
            case "count": count = try Self.integer("count", text, in: 1...1_000_000)
            case "seed":
                guard let value = UInt64(text) else {
                    throw Self.error("seed=\(text)", "expected an integer of at least 0")
                }
                seed = value
            case "noise":
                guard let value = Double(text), value >= 0, value <= 255 else {
                    throw Self.error("noise=\(text)", "expected a number from 0 to 255")
                }
                noise = value
            default:
                throw Self.error(String(option), "unknown key; the keys are \(Self.keys)")
            }
        }
    }

    /// The options that differ from the default, as `key=value,...`; empty for the default set.
    public var options: String {
        let standard = SyntheticImages()
        var parts: [String] = []
        if classes != standard.classes { parts.append("classes=\(classes)") }
        if size != standard.size { parts.append("size=\(size)") }
        if channels != standard.channels { parts.append("channels=\(channels)") }
        if count != standard.count { parts.append("count=\(count)") }
        if seed != standard.seed { parts.append("seed=\(seed)") }
        if noise != standard.noise { parts.append("noise=\(noise)") }
        return parts.joined(separator: ",")
    }

    private static let keys = "classes, size, channels, count, seed, noise"

    private static func error(_ option: String, _ reason: String) -> DatasetError {
        .invalidOption(name: "synthetic:", value: option, reason: reason)
    }

    private static func integer(
        _ key: String, _ text: String, in range: ClosedRange<Int>
    ) throws -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw error(
                "\(key)=\(text)",
                "expected an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The class of an image.
    func label(_ index: Int) -> Int { index % classes }

    /// The images of one split, `[count, channels, size, size]`, painted as they are asked for.
    func draw(_ split: DataSplit, source: String) throws -> LabelledImages {
        try LabelledImages(
            pixels: .drawn(DrawnImages(self, split)), shape: [count, channels, size, size],
            labels: .classes((0..<count).map(label)),
            classNames: (0..<classes).map(SyntheticScene.name), split: split, source: source)
    }
}
