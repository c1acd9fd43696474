/// One mean and one standard deviation per channel, of grey levels scaled to 0 to 1.
///
///     value = (level / 255 - mean[channel]) / standardDeviation[channel]
public struct ChannelNormalization: Hashable, Sendable {
    /// `[channels]`, in units of full brightness.
    public let mean: [Double]
    /// `[channels]`, in units of full brightness, above 0.
    public let standardDeviation: [Double]

    /// Takes constants of equal number.
    public init(mean: [Double], standardDeviation: [Double]) {
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// The constants of ImageNet-1K.
    public static let imagenet = ChannelNormalization(
        mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])

    /// Measures the pixels of `images`, with the standard deviation of the population.
    ///
    /// - Throws: `DatasetError.inconsistent` if a channel is constant.
    public init(measuring images: LabelledImages) throws {
        guard let sums = GreyLevelSums(of: images) else {
            throw DatasetError.inconsistent(
                reason: "\(images.source): only images of grey levels can be measured")
        }
        var mean: [Double] = []
        var deviation: [Double] = []
        for channel in 0..<images.channels {
            let pixels = Double(images.count * images.height * images.width)
            let average = Double(sums.levels[channel]) / pixels
            let variance = Double(sums.squares[channel]) / pixels - average * average
            guard variance > 1e-9 else {
                throw DatasetError.inconsistent(
                    reason:
                        "\(images.source): channel \(channel) is \(average) everywhere and has no "
                        + "standard deviation; give --normalization MEAN/STD")
            }
            mean.append(average / 255)
            deviation.append(variance.squareRoot() / 255)
        }
        self.init(mean: mean, standardDeviation: deviation)
    }

    /// The normalised value of every grey level, `[channels, 256]`, rounded from Double.
    func table<Scalar: BinaryFloatingPoint>(as type: Scalar.Type) -> [Scalar] {
        var table: [Scalar] = []
        table.reserveCapacity(256 * mean.count)
        for channel in 0..<mean.count {
            for level in 0..<256 {
                table.append(
                    Scalar((Double(level) / 255 - mean[channel]) / standardDeviation[channel]))
            }
        }
        return table
    }

    /// `MEAN/STD` with comma lists.
    public var text: String {
        [mean, standardDeviation].map { $0.map { "\($0)" }.joined(separator: ",") }
            .joined(separator: "/")
    }
}
