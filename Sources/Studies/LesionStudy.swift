import Lesions
import Results

/// A lesion study: the whole network is the first item, then each residual unit is removed in turn.
public struct LesionStudy: Study {
    private let outcomes: (_ unit: Int?) throws -> ExampleOutcomes
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }

    /// A lesion study.
    ///
    /// - Parameters:
    ///   - units: the removable units, from the first to the last.
    ///   - seed: the seed of the resamples.
    ///   - outcomes: what the network says about each example without the unit of the given place
    ///     in `units`, or with all of them.
    public init(
        units: [(name: String, kind: LesionKind)], exampleCount: Int, seed: UInt64,
        outcomes: @escaping (_ unit: Int?) throws -> ExampleOutcomes
    ) {
        self.outcomes = outcomes
        header = LesionResult(units: units, exampleCount: exampleCount, seed: seed)
    }

    public let header: LesionResult

    public var itemCount: Int { header.units.count + 1 }

    public var valuesPerItem: Int { 2 * header.exampleCount }

    public var settings: [String: String] { ["study": "each residual unit removed in turn"] }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        (try outcomes(item == 0 ? nil : item - 1).row, header.name(ofItem: item))
    }
}
