import Networks
import Representations
import Training

extension Experiment {
    /// The units whose outputs are feature maps of several pixels.
    ///
    /// - Throws: `NetworkError` where there is none.
    public func featureUnits() throws -> [UnitDescription] {
        let units = try network.units().filter { unit in
            unit.featureMap.map { $0.height * $0.width > 1 } ?? false
        }
        guard !units.isEmpty else {
            throw NetworkError(
                "\(network.name) has no feature map of several pixels; choose larger images or"
                    + " another --model")
        }
        return units
    }

    /// Measures what a reduction makes of the feature maps of units.
    ///
    /// - Parameter objective: what is asked, by default `objective()`.
    /// - Returns: from the positions of examples to a row for each, which holds the numbers of the
    ///   first unit, then those of the next.
    /// - Throws: `ObjectiveError`, `DatasetError`.
    public func features(
        _ reduction: some FeatureReduction, of units: [UnitDescription],
        by objective: Objective? = nil
    ) throws -> (_ positions: Range<Int>) throws -> [[Double]] {
        let question = FeatureQuestion(reduction, of: units.map(\.name))
        let objective = try objective ?? self.objective()
        return { positions in
            try objective.setExamples(positions)
            var rows: [[Double]] = []
            try objective.ask(question, at: weights.vector) { answer in
                let numbers = try question.units.map { try answer.rows($0) }
                let count = answer.positions.count
                for example in 0..<count {
                    rows.append(
                        numbers.flatMap { all in
                            let size = all.count / count
                            return all[example * size..<(example + 1) * size]
                        })
                }
            }
            return rows
        }
    }
}
