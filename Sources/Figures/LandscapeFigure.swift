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
    let options: LandscapeOptions
    /// The axis of the values, common to all panels.
    let valueAxis: Axis
    let horizontalLabel: String
    let verticalLabel: String

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
        self.options = options
        width = options.width ?? (panels.count <= 2 ? .column : .page)
        let common = Axis.range(of: panels.flatMap(\.values), scale: options.scale)
        guard let range = options.range ?? common, range.lowerBound < range.upperBound,
            options.scale == .linear || range.lowerBound > 0
        else {
            throw .option(
                name: "range", value: options.range.map { "\($0)" } ?? "none",
                remedy: "give two different numbers, positive for a logarithmic scale")
        }
        let label = metric.axisLabel + (options.subtractsMinimum ? " − min." : "")
        valueAxis = Axis(range: range, scale: options.scale, label: label)
        horizontalLabel = first.grid.axisLabel(0)
        verticalLabel = first.grid.axisLabel(1)
        title = "Loss landscape of \(grids.map(\.title).joined(separator: ", ")): "
            + metric.axisLabel
        notes = LandscapeFigure.notes(panels: panels, metric: metric)
    }

    /// The sentences below the panels.
    private static func notes(panels: [LandscapePanel], metric: LandscapeMetric) -> [String] {
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
        let gaps = panels.compactMap(\.gapNote)
        if !gaps.isEmpty { notes.append("Blank: \(gaps.joined(separator: "; ")).") }
        if panels.contains(where: { $0.centre != nil }) {
            notes.append("Circle: the trained weights.")
        }
        return notes
    }

    /// The height of the panels, in points.
    public var contentHeight: Double {
        let cell = (width.points - barRoom - leftRoom - gap * Double(columns - 1))
            / Double(columns)
        let panel = options.style == .surface ? min(cell * 0.95, 190) + 20 : min(cell, 215)
        return Double(rowCount) * (panel + headRoom) + Double(rowCount - 1) * rowGap + footRoom
    }

    /// The number of panels in a row.
    private var columns: Int { (panels.count + rowCount - 1) / rowCount }
    private var rowCount: Int {
        let most = width == .column ? 2 : 4
        return (panels.count + most - 1) / most
    }
    /// The room for the colour bar with its numbers and label, in points.
    private var barRoom: Double { 21 + valueAxis.tickWidth + Lettering.Size.label + 5 }
    /// The room for the title above each panel, in points.
    private var headRoom: Double { Lettering.Size.title + 9 }
    /// The room for numbers and labels left of the first panel, in points.
    private var leftRoom: Double {
        options.style == .surface
            ? valueAxis.tickWidth + 14
            : Drawing.room(left: mapAxis(panels[0].vertical, label: verticalLabel)) + 2
    }
    /// The room for the label below the panels, in points.
    private var footRoom: Double {
        Lettering.Size.label + 6 + (options.style == .surface ? 0 : numberRoom)
    }
    /// The room for the numbers below each map, in points.
    private var numberRoom: Double { Lettering.Size.tick + 7 }
    /// The distance between panels of a row, in points.
    private var gap: Double { 8 }
    /// The distance between rows, which holds the numbers below a map, in points.
    private var rowGap: Double { options.style == .surface ? 0 : numberRoom }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        drawing.add(options.colourMap.command)
        drawing.add("set cbrange \(valueAxis.rangeList)")
        let area = frame.inset(left: leftRoom, bottom: footRoom, right: barRoom)
        let rows = area.rows([Double](repeating: 1, count: rowCount), gap: rowGap)
        drawing.text(
            options.style == .surface ? surfaceLabel : horizontalLabel,
            x: (area.left + area.right) / 2, y: frame.bottom + Lettering.Size.label * 0.7,
            size: Lettering.Size.label, alignment: .center)
        for (index, panel) in panels.enumerated() {
            let cells = rows[index / columns]
                .columns([Double](repeating: 1, count: columns), gap: gap)
            let isFirst = index % columns == 0
            let cell = cells[index % columns].inset(top: headRoom)
            drawBar(in: area, right: frame.right, shown: index == 0, on: &drawing)
            switch options.style {
            case .surface: drawSurface(panel, in: cell, isFirst: isFirst, on: &drawing)
            case .contour, .heatMap: drawMap(panel, in: cell, isFirst: isFirst, on: &drawing)
            }
        }
    }

    /// One line for both horizontal axes of the boxes.
    private var surfaceLabel: String {
        let unit = verticalLabel.firstIndex(of: "(").map { String(verticalLabel[$0...]) } ?? ""
        let shared = !unit.isEmpty && horizontalLabel.hasSuffix(unit)
        let across = shared ? String(verticalLabel.dropLast(unit.count + 1)) : verticalLabel
        return "across: \(across), depth: \(horizontalLabel)"
    }

    /// Places the colour bar at the right edge; it is drawn with the first panel.
    private func drawBar(
        in area: Frame, right: Double, shown: Bool, on drawing: inout Drawing
    ) {
        guard shown else {
            drawing.add("unset colorbox")
            return
        }
        let middle = (area.bottom + area.top - headRoom) / 2
        let height = min((area.height - headRoom) * 0.9, 130)
        drawing.add(
            "set colorbox vertical user origin "
                + drawing.screen(right - barRoom + 9, middle - height / 2)
                + " size \(drawing.screen(7, height)) noborder")
        drawing.add(
            "set cbtics scale 0.4 font ',\(Lettering.Size.tick)' \(valueAxis.tickList)")
        drawing.text(
            valueAxis.label, x: right - Lettering.Size.label / 2 - 2, y: middle,
            size: Lettering.Size.label, alignment: .center, rotated: true)
    }
}
