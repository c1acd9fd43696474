import Randomness

/// Which part of a data set: the one for training or the one held out.
public enum DataSplit: String, Sendable, CaseIterable {
    case train
    case test
}

/// Images `[count, channels, height, width]` with a label each.
public struct LabelledImages: Sendable {
    /// Pixel values, row-major `[count, channels, height, width]`.
    public enum Pixels: Sendable {
        /// Grey levels 0 to 255, to be normalised.
        case bytes([UInt8])
        /// Grey levels of the synthetic set, which are painted image by image on demand.
        case drawn(DrawnImages)
        /// Values already normalised.
        case floats([Float])
        /// Values already normalised, in double precision.
        case doubles([Double])

        /// The number of values.
        public var count: Int {
            switch self {
            case .bytes(let values): values.count
            case .drawn(let images): images.levelCount
            case .floats(let values): values.count
            case .doubles(let values): values.count
            }
        }

        /// Bytes in memory; what is painted on demand takes none.
        var bytes: Int {
            switch self {
            case .bytes(let values): values.count
            case .drawn: 0
            case .floats(let values): 4 * values.count
            case .doubles(let values): 8 * values.count
            }
        }

        /// Whether the values are grey levels, to be normalised.
        public var areGreyLevels: Bool {
            switch self {
            case .bytes, .drawn: true
            case .floats, .doubles: false
            }
        }
    }

    /// What each image shows.
    public enum Labels: Sendable {
        /// One class number per image, `[count]`.
        case classes([Int])
        /// One probability per class and image, row-major `[count, classes]`, rows sum to 1.
        case soft([Double])
    }

    /// The pixel values.
    public let pixels: Pixels
    /// The labels.
    public let labels: Labels
    /// The number of images.
    public let count: Int
    /// The number of colour channels.
    public let channels: Int
    /// The height in pixels.
    public let height: Int
    /// The width in pixels.
    public let width: Int
    /// The classes' names, in the order of their numbers.
    public let classNames: [String]
    /// Whether the number of classes was only guessed from the largest label.
    public let classCountIsInferred: Bool
    /// The part of the data set, or nil where the source knows no parts.
    public let split: DataSplit?
    /// The source in the form that the command line takes.
    public let source: String
    /// The names of the files that were read, in order.
    public let files: [String]

    /// Bytes that the pixels take in memory.
    public var bytes: Int { pixels.bytes }

    /// The number of classes.
    public var classCount: Int { classNames.count }

    /// The grey levels `[channels, height, width]` of one image; empty where values are normalised
    /// already.
    public func levels(_ index: Int) -> [UInt8] {
        switch pixels {
        case .bytes(let bytes): Array(bytes[index * imageSize..<(index + 1) * imageSize])
        case .drawn(let drawn): drawn[index]
        case .floats, .doubles: []
        }
    }

    /// `[count, channels, height, width]`.
    public var shape: [Int] { [count, channels, height, width] }

    /// Values per image: channels · height · width.
    public var imageSize: Int { channels * height * width }

    /// Joins pixels and labels after checking that they fit.
    ///
    /// - Parameters:
    ///   - shape: `[count, channels, height, width]`.
    ///   - classNames: nil to number as many classes as the labels show.
    /// - Throws: `DatasetError` if sizes differ, a label is not a class, a value is not finite or a
    ///   row of soft labels is not a distribution.
    public init(
        pixels: Pixels, shape: [Int], labels: Labels, classNames: [String]? = nil,
        split: DataSplit? = nil, source: String, files: [String] = []
    ) throws {
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }),
            let size = Self.product(shape), size == pixels.count
        else {
            throw DatasetError.inconsistent(
                reason: "\(source): \(pixels.count) pixel values do not fill images of shape "
                    + "\(shape); expected [N, C, H, W] with every length positive")
        }
        let names = try Self.names(classNames, labels: labels, count: shape[0], source: source)
        try Self.requireFinite(pixels, imageSize: size / shape[0], source: source)
        try Self.check(labels, count: shape[0], classes: names.count, source: source)
        self.pixels = pixels
        self.labels = labels
        (count, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
        self.classNames = names
        if case .classes = labels {
            classCountIsInferred = classNames == nil
        } else {
            classCountIsInferred = false
        }
        self.split = split
        self.source = source
        self.files = files
    }

    private init(_ other: LabelledImages, classNames: [String]) {
        pixels = other.pixels
        labels = other.labels
        (count, channels, height, width) = (other.count, other.channels, other.height, other.width)
        self.classNames = classNames
        classCountIsInferred = false
        split = other.split
        source = other.source
        files = other.files
    }

    /// The same images for a network with `classes` outputs.
    ///
    /// A file of numbered labels does not say how many classes there are; this settles it.
    ///
    /// - Throws: `DatasetError` if the data set states another number of classes, or shows more.
    public func withClassCount(_ classes: Int) throws -> LabelledImages {
        if classes == classCount { return self }
        guard classCountIsInferred, classes > classCount else {
            throw DatasetError.inconsistent(
                reason: "\(source) has \(classCount) classes but the network has \(classes) "
                    + "outputs; choose data and a network that agree")
        }
        return LabelledImages(self, classNames: Self.numbers(classes))
    }

    /// The class of each image, `[count]`; of soft labels the most probable one.
    public var classes: [Int] {
        switch labels {
        case .classes(let classes): return classes
        case .soft(let rows):
            return (0..<count).map { image in
                let start = image * classCount
                var best = 0
                for candidate in 1..<max(classCount, 1)
                where rows[start + candidate] > rows[start + best] {
                    best = candidate
                }
                return best
            }
        }
    }

    /// The FNV-1a hash of the shape, pixels and labels of the given images, as 16 hex digits.
    ///
    /// Two runs with equal hashes saw the same data, wherever the files lie.
    public func contentHash(of indices: [Int]) -> String {
        var hash = ContentHash()
        for length in [indices.count, channels, height, width] { hash.add(UInt64(length)) }
        let size = imageSize
        for index in indices {
            let values = index * size..<(index + 1) * size
            switch pixels {
            case .bytes(let bytes): for at in values { hash.add(bytes[at]) }
            case .drawn(let images): for level in images[index] { hash.add(level) }
            case .floats(let floats): for at in values { hash.add(UInt64(floats[at].bitPattern)) }
            case .doubles(let doubles): for at in values { hash.add(doubles[at].bitPattern) }
            }
            switch labels {
            case .classes(let classes): hash.add(UInt64(classes[index]))
            case .soft(let rows):
                for at in index * classCount..<(index + 1) * classCount {
                    hash.add(rows[at].bitPattern)
                }
            }
        }
        let digits = String(hash.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A running FNV-1a hash of 64 bits.
private struct ContentHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    /// Adds a number's eight bytes, the lowest first.
    mutating func add(_ number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            add(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }
}
