import Results

/// Curves of one or more results, one panel below the other: columns of a table, as stated.
///
/// With several results, colour and dash tell the results apart and marks the kinds of points; with
/// one, colour and mark both tell the kinds.
public struct CurveFigure: Figure {
    public let title: String
    public let notes: [String]
    public let width: FigureWidth
    let statement: CurveStatement
    let titles: [String]
    let kinds: [String]
    /// By panel and result.
    let curves: [[Curve]]
    let horizontalAxis: Axis
    let verticalAxes: [Axis]
    /// What the axes say without a power of ten: the horizontal one's, then each panel's.
    let labels: (horizontal: String, vertical: [String])

    /// gnuplot's marks and those of matplotlib that look alike.
    static let marks: [(gnuplot: Int, python: String)] = [
        (7, "o"), (5, "s"), (9, "^"), (11, "v"), (13, "D"), (6, "o"), (4, "s"), (8, "^"),
    ]

    /// The place of the first result among those of a larger figure, whose colours and dashes it has.
    var first = 0

    /// The figure that is stated, of results that have the table.
    ///
    /// - Throws: `FigureError` where the table or a column is missing or holds no finite number.
    public init<Result: StoredResult>(
        _ statement: CurveStatement, _ results: [TitledResult<Result>], _ request: FigureRequest
    ) throws {
        try self.init(
            statement, records: results.map { ($0.title, $0.result.record) },
            width: request.width ?? .column)
    }

    /// The figure that is stated, of plain records.
    ///
    /// - Throws: `FigureError`, as above.
    public init(
        _ statement: CurveStatement, records: [TitledResult<Record>], width: FigureWidth = .column
    ) throws(FigureError) {
        self.statement = statement
        self.width = width
        titles = records.map(\.title)
        var tables: [Record.Table] = []
        for (title, record) in records {
            guard let table = record.allTables.first(where: { $0.name == statement.table }) else {
                throw .nothingToDraw(
                    figure: title, reason: "no table \(statement.table)",
                    remedy: "check the file with `saddle inspect`")
            }
            tables.append(table)
        }
        let names = tables.flatMap { table -> [String] in
            guard let kind = statement.kind, case .texts(let names)? = table.column(kind)?.values
            else { return [] }
            return names
        }
        kinds = names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
        labels = (
            statement.abscissaLabel ?? Self.label(statement.abscissa, tables),
            statement.panels.map { $0.label ?? Self.label($0.column, tables) }
        )
        var curves: [[Curve]] = []
        var axes: [Axis] = []
        for panel in statement.panels {
            var row: [Curve] = []
            for (table, title) in zip(tables, titles) {
                row.append(try Curve(panel, statement, table, kinds: kinds, title: title))
            }
            let all = row.flatMap { $0.points.flatMap { [$0.y, $0.lower, $0.upper] } }
            let floor = panel.floor(all)
            var values = all.filter { !($0 < floor) }
            if panel.hasBars { values.append(0) }
            guard let range = Axis.range(of: values, scale: panel.scale, margin: 0.06) else {
                throw .nothingToDraw(
                    figure: statement.subject, reason: "no finite value of \(panel.column)",
                    remedy: "finish the study, or check the files with `saddle inspect`")
            }
            axes.append(
                Axis(
                    range: range, scale: panel.scale, label: labels.vertical[curves.count],
                    tickCount: 4))
            curves.append(row)
        }
        self.curves = curves
        verticalAxes = axes
        let abscissas = curves.joined().flatMap { $0.points.map(\.x) }
        horizontalAxis = Axis(
            range: Axis.range(of: abscissas, scale: statement.abscissaScale, margin: 0.04)
                ?? (statement.abscissaScale == .linear ? 0...1 : 0.1...1),
            scale: statement.abscissaScale, label: labels.horizontal, tickCount: 5)
        title = "\(statement.subject) of \(titles.joined(separator: ", "))"
        notes = statement.notes
    }

    /// What an axis says of a column.
    private static func label(_ name: String, _ tables: [Record.Table]) -> String {
        guard let info = tables.lazy.compactMap({ $0.column(name)?.info }).first else {
            return name
        }
        return info.unit.symbol.map { "\(info.description) (\($0))" } ?? info.description
    }

    /// The colour of a point: that of its result, or of its kind where there is one result.
    func colour(result: Int, kind: Int) -> String {
        Colours.category(first + (titles.count > 1 ? result : kind))
    }

    public var options: Set<FigureOption> { [.width] }

    /// Results, where there are several, then kinds.
    private var legend: Legend {
        Legend(
            entries: (titles.count > 1
                ? titles.indices.map {
                    (
                        titles[$0],
                        .line(colour: Colours.category(first + $0), dash: Colours.dash(first + $0)))
                } : [])
                + kinds.indices.map { kind in
                    let colour = titles.count > 1 ? "#000000" : Colours.category(first + kind)
                    let mark = CurveFigure.marks[kind % CurveFigure.marks.count].gnuplot
                    return (kinds[kind], .mark(pointType: mark, colour: colour))
                })
    }

    private static let panelHeight = 86.0

    /// The room beside the panels and below them, in points.
    private func room(_ width: Double) -> (left: Double, bottom: Double) {
        let left = verticalAxes.map { Drawing.room(left: $0, length: Self.panelHeight) }.max() ?? 0
        return (
            left + 3, Drawing.room(below: horizontalAxis, length: width - left - 3 - right) + 2
        )
    }

    private var right: Double { horizontalAxis.tickWidth / 2 + 4 }

    public func contentHeight(width: Double) -> Double {
        legend.height(width - 16) + 6 + room(width).bottom
            + Double(curves.count) * Self.panelHeight + Double(curves.count - 1) * 10
    }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        let top = legend.height(frame.width - 16)
        legend.draw(in: frame.inset(left: 8, right: 8), on: &drawing)
        let (left, bottom) = room(frame.width)
        let area = Frame(
            left: frame.left + left, bottom: frame.top - contentHeight(width: frame.width) + bottom,
            right: frame.right - right, top: frame.top - top - 6)
        let rows = area.rows([Double](repeating: 1, count: curves.count), gap: 10)
        for (index, row) in rows.enumerated() {
            var horizontal = horizontalAxis
            if index < rows.count - 1 {
                horizontal.label = ""
                horizontal.hideNumbers()
            }
            drawing.openPanel(row, horizontal: horizontal, vertical: verticalAxes[index])
            let identity = statement.panels[index].showsIdentity
                ? ["x with lines linewidth 1 dashtype '-' linecolor rgb '\(Colours.faint)'"] : []
            drawing.plot(
                identity + curves[index].enumerated().flatMap { result, curve in
                    parts(
                        curve, result: result, hasBars: statement.panels[index].hasBars,
                        on: &drawing)
                })
        }
    }

    /// The line, the intervals and the marks of one result.
    private func parts(
        _ curve: Curve, result: Int, hasBars: Bool, on drawing: inout Drawing
    ) -> [String] {
        func block(_ points: [Curve.Point]) -> String {
            drawing.block(
                "curve", comment: "\(titles[result]): x, y, lower, upper".oneLine,
                rows: points.map {
                    [$0.x, $0.y, $0.lower, $0.upper].map(Numerals.datum).joined(separator: " ")
                })
        }
        var parts: [String] = []
        let hasInterval = curve.points.contains { $0.lower.isFinite && $0.upper.isFinite }
        // Stems are too short for dashes.
        let dash = Colours.dash(hasBars ? 0 : first + (titles.count > 1 ? result : 0))
        func line(_ points: [Curve.Point], _ colour: String) {
            let data = block(points)
            if hasInterval, statement.interval == .band {
                parts.append(
                    "\(data) using 1:3:4 with filledcurves linecolor rgb '\(colour)' "
                        + "fillstyle transparent solid 0.18 noborder")
            }
            parts.append(
                "\(data) using 1:2 with \(hasBars ? "impulses linewidth 3" : "lines linewidth 1") "
                    + "linecolor rgb '\(colour)' dashtype \(dash)")
        }
        if statement.linesFollowKinds {
            for kind in kinds.indices {
                let points = curve.points.filter { $0.kind == kind }
                if !points.isEmpty { line(points, colour(result: result, kind: kind)) }
            }
        } else {
            line(
                curve.points,
                titles.count > 1 || kinds.count < 2 ? Colours.category(first + result) : Colours.faint)
        }
        guard statement.hasMarks else { return parts }
        for kind in 0..<max(kinds.count, 1) {
            let points = curve.points.filter { $0.kind == kind && $0.y.isFinite }
            guard !points.isEmpty else { continue }
            let data = block(points)
            let colour = colour(result: result, kind: kind)
            if hasInterval, statement.interval == .bars {
                parts.append(
                    "\(data) using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed "
                        + "linewidth 0.7 linecolor rgb '\(colour)'")
            }
            let mark = CurveFigure.marks[kind % CurveFigure.marks.count].gnuplot
            parts.append(
                "\(data) using 1:2 with points pointtype \(mark) pointsize 0.4 "
                    + "linecolor rgb '\(colour)'")
        }
        return parts
    }
}
