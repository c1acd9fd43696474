import Landscapes

/// The options of a landscape figure that change numbers or their scale.
public struct LandscapeOptions: Sendable {
    /// How a two-dimensional landscape is shown.
    public enum Style: String, Sendable, CaseIterable {
        /// A surface in perspective.
        case surface
        /// Lines of equal value.
        case contour
        /// One coloured cell per measured point.
        case heatMap = "heatmap"
    }

    /// Surface, contour or heat map.
    public var style = Style.surface
    /// Whether each panel shows its values above its own finite minimum.
    public var subtractsMinimum = false
    /// The scale of values and colours.
    public var scale = AxisScale.linear
    /// Surfaces end at this value, as the published ones do at 42; maps are blank above it; nil
    /// keeps all.
    public var ceiling: Double?
    /// The range of values and colours; nil takes it from all panels together.
    public var range: ClosedRange<Double>?
    /// The colours.
    public var colourMap = ColourMap.viridis
    /// The height of the eye above the plane of the weights, in degrees, 0 to 90.
    public var elevation = 15.0
    /// The turn of the eye from the first direction towards the second, in degrees, 0 to below 90.
    public var azimuth = 15.0
    /// The width on paper; nil takes a column for one or two panels and a page for more.
    public var width: FigureWidth?

    /// The defaults: a surface, linear, all values, view angles as in the first paper's Figure 1a.
    public init() {}
}

/// The numbers of one panel of a landscape figure.
struct LandscapePanel {
    /// The model.
    let title: String
    /// The path of a training run, from the first checkpoint on; empty where there is none.
    let path: [(x: Double, y: Double)]
    /// The offsets along both directions.
    let horizontal: [Double]
    let vertical: [Double]
    /// The values `[y, x]`, x fastest; NaN is a gap. Of a heat map what lies above the ceiling is
    /// one; surfaces and lines need it to end at the ceiling and not before.
    let values: [Double]
    /// The finite values up to the ceiling.
    let shown: [Double]
    /// The value at the centre, where the grid has one and it is finite.
    let centre: Double?
    /// The share of the penalty in the loss at the centre, before any minimum is subtracted.
    let penaltyShare: Double?
    /// The finite minimum that was subtracted, or nil.
    let subtracted: Double?
    /// Points that are not computed.
    let missingCount: Int
    /// Points whose value was computed and is not finite.
    let nonFiniteCount: Int
    /// Points above the ceiling.
    let clippedCount: Int

    /// Takes one metric out of a grid and applies the options.
    ///
    /// - Throws: `FigureError` where the grid is not two-dimensional, holds no finite value, or
    ///   has values that a logarithmic scale cannot show.
    init(
        title: String, grid: LandscapeGrid, metric: LandscapeMetric, options: LandscapeOptions
    ) throws(FigureError) {
        guard grid.axes.count == 2, grid.width >= 2, grid.height >= 2 else {
            throw .nothingToDraw(
                figure: title,
                reason: "a map needs two axes of at least 2 points, the grid has "
                    + grid.axes.map { "\($0.count)" }.joined(separator: " x "),
                remedy: "draw it as a profile")
        }
        self.title = title
        path = grid.path?.points.map { ($0.x, $0.y) } ?? []
        horizontal = grid.axes[0].values
        vertical = grid.axes[1].values
        var values = grid.values(of: metric)
        missingCount = grid.points.count { $0 == nil }
        nonFiniteCount = values.count { !$0.isFinite } - missingCount
        guard let minimum = values.filter(\.isFinite).min() else {
            throw .nothingToDraw(
                figure: title, reason: "no finite value of \(metric.rawValue)",
                remedy: "finish the grid or draw another metric")
        }
        var clipped = 0
        var shown: [Double] = []
        subtracted = options.subtractsMinimum ? minimum : nil
        for index in values.indices {
            guard values[index].isFinite else { values[index] = .nan; continue }
            values[index] -= subtracted ?? 0
            guard let ceiling = options.ceiling, values[index] > ceiling else {
                shown.append(values[index])
                continue
            }
            clipped += 1
            if options.style == .heatMap { values[index] = .nan }
        }
        clippedCount = clipped
        self.shown = shown
        if options.scale == .logarithmic, let low = shown.min(), low <= 0 {
            throw .option(
                name: "scale", value: "log with a smallest value of \(Numerals.rounded(low))",
                remedy: "draw linearly, or do not subtract the minimum")
        }
        guard !shown.isEmpty else {
            throw .option(
                name: "ceiling", value: options.ceiling.map { "\($0)" } ?? "none",
                remedy: "all values of '\(title)' lie above it; raise it")
        }
        self.values = values
        let ceiling = options.ceiling ?? .infinity
        centre = grid.centre.map { values[$0] }.flatMap { $0.isFinite && $0 <= ceiling ? $0 : nil }
        penaltyShare = grid.penaltyShare(of: metric).flatMap { $0.isFinite ? $0 : nil }
    }

    /// The rows of a data block: x, y, value; an empty line after each scan.
    var rows: [String] {
        vertical.indices.flatMap { row in
            horizontal.indices.map { column in
                let value = values[row * horizontal.count + column]
                return "\(horizontal[column]) \(vertical[row]) \(Numerals.datum(value))"
            } + [""]
        }
    }

    /// What the caption says of this panel's gaps; nil where there are none.
    ///
    /// - Parameter isBlankAbove: whether points above the ceiling are gaps.
    func gapNote(isBlankAbove: Bool) -> String? {
        let parts = [
            (nonFiniteCount, "not finite"), (isBlankAbove ? clippedCount : 0, "above the ceiling"),
            (missingCount, "not computed"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        guard !parts.isEmpty else { return nil }
        return "\(title): \(parts.joined(separator: ", ")) of \(values.count) points"
    }
}

extension LandscapeMetric {
    /// The label of an axis of this metric, with its unit.
    var axisLabel: String {
        switch self {
        case .negativeLogLikelihood: "NLL (nats)"
        case .l2Penalty: "L2 penalty (nats)"
        case .lossWithL2: "NLL + L2 (nats)"
        case .lossPark2022: "NLL + λ Σ‖w‖ (nats)"
        case .l1: "Σ|w|"
        case .sumOfNorms: "Σ‖w‖"
        case .accuracy: "accuracy"
        case .top5Accuracy: "top-5 accuracy"
        case .brier: "Brier score"
        case .expectedCalibrationError: "calibration error"
        case .accuracy90: "accuracy above 90% confidence"
        case .unconfidence: "confidence of at most 0 of the wrong"
        case .unconfidence90: "confidence of at most 90% of the wrong"
        case .intersectionOverUnion: "IoU"
        case .intersectionOverUnion90: "IoU above 90% confidence"
        case .frequency: "confidence above 0"
        case .frequency90: "confidence above 90%"
        case .signedCalibrationError: "signed calibration error"
        }
    }

    /// Whether a penalty is part of the value.
    var includesPenalty: Bool { self == .lossWithL2 || self == .lossPark2022 }

    /// The metric under its right name: without λ in any grid, a loss with a penalty is the NLL.
    func named(for grids: [LandscapeGrid]) -> LandscapeMetric {
        includesPenalty && grids.allSatisfy { $0.l2 == 0 } ? .negativeLogLikelihood : self
    }
}

extension LandscapeGrid {
    /// The directions of all axes, each with the axis that it is and its number in the file, and
    /// the unit of offsets.
    var axesLabel: String {
        let labels = axes.indices.map { (name: direction($0), unit: unit($0)) }
        let isShared = Set(labels.map(\.unit)).count == 1
        let parts = labels.enumerated().map { axis, label in
            "\(axis == 0 ? "x" : "y"): \(label.name)"
                + (isShared && axis < labels.count - 1 ? "" : " (× \(label.unit))")
        }
        return parts.joined(separator: ", ")
    }

    private func direction(_ axis: Int) -> String {
        let source = directions.indices.contains(axis) ? directions[axis].source : "gaussian"
        let name = "direction \(axis)"
        let isNamed = ["eigenvector", "principal component"].contains { source.hasPrefix($0) }
        return isNamed ? "\(name), \(source)" : name
    }

    private func unit(_ axis: Int) -> String {
        let normalization = directions.indices.contains(axis) ? directions[axis].normalization : nil
        return switch normalization {
        case "filter", nil: "filter norm"
        case "park2022": "norm (park2022)"
        case "layer": "layer norm"
        case "weight": "weight"
        case let other?: other == "none" ? "direction" : "direction (\(other))"
        }
    }
}
