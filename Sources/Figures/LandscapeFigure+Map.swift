extension LandscapeFigure {
    /// Draws one panel from above: cells of colour, or lines of equal value.
    func drawMap(
        _ panel: LandscapePanel, in cell: Frame, isFirst: Bool, on drawing: inout Drawing
    ) {
        let data = drawing.block(
            "map", comment: "\(panel.title): x y value; NaN is a gap".oneLine, rows: panel.rows)
        let horizontal = mapAxis(panel.horizontal, label: "")
        let vertical = mapAxis(panel.vertical, label: verticalLabel)
        let side = min(cell.width, cell.height)
        let frame = Frame(
            left: cell.left, bottom: cell.top - side, right: cell.left + side, top: cell.top)
        var parts: [String]
        if options.style == .contour {
            // Dots show where the loss was measured, and so where it is not finite.
            parts = [
                "\(data) using 1:($3 == $3 ? $2 : NaN):3 with points pointtype 7 "
                    + "pointsize 0.05 linecolor palette"
            ]
            let lines = contourLines(of: panel)
            if !lines.pieces.isEmpty {
                let block = drawing.block(
                    "contour", comment: "\(panel.title): x y level".oneLine, rows: lines.rows)
                parts.append("\(block) using 1:2:3 with lines linewidth 1 linecolor palette")
            }
        } else {
            // One image has no seams between cells; SVG viewers would smooth it, so cells there.
            drawing.add("cells = format eq 'svg' ? 'image pixels' : 'image'")
            parts = ["\(data) using 1:2:3 with @cells"]
        }
        drawing.openPanel(
            frame, horizontal: horizontal, vertical: vertical, title: panel.title,
            showsVerticalTicks: isFirst)
        drawing.add("set border 15")
        if options.scale == .logarithmic { drawing.add("set logscale cb 10") }
        if options.style == .heatMap {
            drawing.add(
                "set object 1 rectangle from graph 0,0 to graph 1,1 behind "
                    + "fillstyle solid 1.0 noborder fillcolor rgb '\(Colours.gap)'")
        }
        if panel.centre != nil {
            for (size, colour) in [(0.55, "#000000"), (0.38, "#ffffff")] {
                parts.append(
                    "'+' using (0):(0) every ::0::0 with points pointtype 7 "
                        + "pointsize \(size) linecolor rgb '\(colour)'")
            }
        }
        drawing.plot(parts)
    }

    /// An axis that holds whole cells: half a step more at both ends, for a heat map.
    func mapAxis(_ offsets: [Double], label: String) -> Axis {
        let low = offsets.min() ?? -1
        let high = offsets.max() ?? 1
        let step = (high - low) / Double(max(offsets.count - 1, 1))
        let extra = options.style == .heatMap ? step / 2 : 0
        let range = (low - extra)...(high > low ? high + extra : low + 1)
        return Axis(range: range, label: label, tickCount: 3)
    }

    /// The lines of equal value at about 14 round levels.
    private func contourLines(of panel: LandscapePanel) -> ContourLines {
        let levels = Axis(range: valueAxis.range, scale: options.scale, label: "", tickCount: 14)
        return ContourLines(
            horizontal: panel.horizontal, vertical: panel.vertical, values: panel.values,
            levels: levels.ticks.map(\.position), scale: options.scale)
    }
}
