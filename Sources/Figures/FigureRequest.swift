import Landscapes
import Lesions
import Spectra

/// How results are to be drawn, whatever their kind; a figure takes what concerns it.
public struct FigureRequest: Sendable {
    /// What of a landscape is drawn.
    public var metric = LandscapeMetric.lossWithL2
    /// Whether eigenvalues are those of NLL + L2 or of NLL alone.
    public var withL2 = true
    /// Which batch size of a spectrum; nil takes the first.
    public var batchSize: Int?
    /// Style, scale and view of a landscape.
    public var landscape = LandscapeOptions()
    /// The width on paper; nil takes what suits the figure.
    public var width: FigureWidth?

    /// A request for what suits the results.
    public init() {}
}

/// A stored result with the name that it has in a figure.
public typealias TitledResult<Result> = (title: String, result: Result)

extension LandscapeFigure {
    /// Landscapes side by side.
    ///
    /// - Throws: `FigureError`.
    public init(_ grids: [TitledResult<LandscapeGrid>], _ request: FigureRequest) throws {
        var options = request.landscape
        options.width = request.width
        try self.init(
            grids: grids.map { ($0.title, $0.result) }, metric: request.metric, options: options)
    }
}

extension ProfileFigure {
    /// Landscapes along one direction.
    ///
    /// - Throws: `FigureError`.
    public init(_ grids: [TitledResult<LandscapeGrid>], _ request: FigureRequest) throws {
        try self.init(
            profiles: grids.map { ($0.title, $0.result) }, metric: request.metric,
            scale: request.landscape.scale, width: request.width ?? .column)
    }
}

extension SpectrumFigure {
    /// The spectra of one batch size of each result.
    ///
    /// - Throws: `FigureError`.
    public init(_ results: [TitledResult<SpectrumCollection>], _ request: FigureRequest) throws {
        let chosen = try results.map { title, result in
            let size = request.batchSize ?? result.spectra.first?.batchSize ?? 0
            guard let spectrum = result.spectra.first(where: { $0.batchSize == size }) else {
                let sizes = result.spectra.map { "\($0.batchSize)" }.joined(separator: ", ")
                throw FigureError.option(
                    name: "batch-size", value: "\(size)",
                    remedy: "\(title) holds spectra of batch sizes \(sizes)")
            }
            return (title: title, result: spectrum)
        }
        try self.init(spectra: chosen, withL2: request.withL2, width: request.width ?? .column)
    }
}

extension LesionFigure {
    /// Lesion studies, one below the other.
    ///
    /// - Throws: `FigureError`.
    public init(_ studies: [TitledResult<LesionResult>], _ request: FigureRequest) throws {
        try self.init(studies: studies, width: request.width ?? .column)
    }
}
