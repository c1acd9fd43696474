import ArgumentParser
import Figures
import Landscapes

extension LandscapeMetric: ExpressibleByArgument {}
extension LandscapeOptions.Style: ExpressibleByArgument {}
extension AxisScale: ExpressibleByArgument {}
extension ColourMap: ExpressibleByArgument {}
extension FigureWidth: ExpressibleByArgument {}

/// How results are drawn.
struct FigureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Names in the figure, with commas between.", valueName: "a,b..."))
    var titles: String?

    @Option(help: "What of a landscape is drawn.")
    var metric = LandscapeMetric.lossWithL2

    @Option(help: "How a two-dimensional landscape is drawn.")
    var style = LandscapeOptions.Style.surface

    @Option(help: "The scale of values and colours of a landscape.")
    var scale = AxisScale.linear

    @Flag(help: "Draw each landscape above its own lowest value.")
    var subtractMinimum = false

    @Option(help: ArgumentHelp("Leave values above this blank.", valueName: "value"))
    var ceiling: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The range of a landscape's values.", valueName: "a..b"))
    var valueRange: String?

    @Option(help: "The colours of a landscape.")
    var colours = ColourMap.viridis

    @Option(help: ArgumentHelp("The height of the eye in degrees, 0 to 90.", valueName: "angle"))
    var elevation = 15.0

    @Option(help: ArgumentHelp("The turn of the eye in degrees, 0 to 90.", valueName: "angle"))
    var azimuth = 15.0

    @Flag(help: "Draw spectra and landscapes of NLL without L2.")
    var withoutL2 = false

    @Option(
        help: ArgumentHelp("Which batch size of a spectrum; default: the first.", valueName: "n"))
    var batchSize: Int?

    @Option(help: "The width on paper; default: what suits the figure.")
    var width: FigureWidth?

    func validate() throws {
        try NumberRange.ceiling.check(ceiling)
        try NumberRange.elevation.check(elevation)
        try NumberRange.azimuth.check(azimuth)
        try NumberRange.batchSize.check(batchSize)
        if let titles, titles.count > 10_000 {
            throw ValidationError("--titles: \(titles.count) characters; expected at most 10000")
        }
    }

    /// What is asked of a figure.
    ///
    /// - Throws: `UsageError`.
    func request() throws -> FigureRequest {
        var request = FigureRequest()
        request.metric = withoutL2 && metric == .lossWithL2 ? .negativeLogLikelihood : metric
        request.withL2 = !withoutL2
        request.batchSize = batchSize
        request.width = width
        request.landscape.style = style
        request.landscape.subtractsMinimum = subtractMinimum
        request.landscape.scale = scale
        request.landscape.ceiling = ceiling
        request.landscape.colourMap = colours
        request.landscape.elevation = elevation
        request.landscape.azimuth = azimuth
        if let valueRange {
            guard let dots = valueRange.range(of: ".."),
                let low = Double(valueRange[..<dots.lowerBound]),
                let high = Double(valueRange[dots.upperBound...]), low < high,
                NumberRange.plotted.contains(low), NumberRange.plotted.contains(high)
            else {
                throw UsageError(
                    "--value-range", valueRange,
                    "expected A..B with A below B, both from -1e100 to 1e100, such as 0..8")
            }
            request.landscape.range = low...high
        }
        return request
    }

    /// The names that were asked for, one per file.
    ///
    /// - Throws: `UsageError` where they are not as many.
    func titles(of files: [String]) throws -> [String]? {
        guard let text = titles else { return nil }
        let names = try CommaList.items(text, flag: "--titles")
        guard names.count == files.count else {
            throw UsageError(
                "--titles", text, "gives \(names.count) names for \(files.count) files")
        }
        return names
    }
}
