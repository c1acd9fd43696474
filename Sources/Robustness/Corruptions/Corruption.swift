import Randomness

/// A way of spoiling images as cameras, weather and codecs do, at severities from 1 to 5.
///
/// - Source: Hendrycks & Dietterich 2019 (arXiv 1903.12261); steps and constants are those of CIFAR-10-C,
///   `create_c/make_cifar_c.py` of hendrycks/robustness, at every size of images.
public struct Corruption: Sendable {
    /// The name of its file in CIFAR-10-C.
    public let name: String
    /// Whether it is one of the four that are meant for validation.
    public let isExtra: Bool
    private let spoil: @Sendable (_ image: Raster, _ severity: Int, inout CorruptionDraws) -> Raster

    init(
        _ name: String, isExtra: Bool = false,
        _ spoil: @escaping @Sendable (_ image: Raster, _ severity: Int, inout CorruptionDraws) -> Raster
    ) {
        (self.name, self.isExtra, self.spoil) = (name, isExtra, spoil)
    }

    /// A corruption whose steps take one constant of each severity.
    init<Constant: Sendable>(
        _ name: String, isExtra: Bool = false, _ constants: [Constant],
        _ spoil: @escaping @Sendable (_ image: Raster, Constant, inout CorruptionDraws) -> Raster
    ) {
        self.init(name, isExtra: isExtra) { image, severity, draws in
            spoil(image, constants[severity - 1], &draws)
        }
    }

    /// The severities.
    public static let severities = 1...5

    /// All corruptions: the fifteen of the benchmark, then the four extra ones.
    public static let all = noises + blurs + weathers + digital + extras

    /// The corruption of that name.
    public static func named(_ name: String) -> Corruption? { all.first { $0.name == name } }

    /// The spoilt grey levels of an image.
    ///
    /// - Parameters:
    ///   - bytes: `[channels, height, width]`.
    ///   - severity: 1 to 5.
    ///   - stream: of the example; the same stream gives the same image.
    public func corrupted(
        _ bytes: [UInt8], channels: Int, height: Int, width: Int, severity: Int,
        _ stream: RandomStream
    ) -> [UInt8] {
        var draws = CorruptionDraws(
            RandomStream(key: RandomStream.mix(stream.key ^ RandomStream.hash("\(name):\(severity)"))))
        let image = Raster(bytes: bytes, channels: channels, height: height, width: width)
        return corrupted(image, severity: severity, &draws).bytes
    }

    func corrupted(_ image: Raster, severity: Int, _ draws: inout CorruptionDraws) -> Raster {
        precondition(Self.severities.contains(severity), "Severities are from 1 to 5.")
        return spoil(image, severity, &draws)
    }
}
