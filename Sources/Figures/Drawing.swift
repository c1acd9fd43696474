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

    /// Writes a text at a position in points; it appears with the next plot.
    mutating func text(
        _ text: String, x: Double, y: Double, size: Double, alignment: Alignment = .left,
        rotated: Bool = false, colour: String = "#000000"
    ) {
        add(
            "set label \(Lettering.quoted(text)) at \(screen(x, y)) \(alignment.rawValue)"
                + (rotated ? " rotate by 90" : "")
                + " noenhanced font ',\(size)' textcolor rgb '\(colour)' front")
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

    /// The room that an axis needs beside its panel, in points.
    static func room(left axis: Axis) -> Double {
        axis.tickWidth + 6 + (axis.label.isEmpty ? 0 : Lettering.Size.label + 5)
    }

    /// The room that an axis needs below its panel, in points.
    static func room(below axis: Axis) -> Double {
        Lettering.Size.tick + 5 + (axis.label.isEmpty ? 0 : Lettering.Size.label + 4)
    }

    /// Opens a panel with two axes: sets area, ranges, ticks, labels and title.
    ///
    /// - Parameters:
    ///   - frame: the plotting area alone; `room` says what lies outside.
    ///   - showsVerticalTicks: whether the numbers of the vertical axis are printed.
    mutating func openPanel(
        _ frame: Frame, horizontal: Axis, vertical: Axis, title: String = "",
        showsVerticalTicks: Bool = true
    ) {
        setArea(frame)
        add("unset key")
        add("set border 3 linewidth 0.6 linecolor rgb '#000000'")
        for (name, axis) in [("x", horizontal), ("y", vertical)] {
            add(axis.scale == .logarithmic ? "set logscale \(name) 10" : "unset logscale \(name)")
            add("set \(name)range \(axis.rangeList)")
            let shown = name == "x" || showsVerticalTicks
            let format = shown ? "" : " format ''"
            add(
                "set \(name)tics out nomirror scale 0.4\(format) font ',\(Lettering.Size.tick)' "
                    + (name == "x" ? "offset 0,0.3 " : "offset 0.3,0 ")
                    + (shown ? axis.tickList : unlabelled(axis)))
        }
        text(
            horizontal.label, x: (frame.left + frame.right) / 2,
            y: frame.bottom - Drawing.room(below: horizontal) + Lettering.Size.label / 2,
            size: Lettering.Size.label, alignment: .center)
        if showsVerticalTicks {
            text(
                vertical.label,
                x: frame.left - Drawing.room(left: vertical) + Lettering.Size.label / 2 + 1,
                y: (frame.bottom + frame.top) / 2, size: Lettering.Size.label, alignment: .center,
                rotated: true)
        }
        let fitting = Lettering.shortened(
            title, size: Lettering.Size.title, limit: frame.width + 10)
        text(
            fitting, x: (frame.left + frame.right) / 2, y: frame.top + Lettering.Size.title * 0.9,
            size: Lettering.Size.title, alignment: .center)
    }

    /// Ticks without numbers.
    private func unlabelled(_ axis: Axis) -> String {
        "(" + axis.ticks.map { "'' \($0.position)" }.joined(separator: ", ") + ")"
    }

    /// Plots into the open panel and closes it: its labels, lines and objects go with it.
    mutating func plot(_ parts: [String], command: String = "plot") {
        add("\(command) " + parts.joined(separator: ", \\\n    "))
        add("unset label; unset arrow; unset object; unset logscale")
    }
}
