extension LandscapeFigure {
    /// Draws one panel from above: cells of colour, or lines of equal value.
    func drawMap(
        _ panel: LandscapePanel, in cell: Frame, titleRoom: Double, isFirst: Bool,
        on drawing: inout Drawing
    ) {
        let data = drawing.block(
            "map", comment: "\(panel.title): x y value; NaN is a gap".oneLine, rows: panel.rows)
        let horizontal = mapAxis(panel.horizontal)
        let vertical = mapAxis(panel.vertical)
        let side = min(cell.width, cell.height)
        let left = (cell.left + cell.right - side) / 2
        let frame = Frame(
            left: left, bottom: cell.bottom, right: left + side, top: cell.bottom + side)
        var parts: [String]
        if view.style == .contour {
            let ceiling = view.ceiling ?? .infinity
            // Dots show where the loss was measured, and so where it is not finite.
            parts = [
                "\(data) using 1:($3 \(ceiling.isFinite ? "<= \(ceiling)" : "== $3") ? $2 : NaN):3 "
                    + "with points pointtype 7 pointsize 0.05 linecolor palette"
            ]
            let lines = contourLines(of: panel)
            if !lines.pieces.isEmpty {
                let block = drawing.block(
                    "contour", comment: "\(panel.title): x y level".oneLine, rows: lines.rows)
                parts.append("\(block) using 1:2:3 with lines linewidth 1 linecolor palette")
                label(lines, in: frame, horizontal, vertical, on: &drawing)
            }
        } else {
            // One image has no seams between cells; SVG viewers would smooth it, so cells there.
            drawing.add("cells = format eq 'svg' ? 'image pixels' : 'image'")
            parts = ["\(data) using 1:2:3 with @cells"]
        }
        drawing.openPanel(
            frame, horizontal: horizontal, vertical: vertical, title: panel.title,
            titleRoom: titleRoom, showsVerticalTicks: isFirst)
        drawing.add("set border 15")
        if view.scale == .logarithmic { drawing.add("set logscale cb 10") }
        if view.style == .heatMap {
            drawing.add(
                "set object rectangle from graph 0,0 to graph 1,1 behind "
                    + "fillstyle solid 1.0 noborder fillcolor rgb '\(Colours.gap)'")
        }
        if !panel.path.isEmpty {
            let path = drawing.block(
                "path", comment: "\(panel.title): x y of checkpoints".oneLine,
                rows: panel.path.map { "\(Numerals.datum($0.x)) \(Numerals.datum($0.y))" })
            for (width, size, colour) in [(2.2, 0.5, "#ffffff"), (0.9, 0.3, "#000000")] {
                parts.append(
                    "\(path) using 1:2 with linespoints linewidth \(width) pointtype 7 "
                        + "pointsize \(size) linecolor rgb '\(colour)'")
            }
        }
        if panel.centre != nil {
            for (size, colour) in Drawing.centreMark {
                parts.append(
                    "'+' using (0):(0) every ::0::0 with points pointtype 7 "
                        + "pointsize \(size) linecolor rgb '\(colour)'")
            }
        }
        drawing.plot(parts)
    }

    /// An axis that holds whole cells: half a step more at both ends, for a heat map.
    func mapAxis(_ offsets: [Double]) -> Axis {
        let low = offsets.min() ?? -1
        let high = offsets.max() ?? 1
        let step = (high - low) / Double(max(offsets.count - 1, 1))
        let extra = view.style == .heatMap ? step / 2 : 0
        let range = (low - extra)...(high > low ? high + extra : low + 1)
        return Axis(range: range, label: "", tickCount: 3)
    }

    /// The lines of equal value at levels that suit the panel.
    func contourLines(of panel: LandscapePanel) -> ContourLines {
        let low = max(panel.shown.min() ?? 0, valueAxis.range.lowerBound)
        let high = min(panel.shown.max() ?? 0, valueAxis.range.upperBound)
        return ContourLines(
            horizontal: panel.horizontal, vertical: panel.vertical, values: panel.values,
            levels: low < high ? ContourLevels.levels(in: low...high, scale: view.scale) : [],
            scale: view.scale)
    }

    /// Writes the value of each line where there is room on it, the innermost line first.
    private func label(
        _ lines: ContourLines, in frame: Frame, _ horizontal: Axis, _ vertical: Axis,
        on drawing: inout Drawing
    ) {
        let size = Lettering.Size.contour
        let inside = frame.inset(left: 2, bottom: 2, right: 2, top: 2)
        let middle = (x: (frame.left + frame.right) / 2, y: (frame.bottom + frame.top) / 2)
        var taken = [
            Frame(
                left: middle.x - 4, bottom: middle.y - 4, right: middle.x + 4, top: middle.y + 4)
        ]
        for (level, pieces) in Dictionary(grouping: lines.pieces, by: \.level)
            .sorted(by: { $0.key < $1.key })
        {
            let text = Numerals.short(level)
            let places = pieces.map { piece in
                let middle = (piece.from + piece.to) / 2
                return (
                    x: frame.left + horizontal.share(middle.x) * frame.width,
                    y: frame.bottom + vertical.share(middle.y) * frame.height
                )
            }
            // A line that is shorter than its number would vanish behind it.
            let width = Lettering.width(text, size: size)
            let (xs, ys) = (places.map(\.x), places.map(\.y))
            let extent = max(
                (xs.max() ?? 0) - (xs.min() ?? 0), (ys.max() ?? 0) - (ys.min() ?? 0))
            guard extent > 1.5 * width else { continue }
            // On a diagonal lines are far apart where bowls are wide, and no axis is hidden.
            let ordered = places.sorted {
                abs(abs($0.x - middle.x) - ($0.y - middle.y))
                    < abs(abs($1.x - middle.x) - ($1.y - middle.y))
            }
            for place in ordered {
                let box = Drawing.box(
                    text, x: place.x, y: place.y, size: size, alignment: .center)
                guard inside.holds(box), !taken.contains(where: { $0.touches(box, gap: 1.5) })
                else { continue }
                taken.append(box)
                drawing.text(
                    text, x: place.x, y: place.y, size: size, alignment: .center, boxed: true)
                break
            }
        }
    }
}
