/// What the signs of a figure mean: entries that flow in lines.
struct Legend {
    /// The sign before a text.
    enum Sign {
        case line(colour: String, dash: String)
        case mark(pointType: Int, colour: String)
        /// A bar's colour and pattern.
        case bar(colour: String, fill: String)
        /// The ring at the trained weights.
        case centre
        /// A measured point of a map.
        case dot
    }

    /// The entries, in order.
    var entries: [(text: String, sign: Sign)]

    private static let size = Lettering.Size.tick
    private static let lineHeight = 10.0
    /// From the start of an entry to its text, in points.
    private static let signRoom = 20.0
    /// Between entries, in points.
    private static let gap = 10.0

    /// The room above the first line and below the last, in points.
    private static let border = 2.0

    /// The height on `width` points, in points; 0 without entries.
    func height(_ width: Double) -> Double {
        entries.isEmpty
            ? 0 : Double(lines(width).count) * Self.lineHeight + 2 * Self.border
    }

    private func entryWidth(_ text: String, _ width: Double) -> Double {
        min(Self.signRoom + Lettering.width(text, size: Self.size), width)
    }

    /// The entries in lines that fit.
    private func lines(_ width: Double) -> [[(text: String, sign: Sign)]] {
        var lines: [[(text: String, sign: Sign)]] = []
        var free = 0.0
        for entry in entries {
            let needed = entryWidth(entry.text, width)
            if lines.isEmpty || needed > free {
                lines.append([])
                free = width
            }
            lines[lines.count - 1].append(entry)
            free -= needed + Self.gap
        }
        return lines
    }

    /// Draws the legend at the top of a frame.
    func draw(in frame: Frame, on drawing: inout Drawing) {
        for (number, line) in lines(frame.width).enumerated() {
            let y = frame.top - Self.border - (Double(number) + 0.5) * Self.lineHeight
            let widths = line.map { entryWidth($0.text, frame.width) }
            let total = widths.reduce(0, +) + Self.gap * Double(line.count - 1)
            var x = (frame.left + frame.right - total) / 2
            for (entry, width) in zip(line, widths) {
                draw(entry.sign, x, y, on: &drawing)
                drawing.text(
                    Lettering.shortened(entry.text, size: Self.size, limit: width - Self.signRoom),
                    x: x + Self.signRoom, y: y, size: Self.size)
                x += width + Self.gap
            }
        }
    }

    private func draw(_ sign: Sign, _ x: Double, _ y: Double, on drawing: inout Drawing) {
        switch sign {
        case .line(let colour, let dash):
            drawing.line(
                from: (x, y), to: (x + 16, y), colour: colour, width: 1.2, dash: dash)
        case .mark(let pointType, let colour):
            drawing.point(x: x + 8, y: y, type: pointType, size: 0.5, colour: colour)
        case .bar(let colour, let fill):
            drawing.add(
                "set object rectangle from \(drawing.screen(x + 4, y - 3.5)) "
                    + "to \(drawing.screen(x + 15, y + 3.5)) "
                    + "\(fill) fillcolor rgb '\(colour)' linewidth 0.5")
        case .centre:
            for (size, colour) in Drawing.centreMark {
                drawing.point(x: x + 10, y: y, type: 7, size: size, colour: colour)
            }
        case .dot: drawing.point(x: x + 10, y: y, type: 7, size: 0.15, colour: "#000000")
        }
    }
}

extension Drawing {
    /// The ring at the trained weights: its discs from the outside in.
    static let centreMark = [(size: 0.55, colour: "#000000"), (size: 0.38, colour: "#ffffff")]

    /// Draws a mark at a position in points; it appears with the next plot.
    mutating func point(x: Double, y: Double, type: Int, size: Double, colour: String) {
        add(
            "set label '' at \(screen(x, y)) point pointtype \(type) pointsize \(size) "
                + "linecolor rgb '\(colour)' front")
    }
}
