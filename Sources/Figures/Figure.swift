/// A result as a picture: something that can be written as a gnuplot script.
public protocol Figure: Sendable {
    /// One line that says what is drawn.
    var title: String { get }
    /// What a reader must know beside the picture, one sentence each.
    var notes: [String] { get }
    /// The width on paper.
    var width: FigureWidth { get }
    /// What of a request decides how the figure looks; anything else is no option of it.
    var options: Set<FigureOption> { get }
    /// The height of the panels without the notes where they are `width` wide, in points.
    func contentHeight(width: Double) -> Double

    /// The Python that draws the same; nil for figures of several kinds at once.
    var notebook: NotebookCells? { get }

    /// Draws the panels into a rectangle of the page.
    ///
    /// - Throws: `FigureError` where the result holds nothing to draw or an option contradicts it.
    func draw(in frame: Frame, on drawing: inout Drawing) throws
}

extension Figure {
    public var notebook: NotebookCells? { nil }

    /// Title and notes as the text below a printed figure.
    public var caption: String { ([title + "."] + notes).joined(separator: " ") }

    /// The complete script: data inside, no other file needed.
    ///
    /// `gnuplot NAME.gp` writes `NAME.png` into the current folder;
    /// `gnuplot -e "format='svg'" NAME.gp` writes SVG, and `pdf` likewise.
    ///
    /// - Parameter name: the file name without its ending.
    /// - Throws: what `draw` throws.
    public func script(named name: String) throws -> String {
        let lines = Lettering.wrapped(
            notes.joined(separator: " "), size: Lettering.Size.note, limit: width.points - 12)
        let lineHeight = Lettering.Size.note * 1.35
        let notesHeight = lines.isEmpty ? 4 : Double(lines.count) * lineHeight + 6
        let height = (contentHeight(width: width.points) + notesHeight).rounded(.up)
        var drawing = Drawing(width: width.points, height: height)
        for (number, line) in lines.enumerated() {
            drawing.text(
                line, x: 6, y: notesHeight - 2 - (Double(number) + 0.5) * lineHeight,
                size: Lettering.Size.note, colour: Colours.muted)
        }
        try draw(in: drawing.page.inset(bottom: notesHeight), on: &drawing)
        return FigureScript(
            name: name, title: title, notes: notes, width: width.points, height: height,
            drawing: drawing
        ).text
    }
}

/// The text around a drawing: how to run it, the terminal, the page.
struct FigureScript {
    var name: String
    var title: String
    var notes: [String]
    /// In points.
    var width: Double
    /// In points.
    var height: Double
    var drawing: Drawing

    /// The whole script.
    var text: String {
        let comment = ([title] + notes).map { "# " + singleLine($0) }
        let usage = """
            #
            # gnuplot FILE                        draws a PNG at 300 dots per inch
            # gnuplot -e "format='svg'" FILE      draws SVG; format='pdf' draws PDF
            """
        let opening = """
            if (!exists("format")) format = 'png'
            if (!exists("output")) output = \(Lettering.quoted(name + ".")) . format
            set encoding utf8
            set style textbox opaque margins 0.4,0.3 fillcolor rgb 'white' noborder
            \(terminals)
            set output output
            """
        let closing = "unset multiplot\nset output\n"
        return
            (comment + [usage, "", opening, ""] + drawing.blocks.map { $0 + "\n" }
            + ["set multiplot"] + drawing.commands + [closing]).joined(separator: "\n")
    }

    private func singleLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// One terminal per format, each so scaled that sizes in points mean the same on paper.
    ///
    /// The cairo terminals take a point of a font as 96/72 of their unit.
    private var terminals: String {
        let png = 300.0 / 72
        let svg = 96.0 / 72
        return """
            if (format eq 'png') set terminal pngcairo enhanced rounded background rgb 'white' \
            size \(pixels(width, png)),\(pixels(height, png)) font '\(FontMetrics.family),7' \
            fontscale \(300.0 / 96) linewidth \(png) pointscale \(png)
            if (format eq 'svg') set terminal svg enhanced rounded background rgb 'white' \
            size \(pixels(width, svg)),\(pixels(height, svg)) font '\(FontMetrics.family),7' \
            fontscale \(svg) linewidth \(svg)
            if (format eq 'pdf') set terminal pdfcairo enhanced rounded background rgb 'white' \
            size \(width / 72),\(height / 72) font '\(FontMetrics.family),7' \
            fontscale 0.75 linewidth 2 pointscale 1
            """
    }

    private func pixels(_ points: Double, _ scale: Double) -> Int {
        Int((points * scale).rounded())
    }
}
