import Figures
import Foundation
import Landscapes
import Records

/// A file that is drawn.
public struct StoredSource: Sendable {
    /// The name in the figure.
    public var title: String
    /// Where it lies.
    public var path: String
    /// What it holds.
    public var file: RecordFile

    /// Files with their names: those given, or the models, told apart by file where they are equal.
    ///
    /// - Throws: `StorageError` where a file cannot be read.
    public static func read(_ paths: [String], titles: [String]? = nil) throws -> [StoredSource] {
        let files = try paths.map { try RecordFile.read($0) }
        return zip(paths, files).enumerated().map { number, source in
            let (path, file) = source
            let alike = files.filter { $0.kind == file.kind && $0.run.model == file.run.model }
            let isUnique = alike.count == 1
            let name = isUnique
                ? String(file.run.model.prefix { $0 != "," })
                : URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            return StoredSource(
                title: FigureTitle.short(titles?[number] ?? name), path: path, file: file)
        }
    }

    /// The figure that suits the kinds of the sources.
    ///
    /// Results of one kind stand side by side; landscapes with others make an overview. What is
    /// asked for by name and changes nothing is refused.
    ///
    /// - Throws: `StorageError` or `FigureError`.
    public static func figure(
        _ sources: [StoredSource], _ request: FigureRequest
    ) throws -> any Figure {
        for source in sources { _ = try Analysis.of(source.file.kind, in: source.path) }
        let kinds = Analysis.all.map(\.kind).filter { kind in
            sources.contains { $0.file.kind == kind }
        }
        let figures = try kinds.map { kind in
            try Analysis.of(kind, in: "").figure(sources.filter { $0.file.kind == kind }, request)
        }
        guard let first = figures.first else {
            throw FigureError.nothingToDraw(
                figure: "plot", reason: "no file", remedy: "name at least one")
        }
        guard figures.count == 1 || kinds[0] == LandscapeGrid.kind else {
            throw FigureError.option(
                name: "files", value: kinds.joined(separator: " and "),
                remedy: "they share a page only below landscapes; add one or draw them apart")
        }
        let figure: any Figure = figures.count == 1
            ? first : OverviewFigure(landscape: first, below: Array(figures.dropFirst()))
        try request.check(for: figure)
        return figure
    }
}
