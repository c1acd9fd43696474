import Foundation
import Randomness
import Spectra

/// Hessian max-eigenvalue spectra of several models, the two signs on axes of their own.
///
/// Above the density, below the number of eigenvalues on a logarithmic axis, where rare large
/// ones stay visible. Only converged samples are drawn; the others are counted in the notes.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 1b.
public struct SpectrumFigure: Figure {
    /// What is drawn of the samples.
    public enum Style: String, Sendable, CaseIterable {
        /// Densities alone.
        case density
        /// Counts on a logarithmic axis alone.
        case logCount = "logcount"
        /// Densities above counts.
        case both
    }

    /// One model's samples.
    struct Series {
        /// The name in the legend.
        var title: String
        /// The result that it is of, and which of its spectra.
        var source: String
        var batchSize: Int
        /// Converged eigenvalues below 0.
        var negative: [Double]
        /// Converged eigenvalues at or above 0.
        var positive: [Double]
        var summary: SpectrumSummary
    }

    public let title: String
    public let notes: [String]
    public let width: FigureWidth
    let style: Style
    let withL2: Bool
    let series: [Series]
    let negativeRange: ClosedRange<Double>
    let positiveRange: ClosedRange<Double>

    /// A figure of one or more spectra.
    ///
    /// - Parameters:
    ///   - spectra: names of results and their spectra, in the order of the legend.
    ///   - withL2: whether eigenvalues are those of NLL + L2 or of NLL alone.
    ///   - style: densities, counts or both.
    ///   - width: the width on paper.
    /// - Throws: `FigureError` where no result holds a converged eigenvalue.
    public init(
        of spectra: [(source: String, result: SpectrumResult)], withL2: Bool = true,
        style: Style = .both, width: FigureWidth = .column
    ) throws(FigureError) {
        self.style = style
        self.withL2 = withL2
        self.width = width
        let sources = Set(spectra.map(\.source))
        let showsSizes = spectra.count > sources.count
        let spectra = spectra.map { source, result in
            (
                title: showsSizes ? "\(source), batch \(result.batchSize)" : source,
                source: source, result: result
            )
        }
        series = spectra.map { title, source, result in
            let values = result.convergedValues(withL2: withL2).filter(\.isFinite)
            return Series(
                title: title, source: source, batchSize: result.batchSize,
                negative: values.filter { $0 < 0 },
                positive: values.filter { $0 >= 0 },
                summary: withL2 ? result.summaryWithL2 : result.summary)
        }
        let positive = series.flatMap(\.positive)
        let negative = series.flatMap(\.negative)
        guard !positive.isEmpty || !negative.isEmpty else {
            throw .nothingToDraw(
                figure: "spectrum", reason: "no converged eigenvalue",
                remedy: "run with more iterations or a larger tolerance")
        }
        func seen(_ end: Double) -> Double { abs(end) < Axis.least ? 0 : end }
        let (high, low) = (seen(positive.max() ?? 0), seen(negative.min() ?? 0))
        positiveRange = 0...(high > 0 ? high * 1.08 : max(-low, 1))
        negativeRange = (low < 0 ? low * 1.08 : -positiveRange.upperBound / 8)...0
        let hasL2 = withL2 && spectra.contains { $0.result.l2 != 0 }
        let objective = hasL2 ? "NLL + L2" : "NLL"
        title = "Hessian max-eigenvalue spectrum of "
            + "\(spectra.map(\.title).joined(separator: ", ")): \(objective)"
        notes = SpectrumFigure.notes(
            spectra: spectra.map { ($0.title, $0.result) }, objective: objective, withL2: withL2,
            style: style, isOneModel: sources.count == 1)
    }

    public var options: Set<FigureOption> { [.withoutL2, .batchSize, .width] }

    /// A figure of one spectrum of each result.
    ///
    /// - Throws: `FigureError`, as above.
    public init(
        spectra: [(title: String, result: SpectrumResult)], withL2: Bool = true,
        style: Style = .both, width: FigureWidth = .column
    ) throws(FigureError) {
        try self.init(
            of: spectra.map { ($0.title, $0.result) }, withL2: withL2, style: style, width: width)
    }

    /// The sentences below the panels.
    private static func notes(
        spectra: [(title: String, result: SpectrumResult)], objective: String, withL2: Bool,
        style: Style, isOneModel: Bool
    ) -> [String] {
        var notes: [String] = []
        let sizes = spectra.map(\.result.batchSize)
        let counts = spectra.map(\.result.minibatchCount)
        if Set(sizes).count == 1, Set(counts).count == 1 {
            notes.append("\(objective); \(minibatches(counts[0])) of \(sizes[0]).")
        } else {
            let parts = zip(spectra, zip(counts, sizes)).map {
                "\($0.title) \(minibatches($1.0)) of \($1.1)"
            }
            notes.append("\(objective); \(parts.joined(separator: ", ")).")
        }
        if Set(sizes).count > 1 {
            notes.append(
                "Batch sizes differ: minibatch curvature grows as batches shrink"
                    + (isOneModel
                        ? "." : ", so spectra of different sizes do not compare the models."))
        }
        let unconverged = spectra.map { title, result in
            let summary = withL2 ? result.summaryWithL2 : result.summary
            return "\(title) \(summary.unconvergedCount) of "
                + "\(summary.unconvergedCount + summary.convergedCount)"
        }
        notes.append("Not converged and left out: \(unconverged.joined(separator: ", ")).")
        let level = spectra[0].result.summary.negativeProportion.level
        notes.append(
            "NEP: share of negative eigenvalues; APE: mean of the positive ones; brackets: "
                + "\(Numerals.percentage(level)) bootstrap intervals over minibatches.")
        if style != .logCount {
            notes.append(
                "Densities: Gaussian kernels, reflected at 0, each sign on a scale of its own; "
                    + "NEP and APE come from the samples.")
        }
        return notes
    }

    private static func minibatches(_ count: Int) -> String {
        count == 1 ? "1 minibatch" : "\(count) minibatches"
    }

    private var rowCount: Double { style == .both ? 2 : 1 }
    private static let rowHeight = 78.0
    private static let rowGap = 18.0

    /// The numbers of a model stand at the right of its name, or below all names too long for that.
    private func hasNumbersBelow(_ width: Double) -> Bool {
        series.contains { entry in
            Lettering.width(entry.title, size: Self.legendSize)
                + Lettering.width(Self.numbers(entry.summary), size: Self.legendSize)
                > width - Self.legendLeft - 14
        }
    }

    private static let legendSize = Lettering.Size.tick - 0.5
    private static let legendLeft = 28.0

    private func legendHeight(_ width: Double) -> Double {
        Double(series.count) * (hasNumbersBelow(width) ? 19 : 10) + 6
    }

    /// The axes of both signs, the room left of them, between and below them, in points.
    private struct Sides {
        var negative: Axis
        var positive: Axis
        var vertical: [[Axis]]
        var left: Double
        var between: Double
        var right: Double
        var bottom: Double
    }

    private var styles: [Style] { style == .both ? [.density, .logCount] : [style] }

    private func sides(_ width: Double) -> Sides {
        let vertical = styles.map { row in
            [negativeRange, positiveRange].map { verticalAxis(row, side: $0) }
        }
        let negative = Axis(range: negativeRange, label: "λ", tickCount: 3)
        let positive = Axis(
            range: positiveRange, label: "eigenvalue λ (loss / weight²)", tickCount: 4)
        let left = (vertical.map { Drawing.room(left: $0[0], length: Self.rowHeight) }.max() ?? 0)
            + 2
        let between = (vertical.map { $0[1].tickWidth + 10 }.max() ?? 0) + negative.tickWidth / 2
        let right = positive.tickWidth / 2 + 4
        let columns = Frame(left: left, bottom: 0, right: width - right, top: 1)
            .columns([1, 2], gap: between)
        let bottom = max(
            Drawing.room(below: negative, length: columns[0].width),
            Drawing.room(below: positive, length: columns[1].width))
        return Sides(
            negative: negative, positive: positive, vertical: vertical, left: left,
            between: between, right: right, bottom: bottom + 2)
    }

    public func contentHeight(width: Double) -> Double {
        legendHeight(width) + 6 + rowCount * Self.rowHeight + (rowCount - 1) * Self.rowGap
            + sides(width).bottom
    }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        drawLegend(in: frame, on: &drawing)
        let axes = sides(frame.width)
        let top = frame.top - legendHeight(frame.width) - 6
        let height = rowCount * Self.rowHeight + (rowCount - 1) * Self.rowGap
        let area = Frame(
            left: frame.left + axes.left, bottom: top - height, right: frame.right - axes.right,
            top: top)
        let rows = area.rows([Double](repeating: 1, count: styles.count), gap: Self.rowGap)
        for (index, row) in rows.enumerated() {
            let sides = row.columns([1, 2], gap: axes.between)
            let isLast = index == rows.count - 1
            for (number, axis) in [axes.negative, axes.positive].enumerated() {
                var horizontal = axis
                if !isLast { horizontal.label = "" }
                drawing.openPanel(
                    sides[number], horizontal: horizontal,
                    vertical: axes.vertical[index][number])
                let samples = series.flatMap { number == 0 ? $0.negative : $0.positive }
                if samples.isEmpty {
                    drawing.text(
                        "none", x: (sides[number].left + sides[number].right) / 2,
                        y: (row.bottom + row.top) / 2, size: Lettering.Size.tick,
                        alignment: .center, colour: Colours.muted)
                }
                drawing.plot(
                    styles[index] == .density
                        ? densityParts(range: axis.range, on: &drawing)
                        : countParts(range: axis.range, on: &drawing))
            }
        }
    }

    /// Each model's colour, name, NEP and APE with their intervals.
    private func drawLegend(in frame: Frame, on drawing: inout Drawing) {
        let isBelow = hasNumbersBelow(frame.width)
        for (index, entry) in series.enumerated() {
            let y = frame.top - 8 - Double(index) * (isBelow ? 19 : 10)
            let size = Self.legendSize
            drawing.line(
                from: (frame.left + 6, y), to: (frame.left + 24, y),
                colour: Colours.category(index), width: 1.2, dash: Colours.dash(index))
            let left = frame.left + Self.legendLeft
            let room = frame.right - 6 - left
            drawing.text(
                Lettering.shortened(entry.title, size: size, limit: room), x: left, y: y,
                size: size)
            let numbers = Lettering.shortened(
                Self.numbers(entry.summary), size: size, limit: room)
            if isBelow {
                drawing.text(numbers, x: left, y: y - 9, size: size)
            } else {
                drawing.text(numbers, x: frame.right - 6, y: y, size: size, alignment: .right)
            }
        }
    }

    /// NEP and APE with their intervals, on one line.
    static func numbers(_ summary: SpectrumSummary) -> String {
        func interval(_ estimate: Estimate, _ text: (Double) -> String) -> String {
            guard estimate.lower.isFinite, estimate.upper.isFinite else {
                return text(estimate.value)
            }
            return text(estimate.value)
                + " [\(text(estimate.lower)), \(text(estimate.upper))]"
        }
        return "NEP " + interval(summary.negativeProportion, Numerals.percentage)
            + "  APE " + interval(summary.averagePositive, Numerals.rounded)
    }
}
