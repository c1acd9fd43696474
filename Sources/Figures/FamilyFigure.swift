import Results

/// Curves that belong to the units of a network, coloured by their depth: what is drawn, by the
/// columns of a result's table.
public struct CurveFamily: Sendable {
    /// The table.
    public var table: String
    /// The column whose text is the same along one curve.
    public var curve: String
    /// The column of the depth that colours a curve, 0 to 1.
    public var depth: String
    /// The column of the abscissa.
    public var abscissa: String
    /// What the horizontal axis says.
    public var abscissaLabel: String
    /// The column of the ordinate.
    public var ordinate: String
    /// What the vertical axis says.
    public var ordinateLabel: String
    /// The scale of the vertical axis.
    public var scale = AxisScale.linear
}

/// A family of curves of each result, coloured by depth, above a figure of numbers unit by unit.
public struct FamilyFigure: Figure {
    /// One curve: its points with the depth of its unit.
    struct Line: Sendable {
        var depth: Double
        var points: [(x: Double, y: Double)]
    }

    public let title: String
    public let notes: [String]
    let family: CurveFamily
    var below: CurveFigure
    /// By result.
    let lines: [[Line]]
    let horizontalAxis: Axis
    let verticalAxis: Axis

    /// The figure of results that have both tables.
    ///
    /// - Parameter below: the figure under the curves.
    /// - Throws: `FigureError` where a table or a column is missing or holds no finite number.
    public init<Result: StoredResult>(
        _ family: CurveFamily, above below: CurveStatement, _ results: [TitledResult<Result>],
        _ request: FigureRequest
    ) throws {
        let records = results.map { (title: $0.title, result: $0.result.record) }
        self.family = family
        self.below = try CurveFigure(
            below, records: records, width: request.width ?? .column)
        lines = try records.map { try Self.lines(of: $0.result, family, title: $0.title) }
        let points = lines.joined().flatMap(\.points)
        guard let range = Axis.range(of: points.map(\.y), scale: family.scale, margin: 0.05) else {
            throw FigureError.nothingToDraw(
                figure: below.subject, reason: "no finite value of \(family.ordinate)",
                remedy: "finish the study, or check the files with `saddle inspect`")
        }
        verticalAxis = Axis(
            range: range, scale: family.scale, label: family.ordinateLabel, tickCount: 4)
        horizontalAxis = Axis(
            range: Axis.range(of: points.map(\.x)) ?? 0...1, label: family.abscissaLabel)
        title = self.below.title
        notes = self.below.notes
    }

    public var width: FigureWidth { below.width }

    public var options: Set<FigureOption> { [.width] }

    private static func lines(
        of record: Record, _ family: CurveFamily, title: String
    ) throws(FigureError) -> [Line] {
        guard let table = record.allTables.first(where: { $0.name == family.table }),
            case .texts(let names)? = table.column(family.curve)?.values,
            let depths = table.column(family.depth)?.values.numbers,
            let x = table.column(family.abscissa)?.values.numbers,
            let y = table.column(family.ordinate)?.values.numbers
        else {
            throw .nothingToDraw(
                figure: title, reason: "no table \(family.table) of curves",
                remedy: "check the file with `saddle inspect`")
        }
        var lines: [Line] = []
        for row in names.indices {
            if row == 0 || names[row] != names[row - 1] {
                lines.append(Line(depth: depths[row], points: []))
            }
            if y[row].isFinite { lines[lines.count - 1].points.append((x[row], y[row])) }
        }
        return lines
    }

    // MARK: Layout

    private static let panelHeight = 104.0
    private static let bar = 7.0
    private static let gap = 8.0
    private static let depthAxis = Axis(range: 0...1, label: "normalised depth", tickCount: 3)

    private var head: Double { lines.count > 1 ? Lettering.Size.title + 7 : 5 }

    private var left: Double {
        Drawing.room(left: verticalAxis, length: Self.panelHeight) + 3
    }

    private var right: Double {
        9 + Self.bar + 4 + Self.depthAxis.tickWidth
            + Drawing.labelRoom(Self.depthAxis.labelLines(Self.panelHeight)) + 3
    }

    private func room(below width: Double) -> Double {
        Drawing.room(below: horizontalAxis, length: width - left - right) + 2
    }

    private func upperHeight(_ width: Double) -> Double {
        Double(lines.count) * (head + Self.panelHeight) + room(below: width)
    }

    public func contentHeight(width: Double) -> Double {
        upperHeight(width) + Self.gap + below.contentHeight(width: width)
    }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        let upper = upperHeight(frame.width)
        let area = Frame(
            left: frame.left + left, bottom: frame.top - upper + room(below: frame.width),
            right: frame.right - right, top: frame.top)
        drawing.add(ColourMap.viridis.command)
        drawing.add("set cbrange [0:1]")
        let rows = area.rows([Double](repeating: 1, count: lines.count), gap: 0)
        for (index, row) in rows.enumerated() {
            let panel = row.inset(top: head)
            if index == 0 { drawBar(beside: panel, right: frame.right, on: &drawing) }
            if index == 1 { drawing.add("unset colorbox") }
            var horizontal = horizontalAxis
            if index < rows.count - 1 {
                horizontal.label = ""
                horizontal.hideNumbers()
            }
            drawing.openPanel(
                panel, horizontal: horizontal, vertical: verticalAxis,
                title: lines.count > 1 ? below.titles[index] : "")
            drawing.plot([curves(index, on: &drawing)])
        }
        drawing.add("unset colorbox")
        try below.draw(
            in: Frame(
                left: frame.left, bottom: frame.bottom, right: frame.right,
                top: frame.top - upper - Self.gap), on: &drawing)
    }

    private func curves(_ index: Int, on drawing: inout Drawing) -> String {
        // An empty line ends a curve.
        let rows = lines[index].map { line in
            line.points.map {
                [$0.x, $0.y, line.depth].map(Numerals.datum).joined(separator: " ")
            }
        }
        let data = drawing.block(
            "family", comment: "\(below.titles[index]): x, y, depth".oneLine,
            rows: Array(rows.filter { !$0.isEmpty }.joined(separator: [""])))
        return "\(data) using 1:2:3 with lines linewidth 1 linecolor palette"
    }

    /// Places the colour bar at the right edge; it is drawn with the first panel.
    private func drawBar(beside panel: Frame, right edge: Double, on drawing: inout Drawing) {
        let axis = Self.depthAxis
        let left = edge - right + 9
        drawing.add(
            "set colorbox vertical user origin \(drawing.screen(left, panel.bottom)) "
                + "size \(drawing.screen(Self.bar, panel.height)) noborder")
        drawing.add("set cbtics scale 0.4 format '' \(axis.tickList)")
        for tick in axis.ticks {
            drawing.text(
                tick.text, x: left + Self.bar + 4,
                y: panel.bottom + axis.share(tick.position) * panel.height,
                size: Lettering.Size.tick)
        }
        let label = axis.labelLines(Self.panelHeight)
        drawing.text(
            lines: label, x: edge - 3 - Drawing.labelRoom(label) / 2,
            y: (panel.bottom + panel.top) / 2, size: Lettering.Size.label, rotated: true)
    }
}

extension FamilyFigure {
    public var notebook: NotebookCells? {
        let columns = [family.curve, family.depth, family.abscissa, family.ordinate]
            .map(RecordNotebook.literal)
        let reading = """


            def read_family(path):
                with h5py.File(path, "r") as file:
                    unit = file[\(columns[0])].asstr()[...]
                    depth, x, y = (file[name][...] for name in [\(columns[1...].joined(separator: ", "))])
                # One curve for each unit, in the order of the network.
                return [(depth[unit == name][0], x[unit == name], y[unit == name])
                        for name in dict.fromkeys(unit)]


            families = {name: read_family(path) for name, path in files.items()}
            """
        let drawing = """
            figure, axes = plt.subplots(len(families), 1, figsize=(6.8, 2.6 * len(families) + 0.4),
                                        squeeze=False, sharex=True, sharey=True,
                                        layout="constrained")
            for axis, (name, curves) in zip(axes[:, 0], families.items()):
                for depth, x, y in curves:
                    axis.plot(x, y, color=plt.colormaps["viridis"](depth), linewidth=1)
                axis.set(title=name, ylabel=\(RecordNotebook.literal(family.ordinateLabel)),
                         yscale=\(family.scale == .logarithmic ? "\"log\"" : "\"linear\""))
            axes[-1, 0].set_xlabel(\(RecordNotebook.literal(family.abscissaLabel)))
            figure.colorbar(plt.cm.ScalarMappable(plt.Normalize(0, 1), "viridis"), ax=axes,
                            label="normalised depth")
            plt.show()


            """
        return below.notebook.map {
            NotebookCells(reading: $0.reading + reading, drawing: drawing + $0.drawing)
        }
    }
}
