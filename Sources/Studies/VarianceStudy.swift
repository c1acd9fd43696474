import Figures
import Networks
import Representations

extension Experiment {
    /// The study of the variance of the network's feature maps.
    ///
    /// - Throws: `NetworkError` where the network has no feature map of several pixels;
    ///   `ObjectiveError`.
    public func variance() throws -> ExampleStudy<VarianceResult> {
        let units = try featureUnits()
        return try study(
            VarianceResult(
                units: units, exampleCount: examples.count,
                batchSize: examples.options.batchSize, seed: seed),
            subject: "spatial variance of feature maps", ChannelShare(), of: units)
    }
}

extension Analysis {
    static let variance = measured(VarianceResult.self) {
        try CurveFigure(.variance, $0, $1)
    }
}
