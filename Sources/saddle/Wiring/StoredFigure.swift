import Figures
import Foundation
import Landscapes
import Lesions
import Records
import Spectra

/// The figure of stored results, with what its notebook needs.
struct StoredFigure {
    /// One result with its place in figure and notebook.
    typealias Source = (title: String, path: String)

    let figure: any Figure
    /// What the notebook draws; nil for figures of several kinds at once.
    let content: RecordNotebook.Content?
    let sources: [Source]

    /// Reads the results and chooses the figure that suits their kinds.
    ///
    /// Results of one kind stand side by side; landscapes with spectra or lesion studies make an
    /// overview.
    ///
    /// - Throws: `StorageError` where a file cannot be read, `FigureError` or `UsageError` where
    ///   nothing can be drawn of it.
    init(_ paths: [String], _ options: FigureOptions) throws {
        let kinds = try paths.map { try RecordKind.of($0) }
        let titles = try StoredFigure.titles(paths, options)
        sources = zip(titles, paths).map { ($0, $1) }
        func files(_ kind: RecordKind) -> [Source] {
            zip(kinds, zip(titles, paths)).filter { $0.0 == kind }.map { ($1.0, $1.1) }
        }
        if let place = kinds.firstIndex(of: .eigenvalues) {
            throw RunFailure(
                "\(paths[place]): holds eigenvalues, of which there is no figure; draw landscapes,"
                    + " spectra and lesion studies, or read it with `saddle inspect`")
        }
        let spectra = try StoredFigure.spectra(files(.spectrum), options)
        let lesions = try files(.lesion).map { ($0.title, try LesionRecord.read($0.path).result) }
        let grids = try files(.landscape).map {
            ($0.title, try LandscapeRecord.read($0.path).grid)
        }
        let metric = options.chosenMetric
        switch Set(kinds) {
        case [.spectrum]:
            figure = try SpectrumFigure(
                spectra: spectra, withL2: !options.withoutL2, width: options.width ?? .column)
            content = .spectrum(
                batchSize: spectra[0].result.batchSize, withL2: !options.withoutL2)
        case [.lesion]:
            figure = try LesionFigure(studies: lesions, width: options.width ?? .column)
            content = .lesion
        case [.landscape] where grids.allSatisfy({ $0.1.axes.count == 1 }):
            figure = try ProfileFigure(
                profiles: grids, metric: metric, scale: options.scale,
                width: options.width ?? .column)
            content = .profile(metric)
        case [.landscape]:
            let drawing = try options.landscapeOptions()
            figure = try LandscapeFigure(grids: grids, metric: metric, options: drawing)
            content = .landscape(
                metric, drawing.style, subtractsMinimum: drawing.subtractsMinimum)
        default:
            guard !grids.isEmpty else {
                throw UsageError(
                    "plot", paths.joined(separator: " "),
                    "spectra and lesion studies share a page only below landscapes; add a landscape"
                        + " or draw them apart")
            }
            figure = OverviewFigure(
                landscape: try LandscapeFigure(
                    grids: grids, metric: metric, options: options.landscapeOptions()),
                spectrum: spectra.isEmpty
                    ? nil : try SpectrumFigure(spectra: spectra, withL2: !options.withoutL2),
                lesion: lesions.isEmpty ? nil : try LesionFigure(studies: lesions))
            content = nil
        }
    }

    /// One name per file: those asked for, or the models, told apart by file where they are equal.
    private static func titles(_ paths: [String], _ options: FigureOptions) throws -> [String] {
        if let text = options.titles {
            let titles = try CommaList.items(text, flag: "--titles")
            guard titles.count == paths.count else {
                throw UsageError(
                    "--titles", text, "gives \(titles.count) names for \(paths.count) files")
            }
            return titles
        }
        let runs = try paths.map { path in
            (try RecordKind.of(path), try RunDescription.of(path).model)
        }
        return zip(paths, runs).map { path, run in
            let isUnique = runs.count { $0.0 == run.0 && $0.1 == run.1 } == 1
            let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            return isUnique ? String(run.1.prefix { $0 != "," }) : name
        }
    }

    private static func spectra(
        _ sources: [Source], _ options: FigureOptions
    ) throws -> [(title: String, result: SpectrumResult)] {
        try sources.flatMap { title, path in
            let results = try SpectrumRecord.read(path).results
            let size = options.batchSize ?? results.first?.batchSize ?? 0
            guard let result = results.first(where: { $0.batchSize == size }) else {
                let sizes = results.map { "\($0.batchSize)" }.joined(separator: ", ")
                throw UsageError(
                    "--batch-size", "\(size)", "\(path) holds spectra of batch sizes \(sizes)")
            }
            return [(title, result)]
        }
    }
}
