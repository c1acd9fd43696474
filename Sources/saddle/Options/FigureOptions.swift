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

    /// The options of a landscape figure.
    ///
    /// - Throws: `UsageError`.
    func landscapeOptions() throws -> LandscapeOptions {
        var options = LandscapeOptions()
        options.style = style
        options.subtractsMinimum = subtractMinimum
        options.scale = scale
        options.ceiling = ceiling
        options.colourMap = colours
        options.elevation = elevation
        options.azimuth = azimuth
        options.width = width
        if let valueRange {
            guard let dots = valueRange.range(of: ".."),
                let low = Double(valueRange[..<dots.lowerBound]),
                let high = Double(valueRange[dots.upperBound...]), low < high
            else {
                throw UsageError(
                    "--value-range", valueRange, "expected A..B with A below B, such as 0..8")
            }
            options.range = low...high
        }
        return options
    }

    /// What of a landscape is drawn, the flag about L2 taken into account.
    var chosenMetric: LandscapeMetric {
        withoutL2 && metric == .lossWithL2 ? .negativeLogLikelihood : metric
    }
}
