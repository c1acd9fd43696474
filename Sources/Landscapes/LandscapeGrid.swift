import Results

/// A loss landscape: metrics at the points w + x·d₀ (+ y·d₁) of a one- or two-dimensional grid.
public struct LandscapeGrid: Sendable, Hashable {
    /// The axes, x first; one or two of them.
    public var axes: [LandscapeAxis]
    /// The metrics `[y, x]`, x fastest; nil where a point has not been computed.
    public var points: [PointMetrics?]
    /// λ, the coefficient of the L2 penalty, in loss per squared weight.
    public var l2: Double
    /// What is known of each direction, one per axis.
    public var directions: [DirectionProperties]
    /// The cosine of the angle between the two directions; nil for one axis.
    public var directionCosine: Double?
    /// The comparison of the grid's derivatives with gradient and Hessian, where it was made.
    public var certificate: Certificate?
    /// The path of a training run over the landscape, where it was measured for one.
    public var path: TrajectoryPath?

    /// A grid without any computed point.
    ///
    /// - Precondition: one or two axes.
    public init(
        axes: [LandscapeAxis], l2: Double = 0, directions: [DirectionProperties] = [],
        directionCosine: Double? = nil
    ) {
        precondition(axes.count == 1 || axes.count == 2, "a landscape has one or two axes")
        self.axes = axes
        points = [PointMetrics?](repeating: nil, count: axes.reduce(1) { $0 * $1.count })
        self.l2 = l2
        self.directions = directions
        self.directionCosine = directionCosine
    }

    /// The number of columns, the points along x.
    public var width: Int { axes[0].count }

    /// The number of rows, the points along y; 1 for a profile.
    public var height: Int { axes.count > 1 ? axes[1].count : 1 }

    /// The offsets of point `index`: `[x]` or `[x, y]`.
    public func offsets(_ index: Int) -> [Double] {
        let x = axes[0].value(index % width)
        return axes.count > 1 ? [x, axes[1].value(index / width)] : [x]
    }

    /// The index of the point whose offsets are all exactly 0, if the grid has one.
    public var centre: Int? {
        points.indices.first { offsets($0).allSatisfy { $0 == 0 } }
    }

    /// The values `[y, x]` of one metric, x fastest; NaN where a point has not been computed.
    public func values(of metric: LandscapeMetric) -> [Double] {
        points.map { $0.map { metric.value(of: $0, l2: l2) } ?? .nan }
    }

    /// Whether every point has been computed.
    public var isComplete: Bool { points.allSatisfy { $0 != nil } }

    /// The number of computed points.
    public var finishedCount: Int { points.count { $0 != nil } }

    /// The share of computed points whose NLL is not finite; NaN where none has been computed.
    public var nonFiniteShare: Double {
        let computed = points.compactMap { $0 }
        return Double(computed.count { !$0.negativeLogLikelihood.isFinite })
            / Double(computed.count)
    }

    /// The share that the penalty has in a drawn loss at the centre; nil without that point.
    ///
    /// - Parameter metric: `lossWithL2` or `lossPark2022`; any other metric has no penalty in it.
    public func penaltyShare(of metric: LandscapeMetric) -> Double? {
        guard let centre, let point = points[centre] else { return nil }
        let loss = metric.value(of: point, l2: l2)
        return switch metric {
        case .lossWithL2, .lossPark2022: (loss - point.negativeLogLikelihood) / loss
        default: 0
        }
    }
}
