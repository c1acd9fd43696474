import Execution
import Landscapes
import Results
import Storage

/// A landscape: its points are items, and its certificate is the last one.
public struct LandscapeStudy: Study {
    private let measurement: LandscapeMeasurement
    private let evaluate: (_ parameters: ParameterVector) throws -> PointMetrics
    private let certify: (() throws -> Certificate)?
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }

    /// A study of a landscape.
    ///
    /// - Parameters:
    ///   - evaluate: the metrics at the given flat weights.
    ///   - certify: makes the certificate; nil leaves it out.
    public init(
        _ measurement: LandscapeMeasurement,
        evaluate: @escaping (_ parameters: ParameterVector) throws -> PointMetrics,
        certify: (() throws -> Certificate)? = nil
    ) {
        self.measurement = measurement
        self.evaluate = evaluate
        self.certify = certify
        header = measurement.emptyGrid
    }

    public let header: LandscapeGrid

    private var pointCount: Int { header.points.count }

    public var itemCount: Int { pointCount + 1 }

    public var items: [Int] { Array(0..<pointCount) + (certify == nil ? [] : [pointCount]) }

    public var valuesPerItem: Int {
        max(PointMetrics().row.count, Certificate.rowLength(directions: header.axes.count))
    }

    public var settings: [String: String] {
        var settings = ["grid_l2": String(header.l2)]
        for (name, axis) in zip(["x", "y"], header.axes) {
            settings["axis_\(name)"] = "\(axis.count) points from \(axis.start) to \(axis.end)"
        }
        for (number, direction) in measurement.directions.enumerated() {
            let properties = direction.properties
            settings["direction_\(number)"] =
                "\(properties.source), \(properties.normalization), norm \(properties.norm)"
            settings["direction_\(number)_sha256"] = SHA256.hexadecimal(direction.values.bytes)
        }
        return settings
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        if item == pointCount { return try certify.map { (try $0().row, "certificate") } }
        let point = try evaluate(measurement.parameters(at: header.offsets(item)))
        return (point.row, "NLL \(Readable.number(point.negativeLogLikelihood))")
    }
}
