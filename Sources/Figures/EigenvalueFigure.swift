import Spectra

/// Eigenvalues of one or more Hessians as stems, and below each its residual.
///
/// Stems stand at the number that a pair has in its file, by which its eigenvector is named; marks
/// tell the ends of the spectrum apart and are hollow where a pair has not converged.
public struct EigenvalueFigure: Figure {
    /// One result's pairs.
    struct Series {
        var title: String
        var pairs: [Eigenpair]
    }

    public let title: String
    public let notes: [String]
    public let width: FigureWidth
    let series: [Series]
    let ends: [SpectrumEnd]
    let valueAxis: Axis
    let residualAxis: Axis
    let numberAxis: Axis

    /// A figure of one or more results.
    ///
    /// - Throws: `FigureError` where none holds a finite eigenvalue.
    public init(
        results: [(title: String, result: EigenvalueResult)], width: FigureWidth = .column
    ) throws(FigureError) {
        self.width = width
        series = results.map { title, result in
            Series(title: title, pairs: result.pairs)
        }
        let pairs = series.flatMap(\.pairs)
        ends = SpectrumEnd.allCases.filter { end in pairs.contains { $0.end == end } }
        let tops = pairs.flatMap { [$0.value - $0.residual, $0.value, $0.value + $0.residual] }
        guard let values = Axis.range(of: [0] + tops, margin: 0.06),
            pairs.contains(where: { $0.value.isFinite })
        else {
            throw .nothingToDraw(
                figure: results.map(\.title).joined(separator: ", "), reason: "no finite eigenvalue",
                remedy: "run the command to its end, or check the files with `saddle inspect`")
        }
        valueAxis = Axis(range: values, label: "eigenvalue λ (loss / weight²)", tickCount: 4)
        let residuals = pairs.flatMap { [$0.residual, $0.bound] }
        residualAxis = Axis(
            range: Axis.range(of: residuals, scale: .logarithmic, margin: 0.1) ?? 0.1...10,
            scale: .logarithmic, label: "residual ‖Hv − λv‖", tickCount: 4)
        let last = Double(max((series.map(\.pairs.count).max() ?? 1) - 1, 0))
        var numbers = Axis(
            range: -0.5...(last + 0.5), label: "number in the file",
            tickCount: Int(min(last + 1, 10)))
        numbers.ticks = numbers.ticks.filter { $0.position == $0.position.rounded() }.map {
            Axis.Tick(position: $0.position, text: Numerals.fixed($0.position, decimals: 0))
        }
        numberAxis = numbers
        let names = results.map(\.title).joined(separator: ", ")
        let hasL2 = results.contains { $0.result.l2 != 0 }
        title = "Hessian eigenvalues of \(names): \(hasL2 ? "NLL + L2" : "NLL")"
        let unconverged = results.map {
            "\($0.title) \($0.result.unconvergedCount) of \($0.result.pairs.count)"
        }
        notes = [
            "Bars: λ ± residual; an eigenvalue lies within.",
            "Grey: what a residual is to be at most.",
            "Not converged, hollow marks: \(unconverged.joined(separator: ", ")).",
        ]
    }

    public var options: Set<FigureOption> { [.width] }

    /// The marks of an end, filled and hollow, and those of matplotlib that look alike.
    static func marks(_ end: SpectrumEnd) -> (filled: Int, hollow: Int, python: String) {
        switch end {
        case .largest: (9, 8, "^")
        case .smallest: (11, 10, "v")
        case .largestMagnitude: (7, 6, "o")
        }
    }

    /// What an end is called in the legend.
    static func name(_ end: SpectrumEnd) -> String {
        switch end {
        case .largest: "largest"
        case .smallest: "smallest"
        case .largestMagnitude: "largest magnitude"
        }
    }

    private var legend: Legend {
        let results = series.indices.map { index in
            (
                text: series[index].title,
                sign: Legend.Sign.line(colour: Colours.category(index), dash: "solid")
            )
        }
        return Legend(
            entries: results + ends.map {
                (Self.name($0), .mark(pointType: Self.marks($0).filled, colour: "#000000"))
            })
    }

    private static let heights = [106.0, 72.0]
    private static let rowGap = 10.0

    private func room(_ width: Double) -> (left: Double, bottom: Double) {
        let axes = [valueAxis, residualAxis]
        let left = zip(axes, Self.heights).map { Drawing.room(left: $0, length: $1) }.max() ?? 0
        return (
            left + 3, Drawing.room(below: numberAxis, length: width - left - 11) + 2
        )
    }

    public func contentHeight(width: Double) -> Double {
        legend.height(width - 16) + 6 + Self.heights.reduce(Self.rowGap, +) + room(width).bottom
    }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        legend.draw(in: frame.inset(left: 8, right: 8), on: &drawing)
        let (left, _) = room(frame.width)
        let top = frame.top - legend.height(frame.width - 16) - 6
        let area = Frame(
            left: frame.left + left, bottom: top - Self.heights.reduce(Self.rowGap, +),
            right: frame.right - 8, top: top)
        let rows = area.rows(Self.heights, gap: Self.rowGap)
        var upper = numberAxis
        upper.label = ""
        upper.hideNumbers()
        drawing.openPanel(rows[0], horizontal: upper, vertical: valueAxis)
        drawing.plot(
            series.indices.flatMap { stems($0, on: &drawing) }
                + ["0 with lines linewidth 0.5 linecolor rgb '#000000'"])
        drawing.openPanel(rows[1], horizontal: numberAxis, vertical: residualAxis)
        drawing.plot(series.indices.flatMap { residuals($0, on: &drawing) })
    }

    /// Where the stem of a pair stands: results side by side around the pair's number.
    func place(_ pair: Int, of result: Int) -> Double {
        let step = 0.6 / Double(series.count)
        return Double(pair) + step * (Double(result) - Double(series.count - 1) / 2)
    }

    /// Stem, interval and mark of each pair of a result.
    private func stems(_ result: Int, on drawing: inout Drawing) -> [String] {
        let pairs = series[result].pairs
        let colour = "linecolor rgb '\(Colours.category(result))'"
        let data = drawing.block(
            "eigenvalue", comment: "\(series[result].title): place, λ, residual".oneLine,
            rows: pairs.indices.map {
                [place($0, of: result), pairs[$0].value, pairs[$0].residual]
                    .map(Numerals.datum).joined(separator: " ")
            })
        return [
            "\(data) using 1:(0):(0):2 with vectors nohead linewidth 0.8 \(colour)",
            "\(data) using 1:($2-$3):(0):(2*$3) with vectors heads size screen 0.006,90 fixed "
                + "linewidth 0.7 \(colour)",
        ] + marks(result, pairs.map(\.value), on: &drawing)
    }

    /// Bar, bound and mark of each residual of a result.
    private func residuals(_ result: Int, on drawing: inout Drawing) -> [String] {
        let pairs = series[result].pairs
        let colour = "linecolor rgb '\(Colours.category(result))'"
        let floor = residualAxis.range.lowerBound
        let data = drawing.block(
            "residual", comment: "\(series[result].title): place, residual, bound".oneLine,
            rows: pairs.indices.map {
                [place($0, of: result), pairs[$0].residual, pairs[$0].bound]
                    .map(Numerals.datum).joined(separator: " ")
            })
        return [
            "\(data) using ($1-0.2):3:(0.4):(0) with vectors nohead linewidth 1.2 "
                + "linecolor rgb '\(Colours.faint)'",
            "\(data) using 1:(\(floor)):(0):($2 > \(floor) ? $2-\(floor) : 0) "
                + "with vectors nohead linewidth 0.8 \(colour)",
        ] + marks(result, pairs.map(\.residual), on: &drawing)
    }

    private func marks(
        _ result: Int, _ heights: [Double], on drawing: inout Drawing
    ) -> [String] {
        let pairs = series[result].pairs
        return ends.flatMap { end in
            [true, false].compactMap { converged -> String? in
                let chosen = pairs.indices.filter {
                    pairs[$0].end == end && pairs[$0].converged == converged
                        && heights[$0].isFinite
                }
                guard !chosen.isEmpty else { return nil }
                let data = drawing.block(
                    "mark", comment: "\(Self.name(end)): place, height",
                    rows: chosen.map { "\(place($0, of: result)) \(heights[$0])" })
                let marks = Self.marks(end)
                return "\(data) using 1:2 with points "
                    + "pointtype \(converged ? marks.filled : marks.hollow) pointsize 0.45 "
                    + "linecolor rgb '\(Colours.category(result))'"
            }
        }
    }
}
