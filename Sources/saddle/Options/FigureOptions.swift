import ArgumentParser
import Figures
import Landscapes

extension LandscapeMetric: ExpressibleByArgument {}
extension LandscapeOptions.Style: ExpressibleByArgument {}
extension AxisScale: ExpressibleByArgument {}
extension ColourMap: ExpressibleByArgument {}
extension FigureWidth: ExpressibleByArgument {}

extension FigureRequest.BatchSizes: ExpressibleByArgument {
    public init?(argument: String) {
        if argument == "all" { self = .all } else if let size = Int(argument), size > 0 {
            self = .one(size)
        } else { return nil }
    }
}

/// How results are drawn. What is not given is nil, so that what a figure ignores can be refused.
struct FigureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Names in the figure: once with commas between, or once for each file where names have \
            commas; default: the files'.
            """, valueName: "a,b..."))
    var titles: [String] = []

    @Option(help: "What of a landscape is drawn; default: nll_l2.")
    var metric: LandscapeMetric?

    @Option(help: "How a two-dimensional landscape is drawn; default: surface.")
    var style: LandscapeOptions.Style?

    @Option(help: "The scale of values and colours of a landscape; default: linear.")
    var scale: AxisScale?

    @Flag(help: "Draw each landscape above its own lowest value.")
    var subtractMinimum = false

    @Option(
        help: ArgumentHelp(
            "End surfaces at this value, and leave maps blank above it; default: none.", valueName: "value"))
    var ceiling: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The range of a landscape's values; default: from the least to the largest.",
            valueName: "a..b"))
    var valueRange: String?

    @Option(help: "The colours of a landscape; default: viridis.")
    var colours: ColourMap?

    @Option(
        help: ArgumentHelp(
            "The height of the eye above a surface in degrees, 0 to 90; default: 15.",
            valueName: "angle"))
    var elevation: Double?

    @Option(
        help: ArgumentHelp(
            "The turn of the eye around a surface in degrees, 0 to below 90; default: 15.",
            valueName: "angle"))
    var azimuth: Double?

    @Flag(help: "Draw spectra and landscapes of NLL without L2.")
    var withoutL2 = false

    @Option(
        help: ArgumentHelp(
            "Which batch size of a spectrum, or all of them; default: the first.",
            valueName: "n|all"))
    var batchSize: FigureRequest.BatchSizes?

    @Option(help: "The width on paper; default: what suits the figure.")
    var width: FigureWidth?

    func validate() throws {
        try NumberRange.ceiling.check(ceiling)
        try NumberRange.elevation.check(elevation)
        try NumberRange.azimuth.check(azimuth)
        if case .one(let size) = batchSize { try NumberRange.batchSize.check(size) }
        let length = titles.map(\.count).reduce(0, +)
        guard length <= 10_000 else {
            throw ValidationError("--titles: \(length) characters; expected at most 10000")
        }
    }

    /// What is asked of a figure.
    ///
    /// - Throws: `UsageError`.
    func request() throws -> FigureRequest {
        var request = FigureRequest()
        request.given = Set(given.filter(\.isGiven).map(\.option))
        if let metric { request.metric = metric }
        if withoutL2, request.metric == .lossWithL2 { request.metric = .negativeLogLikelihood }
        request.withL2 = !withoutL2
        if let batchSize { request.batchSizes = batchSize }
        request.width = width
        if let style { request.landscape.style = style }
        request.landscape.subtractsMinimum = subtractMinimum
        if let scale { request.landscape.scale = scale }
        request.landscape.ceiling = ceiling
        if let colours { request.landscape.colourMap = colours }
        if let elevation { request.landscape.elevation = elevation }
        if let azimuth { request.landscape.azimuth = azimuth }
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

    private var given: [(option: FigureOption, isGiven: Bool)] {
        [
            (.metric, metric != nil), (.style, style != nil), (.scale, scale != nil),
            (.subtractMinimum, subtractMinimum), (.ceiling, ceiling != nil),
            (.valueRange, valueRange != nil), (.colours, colours != nil),
            (.elevation, elevation != nil), (.azimuth, azimuth != nil), (.withoutL2, withoutL2),
            (.batchSize, batchSize != nil), (.width, width != nil),
        ]
    }

    /// The names that were asked for, one per file.
    ///
    /// - Throws: `UsageError` where they are not as many.
    func titles(of files: [String]) throws -> [String]? {
        guard !titles.isEmpty else { return nil }
        let names = titles.count == 1 && files.count > 1
            ? try CommaList.items(titles[0], flag: "--titles") : titles
        guard names.count == files.count, names.allSatisfy({ !$0.isEmpty }) else {
            throw UsageError(
                "--titles", titles.joined(separator: " "),
                "gives \(names.count { !$0.isEmpty }) names for \(files.count) files; repeat the flag"
                    + " where a name has commas")
        }
        return names
    }
}
