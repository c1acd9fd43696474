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
        var title: String
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
    /// The batch size of the first spectrum.
    let batchSize: Int
    let series: [Series]
    let negativeRange: ClosedRange<Double>
    let positiveRange: ClosedRange<Double>

    /// A figure of one or more spectra.
    ///
    /// - Parameters:
    ///   - spectra: titles and results, in the order of the legend.
    ///   - withL2: whether eigenvalues are those of NLL + L2 or of NLL alone.
    ///   - style: densities, counts or both.
    ///   - width: the width on paper.
    /// - Throws: `FigureError` where no result holds a converged eigenvalue.
    public init(
        spectra: [(title: String, result: SpectrumResult)], withL2: Bool = true,
        style: Style = .both, width: FigureWidth = .column
    ) throws(FigureError) {
        self.style = style
        self.withL2 = withL2
        batchSize = spectra.first?.result.batchSize ?? 0
        self.width = width
        series = spectra.map { title, result in
            let values = result.convergedValues(withL2: withL2).filter(\.isFinite)
            return Series(
                title: title, negative: values.filter { $0 < 0 },
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
        let high = positive.max() ?? 0
        let low = negative.min() ?? 0
        positiveRange = 0...(high > 0 ? high * 1.08 : max(-low, 1))
        negativeRange = (low < 0 ? low * 1.08 : -positiveRange.upperBound / 8)...0
        let objective = withL2 ? "NLL + L2" : "NLL"
        title = "Hessian max-eigenvalue spectrum of "
            + "\(spectra.map(\.title).joined(separator: ", ")): \(objective)"
        notes = SpectrumFigure.notes(
            spectra: spectra, objective: objective, withL2: withL2, style: style)
    }

    /// The sentences below the panels.
    private static func notes(
        spectra: [(title: String, result: SpectrumResult)], objective: String, withL2: Bool,
        style: Style
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
                "Batch sizes differ: minibatch curvature grows as batches shrink, so these "
                    + "spectra do not compare the models.")
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
    private var legendHeight: Double { Double(series.count) * 10 + 6 }
    private var footRoom: Double { Lettering.Size.tick + Lettering.Size.label + 11 }

    /// The height of the panels, in points.
    public var contentHeight: Double { legendHeight + footRoom + rowCount * 78 + 12 }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        drawLegend(in: frame, on: &drawing)
        let styles: [Style] = style == .both ? [.density, .logCount] : [style]
        let vertical = styles.map { row in
            [negativeRange, positiveRange].map { verticalAxis(row, side: $0) }
        }
        let left = vertical.map { Drawing.room(left: $0[0]) }.max() ?? 0
        let between = vertical.map { $0[1].tickWidth + 10 }.max() ?? 0
        let area = frame.inset(left: left + 2, bottom: footRoom, right: 10, top: legendHeight + 6)
        let rows = area.rows([Double](repeating: 1, count: styles.count), gap: 14)
        for (index, row) in rows.enumerated() {
            let sides = row.columns([1, 2], gap: between)
            let isLast = index == rows.count - 1
            let negative = Axis(range: negativeRange, label: "λ", tickCount: 3)
            let positive = Axis(
                range: positiveRange, label: "eigenvalue λ (loss / weight²)",
                tickCount: 4)
            for (number, axis) in [negative, positive].enumerated() {
                var horizontal = axis
                if !isLast { horizontal.label = "" }
                drawing.openPanel(
                    sides[number], horizontal: horizontal, vertical: vertical[index][number])
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

    /// A line per model: colour, name, NEP and APE with their intervals.
    private func drawLegend(in frame: Frame, on drawing: inout Drawing) {
        for (index, entry) in series.enumerated() {
            let y = frame.top - 8 - Double(index) * 10
            drawing.line(
                from: (frame.left + 6, y), to: (frame.left + 24, y),
                colour: Colours.category(index), width: 1.2, dash: Colours.dash(index))
            let numbers = SpectrumFigure.numbers(entry.summary)
            let size = Lettering.Size.tick - 0.5
            let numbersWidth = Lettering.width(numbers, size: size)
            let name = Lettering.shortened(
                entry.title, size: size, limit: frame.width - 46 - numbersWidth)
            drawing.text(name, x: frame.left + 28, y: y, size: size)
            drawing.text(
                numbers, x: frame.right - 6, y: y, size: size, alignment: .right)
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
