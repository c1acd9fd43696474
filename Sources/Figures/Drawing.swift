/// A page that is being drawn: the data blocks and commands of a gnuplot script.
///
/// Every place is given in points and written as a share of the page, so nothing depends on
/// gnuplot's own idea of margins and no text can be pushed off the page.
public struct Drawing: Sendable {
    /// Where a text hangs on its position.
    enum Alignment: String {
        case left
        case center
        case right
    }

    /// The page, in points.
    let page: Frame
    /// The data blocks, in order.
    private(set) var blocks: [String] = []
    /// The commands, in order.
    private(set) var commands: [String] = []
    private var blockCount = 0

    /// An empty page of a size in points.
    init(width: Double, height: Double) {
        page = Frame(left: 0, bottom: 0, right: width, top: height)
    }

    /// Adds a command.
    mutating func add(_ command: String) {
        commands.append(command)
    }

    /// Adds a block of data and returns its name, `$name1`, `$name2`, …
    ///
    /// - Parameters:
    ///   - name: letters that say what the block holds.
    ///   - comment: one line on its columns.
    ///   - rows: lines of numbers; an empty line ends a scan of a grid.
    mutating func block(_ name: String, comment: String, rows: [String]) -> String {
        blockCount += 1
        let full = "$\(name)\(blockCount)"
        blocks.append("\(full) << EOD\n# \(comment)\n" + rows.joined(separator: "\n") + "\nEOD")
        return full
    }

    /// A position on the page as gnuplot takes it.
    func screen(_ x: Double, _ y: Double) -> String {
        "screen \(share(x, of: page.width)),\(share(y, of: page.height))"
    }

    /// A length in points as a share of the page, to a millionth.
    private func share(_ points: Double, of whole: Double) -> Double {
        (points / whole * 1e6).rounded() / 1e6
    }

    /// The rectangle that a text takes, in points.
    static func box(
        _ text: String, x: Double, y: Double, size: Double, alignment: Alignment = .left,
        rotated: Bool = false
    ) -> Frame {
        let width = Lettering.width(text, size: size)
        let height = (FontMetrics.ascent + FontMetrics.descent) * size
        let start = switch alignment {
        case .left: 0.0
        case .center: width / 2
        case .right: width
        }
        return rotated
            ? Frame(
                left: x - height / 2, bottom: y - start, right: x + height / 2,
                top: y - start + width)
            : Frame(
                left: x - start, bottom: y - height / 2, right: x - start + width,
                top: y + height / 2)
    }

    /// Writes a text at a position in points; it appears with the next plot.
    ///
    /// - Parameter boxed: whether it stands on a white ground of its own.
    mutating func text(
        _ text: String, x: Double, y: Double, size: Double, alignment: Alignment = .left,
        rotated: Bool = false, colour: String = "#000000", boxed: Bool = false
    ) {
        guard !text.isEmpty else { return }
        add(
            "set label \(Lettering.quoted(text)) at \(screen(x, y)) \(alignment.rawValue)"
                + (rotated ? " rotate by 90" : "")
                + " noenhanced font ',\(size)' textcolor rgb '\(colour)' front"
                + (boxed ? " boxed" : ""))
    }

    /// Writes lines one below the other, or rotated one right of the other, in the middle of which
    /// the position lies.
    mutating func text(
        lines: [String], x: Double, y: Double, size: Double, rotated: Bool = false
    ) {
        for (number, line) in lines.enumerated() {
            let shift = (Double(number) - Double(lines.count - 1) / 2) * size * Lettering.lineSpacing
            text(
                line, x: rotated ? x + shift : x, y: rotated ? y : y - shift, size: size,
                alignment: .center, rotated: rotated)
        }
    }

    /// Draws a line between two positions in points; it appears with the next plot.
    mutating func line(
        from: (x: Double, y: Double), to: (x: Double, y: Double), colour: String,
        width: Double = 1, dash: String = "solid"
    ) {
        add(
            "set arrow from \(screen(from.x, from.y)) to \(screen(to.x, to.y)) nohead front "
                + "linecolor rgb '\(colour)' linewidth \(width) dashtype \(dash)")
    }

    /// Sets gnuplot's plotting area to a rectangle in points.
    mutating func setArea(_ frame: Frame) {
        add("set lmargin at screen \(share(frame.left, of: page.width))")
        add("set rmargin at screen \(share(frame.right, of: page.width))")
        add("set bmargin at screen \(share(frame.bottom, of: page.height))")
        add("set tmargin at screen \(share(frame.top, of: page.height))")
    }

    /// How far numbers stand from their axis, in points, the ticks included.
    private static let tickRoom = 4.0

    /// The height of label lines with the space before them, in points.
    static func labelRoom(_ lines: [String]) -> Double {
        lines.isEmpty
            ? 0 : Double(lines.count) * Lettering.Size.label * Lettering.lineSpacing + 2
    }

    /// The room that an axis of a panel `length` points high needs beside it, in points.
    static func room(left axis: Axis, length: Double) -> Double {
        axis.tickWidth + tickRoom + 2 + labelRoom(axis.labelLines(length))
    }

    /// The room that an axis of a panel `length` points wide needs below it, in points.
    static func room(below axis: Axis, length: Double) -> Double {
        tickRoom + Lettering.Size.tick + 2 + labelRoom(axis.labelLines(length))
    }

    /// Opens a panel with two axes: sets area, ranges, ticks, labels and title.
    ///
    /// - Parameters:
    ///   - frame: the plotting area alone; `room` says what lies outside.
    ///   - titleRoom: how wide the title may be, in points; nil for the width of the frame.
    ///   - showsVerticalTicks: whether the numbers of the vertical axis are printed.
    mutating func openPanel(
        _ frame: Frame, horizontal: Axis, vertical: Axis, title: String = "",
        titleRoom: Double? = nil, showsVerticalTicks: Bool = true
    ) {
        setArea(frame)
        add("unset key")
        add("set border 3 linewidth 0.6 linecolor rgb '#000000'")
        let across = horizontal.fitting(frame.width, sideBySide: true)
        let up = vertical.fitting(frame.height, sideBySide: false)
        for (name, axis) in [("x", across), ("y", up)] {
            add(axis.scale == .logarithmic ? "set logscale \(name) 10" : "unset logscale \(name)")
            add("set \(name)range \(axis.rangeList)")
            add("set \(name)tics out nomirror scale 0.4 format '' \(axis.tickList)")
        }
        let size = Lettering.Size.tick
        for tick in across.ticks {
            text(
                tick.text, x: frame.left + across.share(tick.position) * frame.width,
                y: frame.bottom - Self.tickRoom - size / 2, size: size, alignment: .center)
        }
        for tick in up.ticks where showsVerticalTicks {
            text(
                tick.text, x: frame.left - Self.tickRoom,
                y: frame.bottom + up.share(tick.position) * frame.height, size: size,
                alignment: .right)
        }
        let below = horizontal.labelLines(frame.width)
        text(
            lines: below, x: (frame.left + frame.right) / 2,
            y: frame.bottom - Self.tickRoom - size - 2 - Self.labelRoom(below) / 2,
            size: Lettering.Size.label)
        if showsVerticalTicks {
            let beside = vertical.labelLines(frame.height)
            text(
                lines: beside,
                x: frame.left - vertical.tickWidth - Self.tickRoom - 2
                    - Self.labelRoom(beside) / 2,
                y: (frame.bottom + frame.top) / 2, size: Lettering.Size.label, rotated: true)
        }
        panelTitle(title, over: frame, room: titleRoom ?? frame.width)
    }

    /// Writes the title of a panel above a frame.
    mutating func panelTitle(_ title: String, over frame: Frame, room: Double) {
        text(
            Lettering.shortened(title, size: Lettering.Size.title, limit: room),
            x: (frame.left + frame.right) / 2, y: frame.top + Lettering.Size.title * 0.9,
            size: Lettering.Size.title, alignment: .center)
    }

    /// Plots into the open panel and closes it: its labels, lines and objects go with it.
    mutating func plot(_ parts: [String], command: String = "plot") {
        add("\(command) " + parts.joined(separator: ", \\\n    "))
        add("unset label; unset arrow; unset object; unset logscale")
    }
}
