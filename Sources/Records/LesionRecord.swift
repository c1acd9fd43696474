import Lesions
import Randomness
import Storage

/// Lesion studies as HDF5 files.
///
/// Each data set has one entry per unit: `unit`, `kind`, `depth`, `accuracy`, `nll`, and
/// `accuracy_drop` and `nll_rise` with their intervals `[unit, 4]`, columns value, lower, upper and
/// level. The whole network's numbers are attributes.
public enum LesionRecord {
    /// Writes a lesion study, whole or not at all.
    ///
    /// - Throws: `StorageError` where the file cannot be written; the old one is unchanged.
    public static func write(
        _ path: String, _ result: LesionResult, _ description: RunDescription
    ) throws {
        let identity = description.identity
        try RecordKind.lesion.write(path, description, identity: identity) { root in
            try root.setAttribute("baseline_accuracy", .real(result.baselineAccuracy))
            try root.setAttribute("baseline_nll", .real(result.baselineNegativeLogLikelihood))
            try root.setAttribute("examples", .integer(Int64(result.exampleCount)))
            try root.setEstimate("random_unit_accuracy_drop", result.randomUnitAccuracyDrop)
            try root.setEstimate("random_unit_nll_rise", result.randomUnitLossRise)
            let units = result.units
            let count = units.count
            let drops = units.flatMap { unit in
                let drop = unit.accuracyDrop
                return [drop.value, drop.lower, drop.upper, drop.level]
            }
            let rises = units.flatMap { unit in
                let rise = unit.lossRise
                return [rise.value, rise.lower, rise.upper, rise.level]
            }
            let losses = units.map(\.negativeLogLikelihood)
            let intervals = try [
                root.write("accuracy_drop", drops, shape: [count, 4]),
                root.write("nll_rise", rises, shape: [count, 4]),
            ]
            for dataset in intervals { try dataset.setAxisLabel(1, "value, lower, upper, level") }
            let columns = try [
                root.write("unit", texts: units.map(\.name)),
                root.write("kind", texts: units.map(\.kind.rawValue)),
                root.write("depth", units.map(\.depth), shape: [count]),
                root.write("accuracy", units.map(\.accuracy), shape: [count]),
                root.write("nll", losses, shape: [count]),
            ]
            for dataset in columns + intervals { try dataset.setAxisLabel(0, "unit") }
        }
    }

    /// Reads a lesion study and the description of its run.
    ///
    /// - Throws: `StorageError` where the file cannot be read or holds something else.
    public static func read(
        _ path: String
    ) throws -> (result: LesionResult, description: RunDescription) {
        let (result, description, _) = try readWithIdentity(path)
        return (result, description)
    }

    static func readWithIdentity(
        _ path: String
    ) throws -> (LesionResult, RunDescription, [String: String]) {
        try RecordKind.lesion.read(path) { reader in
            let names = try reader.texts("unit")
            let count = names.count
            let kinds = try reader.texts("kind", count: count)
            let depths = try reader.reals("depth", count: count)
            let accuracies = try reader.reals("accuracy", count: count)
            let losses = try reader.reals("nll", count: count)
            let drops = try reader.reals("accuracy_drop", count: 4 * count)
            let rises = try reader.reals("nll_rise", count: 4 * count)
            let units = try names.indices.map { index in
                LesionUnit(
                    name: names[index], index: index,
                    kind: try reader.parse(kinds[index], "kind", LesionKind.self),
                    depth: depths[index], accuracy: accuracies[index],
                    negativeLogLikelihood: losses[index],
                    accuracyDrop: Self.estimate(drops, index),
                    lossRise: Self.estimate(rises, index))
            }
            let result = LesionResult(
                baselineAccuracy: try reader.real("baseline_accuracy"),
                baselineNegativeLogLikelihood: try reader.real("baseline_nll"),
                exampleCount: try reader.integer("examples"), units: units,
                randomUnitAccuracyDrop: try reader.estimate("random_unit_accuracy_drop"),
                randomUnitLossRise: try reader.estimate("random_unit_nll_rise"))
            return (result, try RunDescription(reader), try reader.identity())
        }
    }

    private static func estimate(_ table: [Double], _ row: Int) -> Estimate {
        Estimate(
            value: table[4 * row], lower: table[4 * row + 1], upper: table[4 * row + 2],
            level: table[4 * row + 3])
    }
}
