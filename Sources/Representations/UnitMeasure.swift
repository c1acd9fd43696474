import Networks
import Randomness
import Results

extension UnitKind: StoredLabel {}

/// A number that is measured of the feature map of a unit, the mean over examples.
public struct UnitMeasure: Fillable, Codable, Hashable {
    /// The unit's name in the network, for example `layer1.0`.
    public var name = ""
    /// What the unit does.
    public var kind = UnitKind.stem
    /// The normalised depth: 0 for the first unit that is measured, 1 for the last.
    public var depth = 0.0
    public var channels = 0
    public var height = 0
    public var width = 0
    /// The number with its interval over examples; NaN where nothing has been measured.
    public var estimate = Estimate()

    public init() {}

    /// Units of which nothing has been measured yet; those that give no feature map are left out.
    public static func unmeasured(_ units: [UnitDescription]) -> [UnitMeasure] {
        let maps = units.compactMap { unit in unit.featureMap.map { (unit: unit, map: $0) } }
        let last = Double(max(maps.count - 1, 1))
        return maps.enumerated().map { index, found in
            var measure = UnitMeasure()
            (measure.name, measure.kind) = (found.unit.name, found.unit.kind)
            measure.depth = Double(index) / last
            (measure.channels, measure.height, measure.width) = found.map
            return measure
        }
    }

    /// The columns of a table of units.
    ///
    /// - Parameters:
    ///   - measure: the name of the number; its interval stands under this and `_lower`, `_upper`.
    ///   - description: what the number is.
    public static func columns(
        _ measure: String, unit: StoredUnit, _ description: String
    ) -> [Column<UnitMeasure>] {
        [
            .column("unit", \.name, "name of the unit"),
            .column("kind", \.kind, "what the unit does"),
            .column("depth", \.depth, unit: .one, "normalised depth, 0 to 1"),
            .column("channels", \.channels, unit: .one, "channels of its feature map"),
            .column("height", \.height, unit: .pixels, "height of its feature map"),
            .column("width", \.width, unit: .pixels, "width of its feature map"),
            .column(measure, \.estimate, unit: unit, description),
        ]
    }
}

extension [UnitMeasure] {
    /// Takes the mean over examples of a number of each unit, with bootstrap intervals from the
    /// same resamples for every unit.
    ///
    /// - Parameter examples: a row for each example with the number of each unit.
    public mutating func estimate(from examples: [[Double]], seed: UInt64) {
        guard !examples.isEmpty else {
            for index in indices { self[index].estimate = Estimate() }
            return
        }
        let columns = indices.map { unit in examples.map { $0[unit] } }
        for (index, estimate) in Bootstrap(seed: seed).means(of: columns).enumerated() {
            self[index].estimate = estimate
        }
    }
}
