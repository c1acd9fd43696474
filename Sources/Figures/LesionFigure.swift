import Lesions

/// Lesion studies, one panel per model: the accuracy lost with each residual unit against depth.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 10 and appendix D.
public struct LesionFigure: Figure {
    /// One model's study.
    struct Panel {
        var title: String
        var result: LesionResult
    }

    public let title: String
    public let notes: [String]
    public let width: FigureWidth
    let panels: [Panel]
    let kinds: [LesionKind]
    let verticalAxis: Axis

    /// A figure of one or more studies, all on one vertical scale.
    ///
    /// - Parameters:
    ///   - studies: titles and results, from the top down.
    ///   - width: the width on paper.
    /// - Throws: `FigureError` where a study holds no unit or no finite drop.
    public init(
        studies: [(title: String, result: LesionResult)], width: FigureWidth = .column
    ) throws(FigureError) {
        for (title, result) in studies
        where !result.units.contains(where: { $0.accuracyDrop.value.isFinite }) {
            throw .nothingToDraw(
                figure: title, reason: "\(result.units.count) units, none with a finite drop",
                remedy: "check the lesion file with `saddle inspect`")
        }
        panels = studies.map { Panel(title: $0.title, result: $0.result) }
        let units = studies.flatMap(\.result.units)
        kinds = LesionKind.allCases.filter { kind in units.contains { $0.kind == kind } }
        let drops = units.map(\.accuracyDrop)
        let ends: [Double] = drops.flatMap { [$0.value, $0.lower, $0.upper] }
        guard let range = Axis.range(of: ([0] + ends).map { $0 * 100 }, margin: 0.06) else {
            throw .nothingToDraw(
                figure: "lesion", reason: "no study", remedy: "name at least one file")
        }
        verticalAxis = Axis(
            range: range, label: "accuracy lost (percentage points)", tickCount: 4)
        self.width = width
        title = "Lesion study of \(studies.map(\.title).joined(separator: ", ")): "
            + "accuracy lost when one residual unit is removed"
        let baselines = studies.map { title, result in
            "\(title) \(Numerals.percentage(result.baselineAccuracy)) on "
                + "\(result.exampleCount) examples"
        }
        let level = units.first?.accuracyDrop.level ?? 0.95
        notes = [
            "Accuracy of the whole network: \(baselines.joined(separator: ", ")).",
            "Error bars: \(Numerals.percentage(level)) paired bootstrap intervals over examples.",
            "Dashed: the mean over all units, a unit removed at random.",
        ]
    }

    public var options: Set<FigureOption> { [.width] }

    private var legend: Legend {
        Legend(entries: kinds.map { ($0.legend, .bar(colour: $0.colour, fill: $0.fill)) })
    }

    private var headRoom: Double { Lettering.Size.title + 7 }
    private var panelHeight: Double { panels.count > 1 ? 82 : 110 }
    private func horizontal(_ label: String) -> Axis {
        Axis(range: -0.04...1.04, label: label, tickCount: 5)
    }
    private var footRoom: Double {
        Drawing.room(below: horizontal("normalised depth"), length: 100) + 2
    }
    /// The height of the panels with the titles between them, in points.
    private var areaHeight: Double { Double(panels.count) * (panelHeight + headRoom) }

    public func contentHeight(width: Double) -> Double {
        legend.height(width - 16) + areaHeight + footRoom
    }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        legend.draw(in: frame.inset(left: 8, right: 8), on: &drawing)
        let top = frame.top - legend.height(frame.width - 16)
        let label = verticalAxis.labelLines(areaHeight - headRoom)
        var vertical = verticalAxis
        vertical.label = ""
        let left = Drawing.room(left: vertical, length: panelHeight) + Drawing.labelRoom(label) + 2
        let area = Frame(
            left: frame.left + left, bottom: top - areaHeight, right: frame.right - 10, top: top)
        drawing.text(
            lines: label, x: frame.left + 2 + Drawing.labelRoom(label) / 2,
            y: (area.bottom + area.top - headRoom) / 2, size: Lettering.Size.label, rotated: true)
        let rows = area.rows([Double](repeating: 1, count: panels.count), gap: 0)
        for (index, panel) in panels.enumerated() {
            let isLast = index == panels.count - 1
            var horizontal = horizontal(isLast ? "normalised depth" : "")
            if !isLast { horizontal.hideNumbers() }
            drawPanel(
                panel, in: rows[index].inset(bottom: isLast ? 0 : 3, top: headRoom),
                horizontal: horizontal, vertical: vertical, on: &drawing)
        }
    }

    private func drawPanel(
        _ panel: Panel, in frame: Frame, horizontal: Axis, vertical: Axis,
        on drawing: inout Drawing
    ) {
        let units = panel.result.units
        let depths = units.map(\.depth).sorted()
        let gaps = zip(depths.dropFirst(), depths).map { $0 - $1 }.filter { $0 > 1e-9 }
        let barWidth = min(0.8 * (gaps.min() ?? 0.1), 0.06)
        var parts: [String] = []
        for kind in kinds {
            let bars = units.filter { $0.kind == kind && $0.accuracyDrop.value.isFinite }
            guard !bars.isEmpty else { continue }
            let data = drawing.block(
                "lesion",
                comment: "\(panel.title), \(kind.rawValue): depth, lost, lower, upper".oneLine,
                rows: bars.map { unit in
                    let drop = unit.accuracyDrop
                    return ([unit.depth] + [drop.value, drop.lower, drop.upper].map { $0 * 100 })
                        .map(Numerals.datum).joined(separator: " ")
                })
            parts.append(
                "\(data) using 1:2:(\(barWidth)) with boxes linewidth 0.5 "
                    + "linecolor rgb '\(kind.colour)' \(kind.fill)")
            parts.append(
                "\(data) using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 fixed "
                    + "linewidth 0.7 linecolor rgb '#000000'")
        }
        let mean = panel.result.randomUnitAccuracyDrop.value * 100
        if mean.isFinite {
            parts.append("\(mean) with lines linewidth 0.7 linecolor rgb '#000000' dashtype '-'")
        }
        parts.append("0 with lines linewidth 0.5 linecolor rgb '#000000'")
        drawing.openPanel(frame, horizontal: horizontal, vertical: vertical, title: panel.title)
        drawing.plot(parts)
    }
}

extension LesionKind {
    /// The name in the legend.
    var legend: String {
        switch self {
        case .convolution: "convolution"
        case .attention: "attention"
        case .mlp: "MLP"
        case .subsampling: "subsampling"
        }
    }

    /// The colour of its bars.
    var colour: String {
        switch self {
        case .convolution: "#0072B2"
        case .attention: "#D55E00"
        case .mlp: "#009E73"
        case .subsampling: "#CC79A7"
        }
    }

    /// The pattern of its bars, so that they differ without colour too.
    var fill: String {
        switch self {
        case .convolution: "fillstyle solid 0.85 border"
        case .attention: "fillstyle pattern 5 border"
        case .mlp: "fillstyle pattern 2 border"
        case .subsampling: "fillstyle pattern 4 border"
        }
    }
}
