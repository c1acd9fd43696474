import Networks
import Results

extension UnitKind: StoredLabel {}

/// Where in a network something is measured: one of its units whose output is a feature map.
public struct UnitPlace: Fillable, Codable, Hashable {
    /// The unit's name in the network, for example `layer1.0`.
    public var name = ""
    /// What the unit does.
    public var kind = UnitKind.stem
    /// The normalised depth: 0 for the first unit that is measured, 1 for the last.
    public var depth = 0.0
    public var channels = 0
    public var height = 0
    public var width = 0

    public init() {}

    /// The places of units; those that give no feature map are left out.
    public static func all(_ units: [UnitDescription]) -> [UnitPlace] {
        let maps = units.compactMap { unit in unit.featureMap.map { (unit: unit, map: $0) } }
        let last = Double(max(maps.count - 1, 1))
        return maps.enumerated().map { index, found in
            var place = UnitPlace()
            (place.name, place.kind) = (found.unit.name, found.unit.kind)
            place.depth = Double(index) / last
            (place.channels, place.height, place.width) = found.map
            return place
        }
    }

    /// The columns of a table with a row for each unit.
    ///
    /// - Parameter path: where a row has its place.
    public static func columns<Row>(_ path: WritableKeyPath<Row, UnitPlace>) -> [Column<Row>] {
        [
            .column("unit", path.appending(path: \.name), "name of the unit"),
            .column("kind", path.appending(path: \.kind), "what the unit does"),
            .column(
                "depth", path.appending(path: \.depth), unit: .one, "normalised depth, 0 to 1"),
            .column(
                "channels", path.appending(path: \.channels), unit: .one,
                "channels of its feature map"),
            .column(
                "height", path.appending(path: \.height), unit: .pixels,
                "height of its feature map"),
            .column(
                "width", path.appending(path: \.width), unit: .pixels, "width of its feature map"),
        ]
    }
}
