import Randomness

/// What is done to an image before normalisation, in the form that `--augment` takes.
///
/// An augmentation is a list of steps. Each step makes its draws from a stream of its own, keyed by
/// (seed, step, image, draw), so what an image becomes depends on nothing else: not on the batch,
/// the number of workers or the order, nor on steps that are added later.
public struct Augmentation: Hashable, Sendable {
    /// A single transform with its strength.
    public enum Step: Hashable, Sendable {
        /// A window of the image's size at a random place of the image padded by `padding` pixels
        /// of grey level 0 on each side.
        case randomCrop(padding: Int)
        /// Mirrors left and right with this probability.
        case horizontalFlip(probability: Double)

        /// The name of the step's stream.
        var name: String {
            switch self {
            case .randomCrop: return "crop"
            case .horizontalFlip: return "horizontal-flip"
            }
        }
    }

    /// The name that `--augment` takes.
    public let name: String
    /// The transforms, the first applied first.
    public let steps: [Step]

    /// Joins steps under a name.
    public init(name: String, steps: [Step]) {
        self.name = name
        self.steps = steps
    }

    /// Images as they are.
    public static let none = Augmentation(name: "none", steps: [])

    /// Random crop after padding by 4, then a horizontal flip with probability 1/2.
    public static let standard = Augmentation(
        name: "standard", steps: [.randomCrop(padding: 4), .horizontalFlip(probability: 0.5)])

    /// Reads `none` or `standard`.
    ///
    /// - Throws: `DatasetError.invalidOption`.
    public init(_ text: String) throws {
        guard let found = [Self.none, Self.standard].first(where: { $0.name == text }) else {
            throw DatasetError.invalidOption(
                name: "--augment", value: text, reason: "expected none or standard")
        }
        self = found
    }

    /// The steps with their strengths, such as "crop(padding 4) horizontal-flip(0.5)".
    public var text: String {
        let parts = steps.map { step in
            switch step {
            case .randomCrop(let padding): return "\(step.name)(padding \(padding))"
            case .horizontalFlip(let probability): return "\(step.name)(\(probability))"
            }
        }
        return parts.isEmpty ? name : "\(name): " + parts.joined(separator: " ")
    }
}

/// Where the pixels of an augmented image come from.
///
///     out[y, x] = in[y + top, x' + left],   x' = mirrored ? width - 1 - x : x
///
/// Pixels from outside the image are black.
struct Placement: Equatable {
    var top = 0
    var left = 0
    var mirrored = false

    /// The image stays as it is.
    static let identity = Placement()

    /// Takes a window whose corner lies at (row, column) of what this placement makes.
    mutating func crop(row: Int, column: Int) {
        top += row
        left += mirrored ? -column : column
    }

    /// Mirrors what this placement makes.
    mutating func mirror() { mirrored.toggle() }
}

/// The streams of an augmentation's steps under one seed.
struct AugmentationDraws: Sendable {
    private let steps: [(step: Augmentation.Step, stream: RandomStream)]

    init(_ augmentation: Augmentation, seed: UInt64) {
        steps = augmentation.steps.enumerated().map { number, step in
            let name = "augmentation/\(step.name)"
            // Only a second step of the same kind needs a stream of another name.
            let earlier = augmentation.steps.prefix(number).filter { $0.name == step.name }.count
            let full = earlier == 0 ? name : "\(name)/\(earlier)"
            return (step, RandomStream(seed: seed, name: full))
        }
    }

    /// The placement of draw `draw` of image `index`.
    func placement(_ index: Int, draw: Int) -> Placement {
        var placement = Placement.identity
        for (step, stream) in steps {
            let draws = stream.substream(index).substream(draw)
            switch step {
            case .randomCrop(let padding):
                placement.crop(
                    row: draws.integer(0, below: 2 * padding + 1) - padding,
                    column: draws.integer(1, below: 2 * padding + 1) - padding)
            case .horizontalFlip(let probability):
                if draws.uniform(0) < probability { placement.mirror() }
            }
        }
        return placement
    }
}
