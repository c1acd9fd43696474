import Autodiff
import Networks

extension Tensor {
    /// The output of a unit as a feature map `[batch, channels, height, width]`; tokens that stand
    /// for no place are left out.
    ///
    /// - Throws: `ShapeError` where the output is no feature map of that layout.
    public func featureMap(_ layout: FeatureLayout) throws -> Tensor {
        switch layout {
        case .channelsFirst: self
        case .channelsLast: try permuted([0, 3, 1, 2])
        case .tokens(let height, let width, let others):
            try slice(axis: 1, others..<others + height * width).permuted([0, 2, 1])
                .reshaped(to: [shape[0], shape[2], height, width])
        }
    }
}
