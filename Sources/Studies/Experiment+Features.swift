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

    /// Measures the rows of a question.
    ///
    /// - Parameters:
    ///   - outputs: the outputs whose numbers stand side by side in a row.
    ///   - objective: what is asked.
    /// - Returns: from the positions of examples to a row for each.
    func rows(
        _ question: some Question, _ outputs: [String], by objective: Objective
    ) throws -> (_ positions: Range<Int>) throws -> [[Double]] {
        { positions in
            try objective.setExamples(positions)
            var rows: [[Double]] = []
            try objective.ask(question, at: weights.vector) { answer in
                let numbers = try outputs.map { try answer.rows($0) }
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
