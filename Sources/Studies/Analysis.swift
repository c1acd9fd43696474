import Figures
import Landscapes
import Lesions
import Records
import Results
import Robustness
import Spectra
import Storage

/// A kind of stored result, with what can be done with files of it.
public struct Analysis: Sendable {
    /// The name of the kind in files.
    public let kind: String

    private let draw: @Sendable (_ sources: [StoredSource], FigureRequest) throws -> any Figure
    private let join:
        @Sendable (_ paths: [String], _ output: String, _ commandLine: String) throws -> StudyMerge?

    /// All analyses: a new one is one line here.
    public static let all = [
        measured(LandscapeGrid.self) { grids, request in
            let areLines = grids.allSatisfy { $0.result.axes.count == 1 }
            return areLines
                ? try ProfileFigure(grids, request) as any Figure
                : try LandscapeFigure(grids, request)
        },
        measured(SpectrumCollection.self) { try SpectrumFigure($0, $1) },
        measured(LesionResult.self) { try LesionFigure($0, $1) },
        measured(EigenvalueResult.self) { try EigenvalueFigure($0, $1) },
        variance, fourier, oversmoothing, similarity, calibration,
        density, trace, blocks, minibatchBias, sharpness,
        measured(FrequencyResult.self) { try CurveFigure(.frequencies($0.map(\.result)), $0, $1) },
        measured(CorruptionResult.self) { try CorruptionFigure($0, $1) },
        measured(ConsistencyResult.self) { try CurveFigure(.consistency, $0, $1) },
        measured(AdversarialResult.self) { try CurveFigure(.adversarial, $0, $1) },
    ]

    /// The analysis of that kind.
    ///
    /// - Parameter path: the file that holds it, for the message.
    /// - Throws: `StorageError` naming the kind, where this program does not know it.
    public static func of(_ kind: String, in path: String) throws -> Analysis {
        guard let analysis = all.first(where: { $0.kind == kind }) else {
            throw StorageError(
                .unsupported, file: path,
                problem: "holds a result of kind \(kind), which this program does not know",
                remedy: "use the version of Saddle that wrote it; inspect and export csv work")
        }
        return analysis
    }

    /// The figure of results of this kind.
    ///
    /// - Throws: `FigureError` where there is nothing to draw.
    public func figure(_ sources: [StoredSource], _ request: FigureRequest) throws -> any Figure {
        try draw(sources, request)
    }

    /// Joins files that hold different items of one study.
    ///
    /// - Throws: `StorageError`, see `StudyMerge`, or where results of this kind have no items.
    public static func merge(
        _ paths: [String], into output: String, commandLine: String
    ) throws -> StudyMerge {
        guard let first = paths.first else {
            throw StorageError(
                .missing, file: output, problem: "is to be merged of no file",
                remedy: "name two or more")
        }
        let kind = try RecordFile.read(first).kind
        guard let merged = try of(kind, in: first).join(paths, output, commandLine) else {
            throw StorageError(
                .unsupported, file: first, problem: "holds \(kind), which is not measured in parts",
                remedy: "name parts of a landscape, a spectrum or a lesion study")
        }
        return merged
    }

    /// An analysis whose results are put together from measured items.
    static func measured<Result: MeasuredResult>(
        _ type: Result.Type,
        figure: @escaping @Sendable ([TitledResult<Result>], FigureRequest) throws -> any Figure
    ) -> Analysis {
        Analysis(
            kind: Result.kind, draw: { try figure(results($0), $1) },
            join: {
                Result.isSequential
                    ? nil : try StudyMerge(type, $0, into: $1, commandLine: $2)
            })
    }

    private static func results<Result: StoredResult>(
        _ sources: [StoredSource]
    ) throws -> [TitledResult<Result>] {
        try sources.map { ($0.title, try $0.file.result(Result.self, of: $0.path)) }
    }
}
