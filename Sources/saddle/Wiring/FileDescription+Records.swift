import Landscapes
import Records
import Spectra
import Storage

extension FileDescription {
    /// Describes a result of Saddle.
    ///
    /// - Throws: `StorageError` where the file is another kind of HDF5 file or damaged.
    static func record(_ path: String) throws -> FileDescription {
        let kind = try RecordKind.of(path)
        let run = try RunDescription.of(path)
        var description = FileDescription(format: "\(kind.rawValue) (HDF5)")
        description.model = run.model
        description.facts = [
            ("made by", run.commandLine), ("version", run.version), ("model", run.model),
            ("weights", run.weights), ("weights sha256", run.weightsSHA256), ("data", run.data),
            ("examples", "\(run.exampleCount)"), ("objective", run.objective),
            ("augmentation", run.augmentation), ("labels", run.labels),
            ("batch norm", run.batchNorm), ("precision", run.precision), ("seed", "\(run.seed)"),
        ]
        description.document = [("kind", .text(kind.rawValue)), ("run", run.document)]
        switch kind {
        case .landscape:
            let grid = try LandscapeRecord.read(path).grid
            let losses = grid.values(of: .lossWithL2).filter(\.isFinite)
            description.finding = "\(grid.finishedCount) points, NLL + L2 from"
                + " \(Readable.number(losses.min() ?? .nan)) to"
                + " \(Readable.number(losses.max() ?? .nan))"
            description.facts += [
                ("points", "\(grid.finishedCount) of \(grid.points.count)"),
                ("not finite", Readable.percentage(grid.nonFiniteShare)),
                (
                    "certificate",
                    grid.certificate.map {
                        "largest relative error \(Readable.number($0.largestRelativeError))"
                    } ?? "none"
                ),
            ]
            description.table = [["metric", "lowest", "highest"]]
                + LandscapeMetric.stored.map { metric in
                    let values = grid.values(of: metric).filter(\.isFinite)
                    return [
                        metric.rawValue, Readable.number(values.min() ?? .nan),
                        Readable.number(values.max() ?? .nan),
                    ]
                }
        case .eigenvalues:
            let result = try EigenvalueRecord.read(path).result
            let values = result.pairs.map(\.value)
            description.finding = "\(values.count) eigenvalues from"
                + " \(Readable.number(values.min() ?? .nan)) to"
                + " \(Readable.number(values.max() ?? .nan))"
            description.table = [["end", "rank", "eigenvalue", "residual", "converged"]]
                + result.pairs.map {
                    [
                        $0.end.rawValue, "\($0.rank)", Readable.number($0.value),
                        Readable.number($0.residual), $0.converged ? "yes" : "no",
                    ]
                }
        case .spectrum:
            let results = try SpectrumRecord.read(path).results
            if let summary = results.first?.summaryWithL2 {
                description.finding =
                    "NEP \(Readable.percentage(summary.negativeProportion.value)), APE"
                    + " \(Readable.number(summary.averagePositive.value)),"
                    + " \(summary.unconvergedCount) of"
                    + " \(summary.convergedCount + summary.unconvergedCount) not converged"
            }
            description.table = [["batch size", "minibatches", "NEP", "APE", "not converged"]]
                + results.map { result in
                    let summary = result.summaryWithL2
                    return [
                        "\(result.batchSize)", "\(result.minibatchCount)",
                        Readable.number(summary.negativeProportion.value),
                        Readable.number(summary.averagePositive.value),
                        "\(summary.unconvergedCount)",
                    ]
                }
        case .lesion:
            let result = try LesionRecord.read(path).result
            let worst = result.units.max { $0.accuracyDrop.value < $1.accuracyDrop.value }
            description.finding = "accuracy \(Readable.percentage(result.baselineAccuracy))"
                + (worst.map {
                    ", lost most (\(Readable.percentage($0.accuracyDrop.value))) without \($0.name)"
                } ?? "")
            description.table = [["unit", "kind", "accuracy", "drop"]]
                + result.units.map {
                    [
                        $0.name, $0.kind.rawValue, Readable.percentage($0.accuracy),
                        Readable.percentage($0.accuracyDrop.value),
                    ]
                }
        }
        return description
    }
}
