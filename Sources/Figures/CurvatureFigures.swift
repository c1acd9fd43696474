extension CurveStatement {
    /// The density of a spectrum on a logarithmic scale, and the share of eigenvalues below each
    /// number with its band.
    public static let density = CurveStatement(
        "Spectral density", table: "curve", abscissa: "eigenvalue",
        abscissaLabel: "eigenvalue λ (loss / weight²)",
        panels: [
            Panel("density", label: "density (weight² / loss)", scale: .logarithmic, decades: 8),
            Panel("cumulative", label: "share up to λ (%)"),
        ], interval: .band, hasMarks: false,
        notes: ["Band: 95%, from quadrature and chance (Chen, Trogdon & Ubaru 2021)."])

    /// The estimate of a trace against the products that it took.
    public static let trace = CurveStatement(
        "Trace", table: "history", abscissa: "products_so_far", abscissaLabel: "products",
        panels: [
            Panel("trace_so_far", label: "trace (loss / weight²)"),
            Panel("standard_error_so_far", label: "standard error", scale: .logarithmic),
        ], interval: .band, notes: ["Band: 95%, normal."])

    /// The ends of the spectrum and the trace of each block.
    public static let blocks = CurveStatement(
        "Curvature of blocks", table: "blocks", abscissa: "number",
        abscissaLabel: "block, from the input on",
        panels: [
            Panel("top_eigenvalue", label: "largest λ"),
            Panel("bottom_eigenvalue", label: "smallest λ"), Panel("trace", label: "trace"),
        ], notes: ["In loss / weight².", "Bars: 95%, normal."])

    /// Minibatch curvature against batch size.
    ///
    /// - Source: Tatzel et al. 2025 (arXiv 2410.14325), Figure 1.
    public static let minibatchBias = CurveStatement(
        "Minibatch curvature", table: "curves", abscissa: "size",
        abscissaLabel: "examples in a minibatch", abscissaScale: .logarithmic, kind: "estimate",
        linesFollowKinds: true,
        panels: [Panel("curvature", label: "curvature (loss / weight²)", scale: .logarithmic)],
        notes: [
            "Along the top eigenvectors of minibatches.", "Bars: 95% intervals over minibatches.",
        ])

    /// The rise of the loss within radii.
    public static let sharpness = CurveStatement(
        "Sharpness", table: "rises", abscissa: "radius", abscissaScale: .logarithmic,
        kind: "measure", linesFollowKinds: true,
        panels: [
            Panel("rise", label: "rise of the loss (nats)", scale: .logarithmic),
            Panel("first_step", label: "after one step (nats)", scale: .logarithmic),
        ], notes: ["None of them tells how well a network generalises."])
}
