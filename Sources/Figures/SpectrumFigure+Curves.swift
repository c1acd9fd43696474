import Foundation

extension SpectrumFigure {
    /// The number of points of a density curve on each side.
    private static let curvePoints = 200
    /// The number of bins of a histogram on each side.
    private static let binCount = 24

    /// The samples of one model on one side, and their share of all its samples.
    private func side(_ entry: Series, _ range: ClosedRange<Double>) -> KernelDensity {
        let samples = range.upperBound == 0 ? entry.negative : entry.positive
        let total = entry.negative.count + entry.positive.count
        return KernelDensity(
            samples: samples, share: Double(samples.count) / Double(max(total, 1)))
    }

    /// The curve's points on one side.
    private func curve(
        _ entry: Series, _ range: ClosedRange<Double>
    ) -> [(x: Double, density: Double)] {
        let density = side(entry, range)
        let last = SpectrumFigure.curvePoints - 1
        return (0...last).map { index in
            let x = range.lowerBound
                + (range.upperBound - range.lowerBound) * Double(index) / Double(last)
            return (x, density.value(at: x))
        }
    }

    /// The bins' edges and counts on one side.
    private func histogram(
        _ entry: Series, _ range: ClosedRange<Double>
    ) -> [(low: Double, high: Double, count: Int)] {
        let bins = SpectrumFigure.binCount
        let binWidth = (range.upperBound - range.lowerBound) / Double(bins)
        var counts = [Int](repeating: 0, count: bins)
        for sample in side(entry, range).samples {
            let bin = ((sample - range.lowerBound) / binWidth).rounded(.down)
            // The width of a bin among the smallest numbers is 0.
            counts[Int(min(max(bin.isNaN ? 0 : bin, 0), Double(bins - 1)))] += 1
        }
        return counts.enumerated().map { index, count in
            let low = range.lowerBound + binWidth * Double(index)
            return (low, low + binWidth, count)
        }
    }

    /// The vertical axis of one panel, common to all models.
    ///
    /// Densities of the two signs differ by orders of magnitude, so each has its own scale; counts
    /// share one.
    func verticalAxis(_ style: Style, side: ClosedRange<Double>) -> Axis {
        let isNegative = side == negativeRange
        if style == .density {
            let peak = series.flatMap { curve($0, side).map(\.density) }.max() ?? 0
            return Axis(
                range: 0...(peak > 0 && peak < 1e300 ? peak * 1.08 : 1), label: isNegative ? "density" : "",
                tickCount: 3)
        }
        let most = series.flatMap { entry in
            [negativeRange, positiveRange].flatMap { histogram(entry, $0).map(\.count) }
        }.max() ?? 1
        var axis = Axis(
            range: 0.5...max(Double(most) * 1.6, 12), scale: .logarithmic,
            label: isNegative ? "count" : "", tickCount: 4)
        if !isNegative { axis.hideNumbers() }
        return axis
    }

    /// The densities of all models on one side.
    func densityParts(range: ClosedRange<Double>, on drawing: inout Drawing) -> [String] {
        series.enumerated().flatMap { index, entry in
            let data = drawing.block(
                "density", comment: "\(entry.title): eigenvalue, density".oneLine,
                rows: curve(entry, range).map {
                    "\(Numerals.datum($0.x)) \(Numerals.datum($0.density))"
                })
            let colour = Colours.category(index)
            return [
                "\(data) using 1:2 with filledcurves y1=0 linecolor rgb '\(colour)' "
                    + "fillstyle transparent solid 0.18 noborder",
                "\(data) using 1:2 with lines linewidth 1.2 linecolor rgb '\(colour)' "
                    + "dashtype \(Colours.dash(index))",
            ]
        }
    }

    /// The outlines of all models' histograms on one side.
    func countParts(range: ClosedRange<Double>, on drawing: inout Drawing) -> [String] {
        series.enumerated().map { index, entry in
            let bins = histogram(entry, range)
            let rows = bins.flatMap { ["\($0.low) \($0.count)", "\($0.high) \($0.count)"] }
            let data = drawing.block(
                "count", comment: "\(entry.title): edge of a bin, count".oneLine, rows: rows)
            return "\(data) using 1:($2 > 0 ? $2 : 0.5) with lines linewidth 1.2 "
                + "linecolor rgb '\(Colours.category(index))' dashtype \(Colours.dash(index))"
        }
    }
}
