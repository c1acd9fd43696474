import Figures
import Networks
import Representations

/// The variance of feature maps: minibatches of examples are items.
public struct VarianceStudy: Study {
    private let variances: (_ positions: Range<Int>) throws -> [[Double]]
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }

    /// A study of the given units.
    ///
    /// - Parameters:
    ///   - seed: the seed of the resamples.
    ///   - variances: of the examples at some positions, a row for each with a number per unit.
    public init(
        units: [UnitDescription], exampleCount: Int, batchSize: Int, seed: UInt64,
        variances: @escaping (_ positions: Range<Int>) throws -> [[Double]]
    ) {
        self.variances = variances
        header = VarianceResult(
            units: units, exampleCount: exampleCount, batchSize: batchSize, seed: seed)
    }

    public let header: VarianceResult

    public var itemCount: Int {
        (header.exampleCount + header.batchSize - 1) / header.batchSize
    }

    public var valuesPerItem: Int {
        min(header.batchSize, header.exampleCount) * header.units.count
    }

    public var settings: [String: String] {
        ["study": "spatial variance of feature maps, \(header.batchSize) examples at a time"]
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let positions = header.positions(ofItem: item)
        return (try variances(positions).flatMap(\.self), "\(positions.count) examples")
    }
}

extension Experiment {
    /// The study of the variance of the network's feature maps.
    ///
    /// - Throws: `NetworkError` where the network has no feature map of several pixels;
    ///   `ObjectiveError`.
    public func variance() throws -> VarianceStudy {
        let units = try featureUnits()
        let objective = try objective()
        var study = VarianceStudy(
            units: units, exampleCount: examples.count, batchSize: examples.options.batchSize,
            seed: seed, variances: try features(SpatialVariance(), of: units, by: objective))
        let first = study.header.positions(ofItem: 0)
        study.foresee = {
            try objective.setExamples(first)
            let question = FeatureQuestion(SpatialVariance(), of: units.map(\.name))
            return try memory(of: objective, for: question, vectors: 1)
        }
        return study
    }
}

extension Analysis {
    static let variance = measured(VarianceResult.self) {
        try CurveFigure(.variance, $0, $1)
    }
}
