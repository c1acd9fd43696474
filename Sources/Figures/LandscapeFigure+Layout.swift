extension LandscapeFigure {
    /// Where things stand on a page of a width: from the top rows of panels under their titles,
    /// the colour bar at their right; then what the axes are; then the legend.
    struct Layout {
        var columns: Int
        var rowCount: Int
        var barLabel: [String]
        var axesLabel: [String]
        var legend: Legend
        var legendHeight: Double
        /// Left of the first panel, in points.
        var left: Double
        /// Right of the last panel, in points.
        var right: Double
        /// Below each panel, in points.
        var below: Double
        /// Between panels of a row, in points.
        var gap: Double
        /// The height of a panel, in points.
        var panel: Double

        /// The room for the title above each panel, in points.
        static let head = Lettering.Size.title + 9
        /// The width of the colour bar, in points.
        static let bar = 7.0
        /// The least height of a panel, which the label of the colour bar needs, in points.
        static let least = 86.0

        var foot: Double { Drawing.labelRoom(axesLabel) + 4 + legendHeight }
        var height: Double { Double(rowCount) * (Self.head + panel + below) + foot }
    }

    /// The layout on a page of `width` points.
    func layout(_ width: Double) -> Layout {
        let isSurface = view.style == .surface
        let most = width < FigureWidth.page.points ? 2 : 4
        let rowCount = (panels.count + most - 1) / most
        let columns = (panels.count + rowCount - 1) / rowCount
        let barLabel = Lettering.wrapped(
            valueAxis.label, size: Lettering.Size.label, limit: Layout.least - 4, lines: 2)
        let right = 9 + Layout.bar + 4 + valueAxis.tickWidth + Drawing.labelRoom(barLabel) + 3
        let offsets = panels.flatMap { [mapAxis($0.horizontal), mapAxis($0.vertical)] }
        let numbers = offsets.map(\.tickWidth).max() ?? 0
        let left = isSurface ? valueAxis.tickWidth + 9 : numbers + 9
        let gap = isSurface ? 6 : max(8, numbers + 4)
        let cell = (width - left - right - gap * Double(columns - 1)) / Double(columns)
        let panel = isSurface ? min(cell * 0.95, 190) + 20 : min(cell, 215)
        let legend = self.legend
        return Layout(
            columns: columns, rowCount: rowCount, barLabel: barLabel,
            axesLabel: Lettering.wrapped(
                isSurface ? "depth " + axesLabel.replacingOccurrences(of: ", y:", with: ", across y:")
                    : axesLabel,
                size: Lettering.Size.label, limit: width - 12, lines: 2),
            legend: legend, legendHeight: legend.height(width - 12), left: left, right: right,
            below: isSurface ? 0 : Lettering.Size.tick + 7, gap: gap,
            panel: max(panel, Layout.least))
    }

    /// What the marks mean.
    private var legend: Legend {
        var entries: [(text: String, sign: Legend.Sign)] = []
        if panels.contains(where: { $0.centre != nil }) {
            entries.append(("trained weights", .centre))
        }
        if view.style == .contour { entries.append(("measured points", .dot)) }
        return Legend(entries: entries)
    }

    public func contentHeight(width: Double) -> Double { layout(width).height }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        let layout = layout(frame.width)
        drawing.add(view.colourMap.command)
        drawing.add("set cbrange \(valueAxis.rangeList)")
        let area = frame.inset(left: layout.left, bottom: layout.foot, right: layout.right)
        let rows = area.rows([Double](repeating: 1, count: layout.rowCount), gap: 0)
        drawing.text(
            lines: layout.axesLabel, x: (frame.left + frame.right) / 2,
            y: area.bottom - 2 - Drawing.labelRoom(layout.axesLabel) / 2,
            size: Lettering.Size.label)
        layout.legend.draw(
            in: Frame(
                left: frame.left + 6, bottom: frame.bottom, right: frame.right - 6,
                top: frame.bottom + layout.legendHeight), on: &drawing)
        for (index, panel) in panels.enumerated() {
            let cells = rows[index / layout.columns]
                .columns([Double](repeating: 1, count: layout.columns), gap: layout.gap)
            let isFirst = index % layout.columns == 0
            let cell = cells[index % layout.columns].inset(bottom: layout.below, top: Layout.head)
            if index == 0 { drawBar(layout, in: area, right: frame.right, on: &drawing) }
            if index == 1 { drawing.add("unset colorbox") }
            let titleRoom = cell.width + layout.gap - 4
            switch view.style {
            case .surface:
                drawSurface(
                    panel, in: cell, titleRoom: titleRoom, isFirst: isFirst, on: &drawing)
            case .contour, .heatMap:
                drawMap(panel, in: cell, titleRoom: titleRoom, isFirst: isFirst, on: &drawing)
            }
        }
    }

    /// Places the colour bar at the right edge; it is drawn with the first panel.
    private func drawBar(
        _ layout: Layout, in area: Frame, right: Double, on drawing: inout Drawing
    ) {
        let middle = (area.bottom + layout.below + area.top - Layout.head) / 2
        let height = min(area.height - Layout.head - layout.below, 140)
        let bottom = middle - height / 2
        let left = right - layout.right + 9
        let axis = valueAxis.fitting(height, sideBySide: false)
        drawing.add(
            "set colorbox vertical user origin \(drawing.screen(left, bottom)) "
                + "size \(drawing.screen(Layout.bar, height)) noborder")
        drawing.add("set cbtics scale 0.4 format '' \(axis.tickList)")
        for tick in axis.ticks {
            drawing.text(
                tick.text, x: left + Layout.bar + 4,
                y: bottom + axis.share(tick.position) * height, size: Lettering.Size.tick)
        }
        drawing.text(
            lines: layout.barLabel, x: right - 3 - Drawing.labelRoom(layout.barLabel) / 2,
            y: middle, size: Lettering.Size.label, rotated: true)
    }
}
