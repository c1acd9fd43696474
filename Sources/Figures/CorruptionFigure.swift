import Robustness

/// Accuracy on corrupted images: a map of corruptions against severities for each result.
///
/// - Source: Hendrycks & Dietterich 2019 (arXiv 1903.12261); Park & Kim 2022 (arXiv 2202.06709),
///   Figure 12b.
public struct CorruptionFigure: Figure {
    public let title: String
    public let notes: [String]
    public let width: FigureWidth
    let panels: [TitledResult<CorruptionResult>]
    let valueAxis: Axis

    /// A figure of one or more results, one below the other on one scale of colours.
    ///
    /// - Throws: `FigureError` where nothing has been measured.
    public init(
        _ results: [TitledResult<CorruptionResult>], _ request: FigureRequest
    ) throws(FigureError) {
        panels = results
        width = request.width ?? .column
        let values = results.flatMap { $0.result.sets.map { 100 * $0.accuracy.value } }
        guard let range = Axis.range(of: values) else {
            throw .nothingToDraw(
                figure: "corruptions", reason: "no corrupted set has been measured",
                remedy: "finish the study, or check the files with `saddle inspect`")
        }
        valueAxis = Axis(range: range, label: Self.label, tickCount: 4)
        title = "Corrupted images: \(results.map(\.title).joined(separator: ", "))"
        notes = results.map {
            func text(_ share: Double) -> String {
                share.isFinite ? Numerals.fixed(100 * share, decimals: 1) + "%" : "not yet known"
            }
            return "\($0.title): clean accuracy \(text($0.result.clean.accuracy.value)), mean"
                + " corruption error \(text($0.result.meanCorruptionError))."
        }
    }

    public var options: Set<FigureOption> { [.width] }

    // MARK: Layout

    static let label = "accuracy (%)"
    private static let bar = 7.0
    private static let gap = 8.0
    private static let row = 9.0
    private var head: Double { panels.count > 1 ? Lettering.Size.title + 7 : 5 }

    /// The corruptions of a result from the top down, and its severities.
    private func names(_ result: CorruptionResult) -> [String] { result.means.map(\.corruption) }

    private func severities(_ result: CorruptionResult) -> [Int] {
        Set(result.sets.map(\.severity)).sorted()
    }

    private func horizontal(_ result: CorruptionResult) -> Axis {
        let found = severities(result)
        var axis = Axis(range: -0.5...(Double(found.count) - 0.5), label: "severity")
        axis.ticks = found.enumerated().map { Axis.Tick(position: Double($0), text: "\($1)") }
        return axis
    }

    private func vertical(_ result: CorruptionResult) -> Axis {
        let names = names(result)
        var axis = Axis(range: -0.5...(Double(names.count) - 0.5), label: "")
        axis.ticks = names.reversed().enumerated().map {
            Axis.Tick(
                position: Double($0), text: $1.split(separator: "_").joined(separator: " "))
        }
        return axis
    }

    private var right: Double {
        9 + Self.bar + 4 + valueAxis.tickWidth + Drawing.labelRoom([Self.label]) + 5
    }

    private func mapHeight(_ result: CorruptionResult) -> Double {
        max(Double(names(result).count) * Self.row, 45)
    }

    private func height(_ result: CorruptionResult, _ width: Double) -> Double {
        head + mapHeight(result) + Drawing.room(below: horizontal(result), length: width) + 2
    }

    public func contentHeight(width: Double) -> Double {
        panels.reduce(0) { $0 + height($1.result, width) } + Double(panels.count - 1) * Self.gap
    }

    // MARK: Drawing

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        drawing.add(ColourMap.viridis.command)
        drawing.add("set cbrange \(valueAxis.rangeList)")
        drawing.add("cells = format eq 'svg' ? 'image pixels' : 'image'")
        let left = panels.map {
            Drawing.room(left: vertical($0.result), length: mapHeight($0.result))
        }.max() ?? 0
        var top = frame.top
        for (title, result) in panels {
            let bottom = top - head - mapHeight(result)
            let area = Frame(
                left: frame.left + left + 3, bottom: bottom, right: frame.right - right,
                top: top - head)
            draw(title, result, in: area, on: &drawing)
            top -= height(result, frame.width) + Self.gap
        }
    }

    private func draw(
        _ title: String, _ result: CorruptionResult, in area: Frame, on drawing: inout Drawing
    ) {
        let (names, severities) = (names(result), severities(result))
        let rows = result.sets.compactMap { set -> String? in
            guard let name = names.firstIndex(of: set.corruption),
                let severity = severities.firstIndex(of: set.severity)
            else { return nil }
            return "\(severity) \(names.count - 1 - name) "
                + Numerals.datum(100 * set.accuracy.value)
        }
        let data = drawing.block(
            "accuracy", comment: "\(title): severity, corruption, accuracy in %".oneLine, rows: rows)
        let x = area.right + 9
        drawing.add(
            "set colorbox vertical user origin \(drawing.screen(x, area.bottom)) "
                + "size \(drawing.screen(Self.bar, area.height)) noborder")
        drawing.add("set cbtics scale 0.4 format '' \(valueAxis.tickList)")
        for tick in valueAxis.ticks {
            drawing.text(
                tick.text, x: x + Self.bar + 4,
                y: area.bottom + valueAxis.share(tick.position) * area.height,
                size: Lettering.Size.tick)
        }
        drawing.text(
            Self.label,
            x: x + Self.bar + 6 + valueAxis.tickWidth + Drawing.labelRoom([Self.label]) / 2,
            y: (area.bottom + area.top) / 2, size: Lettering.Size.label, alignment: .center,
            rotated: true)
        drawing.openPanel(
            area, horizontal: horizontal(result), vertical: vertical(result),
            title: panels.count > 1 ? title : "")
        drawing.add(
            "set object rectangle from graph 0,0 to graph 1,1 behind "
                + "fillstyle solid 1.0 noborder fillcolor rgb '\(Colours.gap)'")
        drawing.plot(["\(data) using 1:2:3 with @cells"])
    }

    public var notebook: NotebookCells? {
        NotebookCells(
            reading: """
                def read(path):
                    with h5py.File(path, "r") as file:
                        corruption = file["corruption"].asstr()[...]
                        severity = file["severity"][...]
                        accuracy = 100 * file["accuracy"][...]
                    names = list(dict.fromkeys(corruption))
                    levels = sorted(set(severity))
                    table = np.full((len(names), len(levels)), np.nan)
                    for name, level, value in zip(corruption, severity, accuracy):
                        table[names.index(name), levels.index(level)] = value
                    return names, levels, table


                results = {name: read(path) for name, path in files.items()}
                for name, (names, levels, table) in results.items():
                    print(f"{name}: mean error over {len(names)} corruptions "
                          f"{100 - np.nanmean(table):.2f}%")
                """,
            drawing: """
                figure, axes = plt.subplots(len(results), 1, figsize=(5, 4 * len(results)),
                                            squeeze=False, layout="constrained")
                low = min(np.nanmin(table) for _, _, table in results.values())
                high = max(np.nanmax(table) for _, _, table in results.values())
                for panel, (name, (names, levels, table)) in zip(axes[:, 0], results.items()):
                    image = panel.imshow(table, aspect="auto", vmin=low, vmax=high)
                    panel.set_yticks(range(len(names)), [text.replace("_", " ") for text in names])
                    panel.set_xticks(range(len(levels)), levels)
                    panel.set(title=name, xlabel="severity")
                    figure.colorbar(image, ax=panel, label="accuracy (%)")
                plt.show()
                """)
    }
}
