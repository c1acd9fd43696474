import Results

extension FamilyFigure {
    /// Spectra of feature maps by depth, and their high end unit by unit.
    ///
    /// - Source: Park & Kim 2022 (arXiv 2202.06709), Figures 2a and 8.
    /// - Throws: `FigureError` where there is nothing to draw.
    public static func fourier<Result: StoredResult>(
        _ results: [TitledResult<Result>], _ request: FigureRequest
    ) throws -> FamilyFigure {
        try FamilyFigure(
            CurveFamily(
                table: "spectra", curve: "spectrum_unit", depth: "spectrum_depth",
                abscissa: "frequency", abscissaLabel: "frequency (π)", ordinate: "log_amplitude",
                ordinateLabel: "Δ log amplitude"),
            above: CurveStatement(
                "Spectra of the feature maps", table: "units", abscissa: "depth",
                abscissaLabel: "normalised depth", kind: "kind",
                panels: [
                    .init("delta_log_amplitude", label: "Δ log amplitude at the high end")
                ],
                notes: [
                    "Δ log amplitude is that along half of the diagonal of the spectrum minus that"
                        + " at frequency 0, the mean over channels and examples.",
                    "Bars are intervals over examples.",
                ]),
            results, request)
    }
}
