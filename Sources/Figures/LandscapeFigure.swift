import Landscapes

/// Two-dimensional landscapes side by side, on one colour scale and one range of values.
///
/// Points whose value is not finite are gaps in surface and map, and are counted in the notes.
public struct LandscapeFigure: Figure {
    public let title: String
    public let notes: [String]
    public let width: FigureWidth
    let panels: [LandscapePanel]
    let metric: LandscapeMetric
    let view: LandscapeOptions
    /// The axis of the values, common to all panels.
    let valueAxis: Axis
    /// What the directions of the axes are, for each of them.
    let axesLabel: String

    /// A figure of one or more grids.
    ///
    /// - Parameters:
    ///   - grids: titles and grids, left to right.
    ///   - metric: what is drawn: any form of the loss, or another metric.
    ///   - options: style, scale, view.
    /// - Throws: `FigureError`.
    public init(
        grids: [(title: String, grid: LandscapeGrid)], metric: LandscapeMetric = .lossWithL2,
        options: LandscapeOptions = LandscapeOptions()
    ) throws(FigureError) {
        guard let first = grids.first else {
            throw .nothingToDraw(
                figure: "landscape", reason: "no grid", remedy: "name at least one file")
        }
        let metric = metric.named(for: grids.map(\.grid))
        guard (0...90).contains(options.elevation) else {
            throw .option(
                name: "elevation", value: "\(options.elevation)",
                remedy: "use 0 to 90 degrees")
        }
        guard (0..<90).contains(options.azimuth) else {
            throw .option(
                name: "azimuth", value: "\(options.azimuth)", remedy: "use 0 to below 90 degrees")
        }
        var panels: [LandscapePanel] = []
        for (title, grid) in grids {
            panels.append(
                try LandscapePanel(title: title, grid: grid, metric: metric, options: options))
        }
        self.panels = panels
        self.metric = metric
        self.view = options
        width = options.width ?? (panels.count <= 2 ? .column : .page)
        let isClipped = panels.contains { $0.clippedCount > 0 }
        let common = Axis.range(
            of: panels.flatMap(\.shown) + (isClipped ? [options.ceiling ?? .nan] : []),
            scale: options.scale)
        guard let range = options.range ?? common, range.lowerBound < range.upperBound,
            options.scale == .linear || range.lowerBound > 0
        else {
            throw .option(
                name: "range", value: options.range.map { "\($0)" } ?? "none",
                remedy: "give two different numbers, positive for a logarithmic scale")
        }
        let label = metric.axisLabel + (options.subtractsMinimum ? " − min." : "")
        valueAxis = Axis(range: range, scale: options.scale, label: label)
        axesLabel = first.grid.axesLabel
        title = "Loss landscape of \(grids.map(\.title).joined(separator: ", ")): "
            + metric.axisLabel
        notes = LandscapeFigure.notes(panels: panels, metric: metric, options: options)
    }

    public var options: Set<FigureOption> {
        let all: Set<FigureOption> = [
            .metric, .withoutL2, .style, .scale, .subtractMinimum, .ceiling, .valueRange, .colours,
            .width,
        ]
        return view.style == .surface ? all.union([.elevation, .azimuth]) : all
    }

    /// The sentences below the panels.
    private static func notes(
        panels: [LandscapePanel], metric: LandscapeMetric, options: LandscapeOptions
    ) -> [String] {
        func share(_ panel: LandscapePanel) -> String {
            panel.penaltyShare.map(Numerals.percentage) ?? "unknown, no point there"
        }
        var notes: [String] = []
        if metric.includesPenalty {
            let shares = panels.map { panel in
                panels.count == 1 ? share(panel) : "\(panel.title) \(share(panel))"
            }
            notes.append(
                "Share of the penalty in the plotted loss at the centre: "
                    + shares.joined(separator: ", ")
                    + (panels.contains { $0.subtracted != nil } ? " (before subtraction)." : "."))
        }
        if panels.contains(where: { $0.subtracted != nil }) {
            let minima = panels.map { "\($0.title) \(Numerals.rounded($0.subtracted ?? 0))" }
            notes.append("Subtracted minimum: \(minima.joined(separator: ", ")).")
        }
        let gaps = panels.compactMap { $0.gapNote(isBlankAbove: options.style == .heatMap) }
        if !gaps.isEmpty { notes.append("Blank: \(gaps.joined(separator: "; ")).") }
        let clipped = panels.filter { $0.clippedCount > 0 }
            .map { "\($0.title) \($0.clippedCount) of \($0.values.count)" }
        if !clipped.isEmpty, options.style != .heatMap {
            notes.append("Points above the ceiling: \(clipped.joined(separator: ", ")).")
        }
        return notes
    }
}
