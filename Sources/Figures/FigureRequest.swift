import Landscapes
import Lesions
import Spectra

/// How results are to be drawn, whatever their kind.
public struct FigureRequest: Sendable {
    /// Which batch sizes of a spectrum are drawn.
    public enum BatchSizes: Sendable, Hashable {
        /// The first that each result holds.
        case first
        /// One size.
        case one(Int)
        /// All of them.
        case all
    }

    /// What was asked for by name; a figure that has no use for it is refused.
    public var given: Set<FigureOption> = []
    /// What of a landscape is drawn.
    public var metric = LandscapeMetric.lossWithL2
    /// Whether eigenvalues are those of NLL + L2 or of NLL alone.
    public var withL2 = true
    /// Which batch sizes of a spectrum.
    public var batchSizes = BatchSizes.first
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
    /// The spectra of one batch size, or of all, of each result.
    ///
    /// - Throws: `FigureError`.
    public init(_ results: [TitledResult<SpectrumCollection>], _ request: FigureRequest) throws {
        let chosen = try results.flatMap { title, collection in
            let spectra = collection.spectra
            let wanted =
                switch request.batchSizes {
                case .first: Array(spectra.prefix(1))
                case .one(let size): spectra.filter { $0.batchSize == size }
                case .all: spectra
                }
            guard !wanted.isEmpty else {
                let sizes = spectra.map { "\($0.batchSize)" }.joined(separator: ", ")
                throw FigureError.option(
                    name: "--batch-size", value: "\(request.batchSizes)",
                    remedy: "\(title) holds spectra of batch sizes \(sizes)")
            }
            return wanted.map { (source: title, result: $0) }
        }
        try self.init(of: chosen, withL2: request.withL2, width: request.width ?? .column)
    }
}

extension FigureRequest.BatchSizes: CustomStringConvertible {
    public var description: String {
        switch self {
        case .first: "the first"
        case .one(let size): "\(size)"
        case .all: "all"
        }
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

extension EigenvalueFigure {
    /// Eigenvalues of one or more Hessians.
    ///
    /// - Throws: `FigureError`.
    public init(_ results: [TitledResult<EigenvalueResult>], _ request: FigureRequest) throws {
        try self.init(results: results, width: request.width ?? .column)
    }
}
