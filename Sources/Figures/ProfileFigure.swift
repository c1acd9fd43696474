import Foundation
import Landscapes

/// One-dimensional landscapes: loss and accuracy against the step along a direction.
public struct ProfileFigure: Figure {
    /// One model's profile.
    struct Series {
        var title: String
        /// Offsets along the direction.
        var offsets: [Double]
        /// The values by metric, in the order of the figure's metrics; NaN is a gap.
        var values: [[Double]]
    }

    public let title: String
    public let notes: [String]
    public let width: FigureWidth
    let series: [Series]
    let metric: LandscapeMetric
    let horizontalAxis: Axis
    let verticalAxes: [Axis]

    /// A figure of one or more profiles.
    ///
    /// - Parameters:
    ///   - profiles: titles and grids with one axis, in the order of the legend.
    ///   - metric: the loss that is drawn; accuracy is drawn beside it where it was measured.
    ///   - scale: the scale of the loss.
    ///   - width: the width on paper.
    /// - Throws: `FigureError` where a grid has two axes or nothing finite is left to draw.
    public init(
        profiles: [(title: String, grid: LandscapeGrid)], metric: LandscapeMetric = .lossWithL2,
        scale: AxisScale = .linear, width: FigureWidth = .column
    ) throws(FigureError) {
        guard let first = profiles.first else {
            throw .nothingToDraw(
                figure: "profile", reason: "no grid", remedy: "name at least one file")
        }
        for (title, grid) in profiles where grid.axes.count != 1 {
            throw .nothingToDraw(
                figure: title, reason: "a profile needs one axis, the grid has two",
                remedy: "draw it as a surface, contour or heat map")
        }
        let hasAccuracy = profiles.contains {
            $0.grid.values(of: .accuracy).contains(where: \.isFinite)
        }
        let metric = metric.named(for: profiles.map(\.grid))
        let metrics = [metric] + (hasAccuracy && metric != .accuracy ? [.accuracy] : [])
        series = profiles.map { title, grid in
            Series(
                title: title, offsets: grid.axes[0].values,
                values: metrics.map { grid.values(of: $0).map { $0.isFinite ? $0 : .nan } })
        }
        self.metric = metric
        var axes: [Axis] = []
        for (index, metric) in metrics.enumerated() {
            let values = series.flatMap { $0.values[index] }
            let axisScale = index == 0 ? scale : .linear
            if axisScale == .logarithmic, let low = values.filter(\.isFinite).min(), low <= 0 {
                throw .option(
                    name: "scale", value: "log with a smallest value of \(Numerals.rounded(low))",
                    remedy: "draw linearly")
            }
            guard let range = Axis.range(of: values, scale: axisScale, margin: 0.05) else {
                throw .nothingToDraw(
                    figure: "profile", reason: "no finite value of \(metric.rawValue)",
                    remedy: "finish the grid or draw another metric")
            }
            axes.append(Axis(range: range, scale: axisScale, label: metric.axisLabel, tickCount: 4))
        }
        verticalAxes = axes
        let offsets = series.flatMap(\.offsets)
        horizontalAxis = Axis(
            range: Axis.range(of: offsets, margin: 0.02) ?? -1...1,
            label: first.grid.axesLabel,
            tickCount: 3)
        self.width = width
        title = "Loss along one direction: \(profiles.map(\.title).joined(separator: ", "))"
        notes = ProfileFigure.notes(profiles: profiles, metric: metric)
    }

    private static func notes(
        profiles: [(title: String, grid: LandscapeGrid)], metric: LandscapeMetric
    ) -> [String] {
        var notes: [String] = []
        if metric.includesPenalty {
            let shares = profiles.map { title, grid in
                "\(title) " + (grid.penaltyShare(of: metric).map(Numerals.percentage) ?? "unknown")
            }
            notes.append(
                "Share of the penalty in the plotted loss at the centre: "
                    + shares.joined(separator: ", ") + ".")
        }
        let gaps = profiles.compactMap { title, grid -> String? in
            let missing = grid.values(of: metric).count { !$0.isFinite }
            return missing > 0
                ? "\(title) \(missing) of \(grid.points.count) points" : nil
        }
        if !gaps.isEmpty {
            notes.append("Gaps, not finite or not computed: \(gaps.joined(separator: ", ")).")
        }
        return notes
    }

    public var options: Set<FigureOption> { [.metric, .withoutL2, .scale, .width] }

    /// gnuplot's marks and those of matplotlib that look alike, by series.
    static let marks = CurveFigure.marks

    private var legend: Legend {
        Legend(
            entries: series.indices.map {
                (
                    series[$0].title,
                    .line(colour: Colours.category($0), dash: Colours.dash($0))
                )
            })
    }

    private static let panelHeight = 96.0
    /// The room right of a panel for half of the last number, in points.
    private var right: Double { horizontalAxis.tickWidth / 2 + 3 }

    /// The room below the panels, in points.
    private func bottom(_ width: Double) -> Double {
        Drawing.room(below: horizontalAxis, length: panelWidths(width).min() ?? width) + 2
    }

    private func panelWidths(_ width: Double) -> [Double] {
        verticalAxes.map {
            width / Double(verticalAxes.count) - right
                - Drawing.room(left: $0, length: Self.panelHeight) - 2
        }
    }

    public func contentHeight(width: Double) -> Double {
        legend.height(width - 16) + 6 + Self.panelHeight + bottom(width)
    }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        legend.draw(in: frame.inset(left: 8, right: 8), on: &drawing)
        let top = frame.top - legend.height(frame.width - 16) - 6
        let area = Frame(
            left: frame.left, bottom: top - Self.panelHeight, right: frame.right, top: top)
        let columns = area.columns([Double](repeating: 1, count: verticalAxes.count), gap: 0)
        for (column, vertical) in verticalAxes.enumerated() {
            let parts = series.enumerated().map { index, entry in
                let data = drawing.block(
                    "profile", comment: "\(entry.title): offset, \(vertical.label)".oneLine,
                    rows: zip(entry.offsets, entry.values[column]).map {
                        "\($0) \(Numerals.datum($1))"
                    })
                // A lone point between gaps has no line; the markers keep it visible.
                return "\(data) using 1:2 with linespoints linewidth 1.2 "
                    + "linecolor rgb '\(Colours.category(index))' dashtype \(Colours.dash(index)) "
                    + "pointtype \(Self.marks[index % Self.marks.count].gnuplot) pointsize 0.3"
            }
            drawing.openPanel(
                columns[column].inset(
                    left: Drawing.room(left: vertical, length: Self.panelHeight) + 2,
                    right: right),
                horizontal: horizontalAxis, vertical: vertical)
            drawing.plot(parts)
        }
    }
}
