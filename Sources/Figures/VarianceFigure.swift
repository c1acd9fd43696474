extension CurveStatement {
    /// The variance of feature maps against depth, and the share of channels that carry it.
    ///
    /// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 9.
    public static let variance = CurveStatement(
        "Feature map variance", table: "units", abscissa: "depth",
        abscissaLabel: "normalised depth", kind: "kind",
        panels: [
            Panel("variance", label: "feature map variance"),
            Panel("channel_share", label: "channels that carry it (%)"),
        ],
        notes: ["Bars are intervals over examples."])
}
