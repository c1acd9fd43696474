import Execution

/// How a landscape is measured: the centre, the directions and the axes.
public struct LandscapeMeasurement: Sendable {
    /// The flat weights at offset 0.
    public var centre: [Double]
    /// One direction per axis.
    public var directions: [Direction]
    /// The axes, x first.
    public var axes: [LandscapeAxis]
    /// λ of the L2 penalty, in loss per squared weight.
    public var weightDecay: Double

    /// A measurement of one or two dimensions.
    ///
    /// - Throws: `LandscapeError` where numbers of axes, directions or parameters do not match.
    public init(
        centre: [Double], directions: [Direction], axes: [LandscapeAxis], weightDecay: Double = 0
    ) throws {
        guard (1...2).contains(axes.count), directions.count == axes.count else {
            throw LandscapeError.dimensions(axes: axes.count, directions: directions.count)
        }
        for axis in axes where axis.count < 1 || !axis.start.isFinite || !axis.end.isFinite {
            throw LandscapeError.axis(axis)
        }
        for direction in directions where direction.values.count != centre.count {
            throw DirectionError.length(
                expected: centre.count, actual: direction.values.count)
        }
        self.centre = centre
        self.directions = directions
        self.axes = axes
        self.weightDecay = weightDecay
    }

    /// The grid without computed points.
    public var emptyGrid: LandscapeGrid {
        LandscapeGrid(
            axes: axes, weightDecay: weightDecay, directions: directions.map(\.properties),
            directionCosine: directions.count == 2
                ? Direction.cosine(directions[0], directions[1]) : nil)
    }

    /// The flat weights w + Σ offset·d of a point; exactly w at offsets 0.
    public func parameters(at offsets: [Double]) -> [Double] {
        var parameters = centre
        for (offset, direction) in zip(offsets, directions) where offset != 0 {
            VectorMath.add(offset, direction.values, to: &parameters)
        }
        return parameters
    }

    /// Measures every point that is not finished yet.
    ///
    /// Each point is a function of its offsets alone, so neither the order nor an interruption
    /// changes the result.
    ///
    /// - Parameters:
    ///   - finished: points of an earlier run by index; nil entries are computed.
    ///   - order: the indices in the order of computation; nil takes the grid's own order.
    ///   - shouldStop: asked before each point; true ends the run with what there is.
    ///   - evaluate: the metrics at the given flat weights.
    ///   - onFinished: called with each point as soon as it is done, to store it.
    /// - Returns: the grid; `isComplete` is false only after `shouldStop`.
    /// - Throws: what `evaluate` and `onFinished` throw, and `LandscapeError` where `finished` or
    ///   `order` does not fit the grid.
    public func measure(
        finished: [PointMetrics?] = [], order: [Int]? = nil,
        shouldStop: () -> Bool = { false },
        evaluate: (_ parameters: [Double]) throws -> PointMetrics,
        onFinished: (_ index: Int, _ point: PointMetrics) throws -> Void = { _, _ in }
    ) throws -> LandscapeGrid {
        var grid = emptyGrid
        guard finished.isEmpty || finished.count == grid.points.count else {
            throw LandscapeError.pointCount(
                expected: grid.points.count, actual: finished.count)
        }
        if !finished.isEmpty { grid.points = finished }
        let order = order ?? Array(grid.points.indices)
        for index in order {
            guard grid.points.indices.contains(index) else {
                throw LandscapeError.pointOutside(index: index, count: grid.points.count)
            }
            guard grid.points[index] == nil else { continue }
            if shouldStop() { break }
            let point = try evaluate(parameters(at: grid.offsets(index)))
            grid.points[index] = point
            try onFinished(index, point)
        }
        return grid
    }
}

/// A grid that cannot be measured or joined.
public enum LandscapeError: Error, CustomStringConvertible, Equatable {
    /// Numbers of axes and directions do not match.
    case dimensions(axes: Int, directions: Int)
    /// An axis without points, or with an end that is not a number.
    case axis(LandscapeAxis)
    /// Stored points are of a grid of another size.
    case pointCount(expected: Int, actual: Int)
    /// An index beyond the grid.
    case pointOutside(index: Int, count: Int)
    /// Two grids differ in something that must be equal to join them.
    case different(what: String)
    /// Two grids hold different numbers for the same point.
    case conflict(offsets: [Double], metric: LandscapeMetric, first: Double, second: Double)

    public var description: String {
        switch self {
        case .dimensions(let axes, let directions):
            "landscape with \(axes) axes and \(directions) directions: needs one or two axes and"
                + " a direction for each"
        case .axis(let axis):
            "landscape axis from \(axis.start) to \(axis.end) with \(axis.count) points: needs"
                + " finite ends and at least one point"
        case .pointCount(let expected, let actual):
            "stored landscape has \(actual) points, this one has \(expected); resume with the"
                + " grid size of the stored run"
        case .pointOutside(let index, let count):
            "landscape point \(index) is outside of the grid of \(count) points"
        case .different(let what):
            "landscapes differ in \(what); only files of the same landscape can be merged"
        case .conflict(let offsets, let metric, let first, let second):
            "landscapes disagree at offsets \(offsets): \(metric.rawValue) is \(first) in one"
                + " and \(second) in the other; they are not the same computation"
        }
    }
}
