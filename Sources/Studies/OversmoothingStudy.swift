import Autodiff
import Figures
import Networks
import Representations
import Training

extension Experiment {
    /// The study of how tokens become alike.
    ///
    /// - Parameter keepsClassTokens: whether class tokens count among the tokens of features.
    /// - Throws: `NetworkError` where the network has no feature map of several pixels;
    ///   `ObjectiveError`; `EigenproblemError` where a weight is not finite.
    public func oversmoothing(
        keepsClassTokens: Bool = false
    ) throws -> ExampleStudy<OversmoothingResult> {
        let maps = Set(try featureUnits().map(\.name))
        let units = try network.units().filter { unit in
            unit.featureMap == nil || maps.contains(unit.name)
        }
        let gains = try headGains()
        let question = OversmoothingQuestion(
            units, mapped: Set(gains.keys), keepsClassTokens: keepsClassTokens)
        return try study(
            OversmoothingResult(
                units: units, question: question, gains: gains, exampleCount: examples.count,
                batchSize: examples.options.batchSize, seed: seed),
            subject: "oversmoothing" + (keepsClassTokens ? " with class tokens" : ""), question,
            outputs: question.outputNames)
    }

    /// The gains of the heads of each attention over the whole image, by unit.
    private func headGains() throws -> [String: [Double]] {
        let trace = try network.trace(in: GraphBuilder(), batch: 1)
        var gains: [String: [Double]] = [:]
        for (unit, mapping) in trace.attentionMappings {
            guard let value = weights.layout[mapping.valueKey],
                let projection = weights.layout[mapping.projectionKey],
                let heads = trace.attention[unit]?.shape[1]
            else { continue }
            let features = value.count / value.shape[0]
            let start = value.offset + mapping.valueRows.lowerBound * features
            gains[unit] = try HeadGain.all(
                value: weights.vector.values(
                    in: start..<start + mapping.valueRows.count * features),
                projection: weights.vector.values(in: projection.range), heads: heads,
                features: features)
        }
        return gains
    }
}

extension Analysis {
    static let oversmoothing = measured(OversmoothingResult.self) {
        try OversmoothingFigure($0, $1)
    }
}
