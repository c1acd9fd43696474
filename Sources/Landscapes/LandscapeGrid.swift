/// A loss landscape: metrics at the points w + x·d₀ (+ y·d₁) of a one- or two-dimensional grid.
public struct LandscapeGrid: Sendable, Codable, Hashable {
    /// The axes, x first; one or two of them.
    public var axes: [LandscapeAxis]
    /// The metrics `[y, x]`, x fastest; nil where a point has not been computed.
    public var points: [PointMetrics?]
    /// λ, the coefficient of the L2 penalty, in loss per squared weight.
    public var weightDecay: Double
    /// What is known of each direction, one per axis.
    public var directions: [DirectionProperties]
    /// The cosine of the angle between the two directions; nil for one axis.
    public var directionCosine: Double?
    /// The comparison of the grid's derivatives with gradient and Hessian, where it was made.
    public var certificate: Certificate?

    /// A grid, by default without any computed point.
    ///
    /// - Precondition: one or two axes, and as many points as the axes' counts multiply to.
    public init(
        axes: [LandscapeAxis], points: [PointMetrics?]? = nil, weightDecay: Double = 0,
        directions: [DirectionProperties] = [], directionCosine: Double? = nil,
        certificate: Certificate? = nil
    ) {
        let count = axes.reduce(1) { $0 * $1.count }
        precondition(axes.count == 1 || axes.count == 2, "a landscape has one or two axes")
        precondition(points == nil || points?.count == count, "one entry for each grid point")
        self.axes = axes
        self.points = points ?? [PointMetrics?](repeating: nil, count: count)
        self.weightDecay = weightDecay
        self.directions = directions
        self.directionCosine = directionCosine
        self.certificate = certificate
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
        points.map { $0.map { metric.value(of: $0, weightDecay: weightDecay) } ?? .nan }
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
        let loss = metric.value(of: point, weightDecay: weightDecay)
        return switch metric {
        case .lossWithL2, .lossPark2022: (loss - point.negativeLogLikelihood) / loss
        default: 0
        }
    }
}

/// What a reader of a landscape must know of a direction to read its axis.
public struct DirectionProperties: Sendable, Codable, Hashable {
    /// Where it comes from: `gaussian`, `eigenvector 1`, or the name of a file.
    public var source: String
    /// The normalisation's name, such as `filter`.
    public var normalization: String
    /// The seed of a random direction.
    public var seed: UInt64?
    /// ‖d‖.
    public var norm: Double
    /// ‖d‖ / ‖w‖.
    public var ratioToWeights: Double
    /// The largest relative difference between the norm of a filter of d and that of w, over the
    /// filters that were normalised; nil where the normalisation makes no such promise.
    public var largestNormMismatch: Double?

    /// The properties of one direction.
    public init(
        source: String, normalization: String, seed: UInt64? = nil, norm: Double,
        ratioToWeights: Double, largestNormMismatch: Double? = nil
    ) {
        self.source = source
        self.normalization = normalization
        self.seed = seed
        self.norm = norm
        self.ratioToWeights = ratioToWeights
        self.largestNormMismatch = largestNormMismatch
    }
}
