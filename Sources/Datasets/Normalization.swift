/// How grey levels become network inputs, in the form that `--normalization` takes.
public enum Normalization: Hashable, Sendable {
    /// The data set's published constants; where there are none, those of its training split.
    case dataset
    /// The constants of ImageNet-1K.
    case imagenet
    /// Means and standard deviations of values 0 to 1, one for all channels or one per channel.
    case constants(mean: [Double], standardDeviation: [Double])

    /// Reads `dataset`, `imagenet` or `MEAN/STD`, each a number or a comma list.
    ///
    /// - Throws: `DatasetError.invalidOption`.
    public init(_ text: String) throws {
        switch text {
        case "dataset": self = .dataset
        case "imagenet": self = .imagenet
        default:
            let lists = text.split(separator: "/", omittingEmptySubsequences: false).map { list in
                list.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
            }
            let numbers = lists.map { $0.compactMap { $0 }.filter(\.isFinite) }
            guard lists.count == 2, numbers[0].count == lists[0].count,
                numbers[1].count == lists[1].count, !numbers[0].isEmpty, !numbers[1].isEmpty,
                numbers[1].allSatisfy({ $0 > 0 })
            else {
                throw DatasetError.invalidOption(
                    name: "--normalization", value: text,
                    reason:
                        "expected dataset, imagenet or MEAN/STD of values 0 to 1 with STD above 0, "
                        + "such as 0.5/0.5 or 0.49,0.48,0.45/0.20,0.20,0.20")
            }
            self = .constants(mean: numbers[0], standardDeviation: numbers[1])
        }
    }

    /// The form that makes the same choice again.
    public var text: String {
        switch self {
        case .dataset: return "dataset"
        case .imagenet: return "imagenet"
        case .constants(let mean, let deviation):
            let lists = [mean, deviation].map { $0.map { "\($0)" }.joined(separator: ",") }
            return lists.joined(separator: "/")
        }
    }

    /// The constants for the channels of `images`, or nil for images that are normalised already.
    ///
    /// - Parameter source: asked for its constants or its training split under `dataset`.
    /// - Throws: `DatasetError` if the number of constants is not that of channels, the images are
    ///   normalised already but constants are given, or the training split cannot be read.
    public func resolve(
        for images: LabelledImages, from source: DataSource
    ) throws -> ChannelNormalization? {
        guard images.pixels.areGreyLevels else {
            guard self == .dataset else {
                throw DatasetError.invalidOption(
                    name: "--normalization", value: text,
                    reason: "\(images.source) holds floating-point images, which are taken as "
                        + "normalised already; leave the option out or store uint8")
            }
            return nil
        }
        switch self {
        case .imagenet:
            return try expand(
                ChannelNormalization.imagenet.mean, ChannelNormalization.imagenet.standardDeviation,
                channels: images.channels)
        case .constants(let mean, let deviation):
            return try expand(mean, deviation, channels: images.channels)
        case .dataset:
            if let published = source.publishedNormalization { return published }
            let training = images.split == .test ? try source.load(.train) : images
            return try ChannelNormalization(measuring: training)
        }
    }

    private func expand(
        _ mean: [Double], _ deviation: [Double], channels: Int
    ) throws -> ChannelNormalization {
        for list in [mean, deviation] where list.count != 1 && list.count != channels {
            throw DatasetError.invalidOption(
                name: "--normalization", value: text,
                reason: "gives \(list.count) values but the images have \(channels) "
                    + "channel\(channels == 1 ? "" : "s"); give one value or \(channels)")
        }
        func full(_ list: [Double]) -> [Double] {
            list.count == channels ? list : [Double](repeating: list[0], count: channels)
        }
        return ChannelNormalization(mean: full(mean), standardDeviation: full(deviation))
    }
}

extension DataSource {
    /// The constants that are in use for this data set, or nil where there are none.
    ///
    /// - Source: CIFAR: the configurations of Park & Kim 2022; MNIST and Fashion-MNIST: mean and
    ///   standard deviation of the training images, as commonly quoted.
    var publishedNormalization: ChannelNormalization? {
        switch self {
        case .cifar10:
            return ChannelNormalization(
                mean: [0.4914, 0.4822, 0.4465], standardDeviation: [0.2023, 0.1994, 0.2010])
        case .cifar100:
            return ChannelNormalization(
                mean: [0.5071, 0.4867, 0.4408], standardDeviation: [0.2675, 0.2565, 0.2761])
        case .mnist: return ChannelNormalization(mean: [0.1307], standardDeviation: [0.3081])
        case .fashionMNIST: return ChannelNormalization(mean: [0.2860], standardDeviation: [0.3530])
        case .synthetic, .tensors: return nil
        }
    }
}
