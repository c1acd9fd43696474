extension CurveStatement {
    /// A reliability diagram above a histogram of confidence.
    ///
    /// - Source: Guo et al. 2017 (arXiv 1706.04599), Figure 1.
    public static let calibration = CurveStatement(
        "Calibration", table: "bins", abscissa: "bin_confidence",
        abscissaLabel: "mean confidence of a bin (%)",
        panels: [
            Panel("bin_accuracy", label: "accuracy (%)", showsIdentity: true),
            Panel("bin_share", label: "examples (%)", hasBars: true),
        ],
        notes: [
            "Grey: accuracy as high as confidence.", "Bars are intervals over examples.",
        ])
}
