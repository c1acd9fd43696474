/// Where the channels and the pixels of a unit's output lie.
public enum FeatureLayout: Hashable, Sendable, Codable {
    /// `[batch, channels, height, width]`.
    case channelsFirst
    /// `[batch, height, width, channels]`.
    case channelsLast
    /// `[batch, others + height · width, channels]`: a token for each pixel, row by row, after
    /// those that stand for no place, such as that of the class.
    case tokens(height: Int, width: Int, others: Int = 0)

    /// Channels, height and width of an output; nil where it is no feature map of this layout.
    ///
    /// - Parameter shape: the extents of the output, with the batch first.
    public func extents(_ shape: [Int]) -> (channels: Int, height: Int, width: Int)? {
        switch self {
        case .channelsFirst where shape.count == 4: (shape[1], shape[2], shape[3])
        case .channelsLast where shape.count == 4: (shape[3], shape[1], shape[2])
        case .tokens(let height, let width, let others)
        where shape.count == 3 && shape[1] == others + height * width:
            (shape[2], height, width)
        default: nil
        }
    }
}

extension UnitDescription {
    /// Channels, height and width of the unit's output; nil where it is no feature map, as that of
    /// a classifier.
    public var featureMap: (channels: Int, height: Int, width: Int)? {
        layout.extents(outputShape)
    }
}
