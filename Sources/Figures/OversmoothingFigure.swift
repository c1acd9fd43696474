import Results

/// How tokens become alike with depth: of features above; where there are attention maps, their
/// similarity, decay and spectra below.
///
/// - Source: Wang et al. 2022 (arXiv 2203.05962), Figures 1, 2, 4 and 5.
public struct OversmoothingFigure: Figure {
    let features: CurveFigure
    let attentions: FamilyFigure?

    /// The figure of one or more results; those without attention maps are above alone.
    ///
    /// - Throws: `FigureError` where there is nothing to draw.
    public init<Result: StoredResult>(
        _ results: [TitledResult<Result>], _ request: FigureRequest
    ) throws {
        features = try CurveFigure(
            CurveStatement(
                "Oversmoothing", table: "units", abscissa: "depth",
                abscissaLabel: "normalised depth", kind: "kind",
                panels: [
                    .init("cosine_wang2022", label: "cosine similarity of features"),
                    .init("hc_over_dc", label: "‖HC‖ / ‖DC‖", scale: .logarithmic),
                    .init("effective_rank", label: "effective rank"),
                ],
                notes: [
                    "Cosine similarity is the mean absolute value over all pairs of tokens, each"
                        + " with itself included.",
                    "Bars are intervals over examples.",
                ]),
            results, request)
        let attending = results.filter { _, result in
            result.record.table("attentions").map { $0.count > 0 } ?? false
        }
        var attentions = attending.isEmpty ? nil : try FamilyFigure(
            CurveFamily(
                table: "attention_spectra", curve: "spectrum_unit", depth: "spectrum_depth",
                abscissa: "frequency", abscissaLabel: "frequency (π)", ordinate: "magnitude",
                ordinateLabel: "spectrum of attention", scale: .logarithmic),
            above: CurveStatement(
                "Attention maps", table: "attentions", abscissa: "attention_depth",
                abscissaLabel: "normalised depth",
                panels: [
                    .init(
                        "attention_cosine_wang2022", label: "cosine similarity of attention")
                ]),
            attending, request)
        attentions?.below.first = results.firstIndex { $0.title == attending.first?.title } ?? 0
        self.attentions = attentions
    }

    public var title: String { features.title }
    public var notes: [String] { features.notes }
    public var width: FigureWidth { features.width }
    public var options: Set<FigureOption> { [.width] }

    private static let gap = 12.0

    public func contentHeight(width: Double) -> Double {
        features.contentHeight(width: width)
            + (attentions.map { Self.gap + $0.contentHeight(width: width) } ?? 0)
    }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        let middle = frame.top - features.contentHeight(width: frame.width)
        try features.draw(
            in: Frame(left: frame.left, bottom: middle, right: frame.right, top: frame.top),
            on: &drawing)
        try attentions?.draw(
            in: Frame(
                left: frame.left, bottom: frame.bottom, right: frame.right, top: middle - Self.gap),
            on: &drawing)
    }

    public var notebook: NotebookCells? {
        guard let above = features.notebook else { return nil }
        // Attention is read of the files that have some.
        guard let below = attentions?.notebook, let titles = attentions?.below.titles else {
            return above
        }
        let names = titles.map(RecordNotebook.literal).joined(separator: ", ")
        return NotebookCells(
            reading: above.reading + "\n\n\nfiles = {name: files[name] for name in [\(names)]}\n"
                + "features = results\n\n\n" + below.reading,
            drawing: "attentions, results = results, features\n" + above.drawing
                + "\n\n\nresults = attentions\n" + below.drawing)
    }
}
