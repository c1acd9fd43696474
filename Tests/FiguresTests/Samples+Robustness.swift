import Robustness

extension Samples {
    /// Accuracies that fall with the severity, of all corruptions; one set is missing.
    static func corruptions(extras: Bool = true) throws -> CorruptionResult {
        let chosen = Corruption.all.filter { extras || !$0.isExtra }
        var result = CorruptionResult(
            chosen, severities: [1, 2, 3, 4, 5], origin: "made", exampleCount: 4, seed: 1)
        let rows = (0...result.sets.count).map { item -> [Double]? in
            item == 7 ? nil : [0.5, 0.2, 0.1, 0.05] + (0..<4).map { $0 < item % 5 ? 1 : 0 }
        }
        try result.assemble(rows)
        return result
    }
}
