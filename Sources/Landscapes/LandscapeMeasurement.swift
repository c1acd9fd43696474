import Execution

/// How a landscape is measured: the centre, the directions and the axes.
public struct LandscapeMeasurement: Sendable {
    /// The flat weights at offset 0.
    public var centre: ParameterVector
    /// One direction per axis.
    public var directions: [Direction]
    /// The axes, x first.
    public var axes: [LandscapeAxis]
    /// λ of the L2 penalty, in loss per squared weight.
    public var l2: Double

    /// The path of a training run that lies in the plane, if there is one.
    public var path: TrajectoryPath?

    /// A measurement of one or two dimensions.
    ///
    /// - Throws: `LandscapeError` where numbers of axes, directions or parameters do not match.
    public init(
        centre: ParameterVector, directions: [Direction], axes: [LandscapeAxis], l2: Double = 0
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
        self.l2 = l2
    }

    /// The grid without computed points.
    public var emptyGrid: LandscapeGrid {
        var grid = LandscapeGrid(
            axes: axes, l2: l2, directions: directions.map(\.properties),
            directionCosine: directions.count == 2
                ? Direction.cosine(directions[0], directions[1]) : nil)
        grid.path = path
        return grid
    }

    /// The flat weights w + Σ offset·d of a point; exactly w at offsets 0.
    public func parameters(at offsets: [Double]) -> ParameterVector {
        var parameters = centre
        for (offset, direction) in zip(offsets, directions) where offset != 0 {
            parameters.add(offset, direction.values)
        }
        return parameters
    }
}

/// A grid that cannot be measured or put together.
public enum LandscapeError: Error, CustomStringConvertible, Equatable {
    /// Numbers of axes and directions do not match.
    case dimensions(axes: Int, directions: Int)
    /// An axis without points, or with an end that is not a number.
    case axis(LandscapeAxis)
    /// Stored points are of a grid of another size.
    case pointCount(expected: Int, actual: Int)

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
        }
    }
}
