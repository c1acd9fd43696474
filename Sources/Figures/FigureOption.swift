/// What can be asked of a figure, by the name of its flag.
public enum FigureOption: String, Sendable, CaseIterable {
    case metric
    case style
    case scale
    case subtractMinimum = "subtract-minimum"
    case ceiling
    case valueRange = "value-range"
    case colours
    case elevation
    case azimuth
    case withoutL2 = "without-l2"
    case batchSize = "batch-size"
    case width
}

extension FigureRequest {
    /// Refuses what a figure would leave out of account.
    ///
    /// - Throws: `FigureError.ignored` that names the first such flag.
    public func check(for figure: any Figure) throws(FigureError) {
        guard
            let ignored = FigureOption.allCases.first(where: {
                given.contains($0) && !figure.options.contains($0)
            })
        else { return }
        throw .ignored(
            option: "--\(ignored.rawValue)", figure: figure.title,
            taken: FigureOption.allCases.filter(figure.options.contains).map { "--\($0.rawValue)" })
    }
}
