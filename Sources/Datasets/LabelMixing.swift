import Randomness

/// Mixup and CutMix of a minibatch with itself in reverse order, one draw per minibatch.
///
/// - Source: Zhang et al. 2018 (arXiv 1710.09412), Yun et al. 2019 (arXiv 1905.04899); the choice
///   between them, the box and the labels are those of timm's `Mixup` in mode "batch".
public struct LabelMixing: Hashable, Sendable {
    /// Mixup draws its weight from Beta(mixup, mixup); 0 turns it off.
    public var mixup: Double
    /// CutMix draws its share from Beta(cutmix, cutmix); 0 turns it off.
    public var cutmix: Double
    /// The probability that a minibatch is mixed at all.
    public var probability: Double
    /// The probability of CutMix where both are on.
    public var switchProbability: Double

    /// No mixing unless a parameter is given.
    public init(
        mixup: Double = 0, cutmix: Double = 0, probability: Double = 1,
        switchProbability: Double = 0.5
    ) {
        self.mixup = mixup
        self.cutmix = cutmix
        self.probability = probability
        self.switchProbability = switchProbability
    }

    /// No mixing.
    public static let none = LabelMixing()

    /// Whether any minibatch can be mixed.
    public var isOn: Bool { (mixup > 0 || cutmix > 0) && probability > 0 }

    /// - Throws: `DatasetError.invalidOption` for a parameter out of range.
    func validate() throws {
        for (name, value) in [("--mixup", mixup), ("--cutmix", cutmix)]
        where !(value >= 0 && value.isFinite) {
            throw DatasetError.invalidOption(
                name: name, value: "\(value)",
                reason: "expected the parameter of a Beta distribution, at least 0 (0: off)")
        }
        for (name, value) in [
            ("mixing probability", probability), ("switch probability", switchProbability),
        ] where !(value >= 0 && value <= 1) {
            throw DatasetError.invalidOption(
                name: name, value: "\(value)", reason: "expected a number from 0 to 1")
        }
    }

    /// The mixture of one minibatch of images of the given size, made from its own stream.
    func draw(_ stream: RandomStream, height: Int, width: Int) -> Mixture {
        guard isOn, stream.uniform(0) < probability else { return .none }
        let cuts = mixup > 0 && cutmix > 0 ? stream.uniform(1) < switchProbability : cutmix > 0
        let alpha = cuts ? cutmix : mixup
        let lambda = stream.substream(0).beta(alpha, alpha)
        guard cuts else { return .mixup(lambda: lambda) }
        return .cutmix(
            CutBox(
                lambda: lambda, row: stream.integer(2, below: height),
                column: stream.integer(3, below: width), height: height, width: width))
    }
}

/// How an image is mixed with its partner, the image at the mirrored place of the minibatch.
enum Mixture: Equatable, Sendable {
    case none
    /// lambda · image + (1 - lambda) · partner.
    case mixup(lambda: Double)
    /// The box is taken from the partner.
    case cutmix(CutBox)

    /// The share of the image's own label; the partner's label has the rest.
    var weight: Double {
        switch self {
        case .none: return 1
        case .mixup(let lambda): return lambda
        case .cutmix(let box): return box.lambda
        }
    }
}

/// The rectangle that CutMix takes from the partner.
///
/// A box of sqrt(1 - lambda) times the image's height and width, in whole pixels, is centred on a
/// random pixel and clipped to the image. An odd box reaches one pixel further down and right.
///
/// - Source: `rand_bbox` of timm 1.0.31; older releases make odd boxes one pixel smaller.
struct CutBox: Equatable, Sendable {
    let rows: Range<Int>
    let columns: Range<Int>
    /// The share of the image that is left outside the box.
    let lambda: Double

    /// The box around pixel (row, column) of an image of the given size.
    init(lambda: Double, row: Int, column: Int, height: Int, width: Int) {
        let ratio = (1 - lambda).squareRoot()
        func side(_ length: Int, around centre: Int) -> Range<Int> {
            let cut = Int(Double(length) * ratio)
            return max(0, centre - cut / 2)..<min(length, centre + (cut + 1) / 2)
        }
        rows = side(height, around: row)
        columns = side(width, around: column)
        self.lambda = 1 - Double(rows.count * columns.count) / Double(height * width)
    }
}
