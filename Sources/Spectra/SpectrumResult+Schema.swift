import Randomness
import Results

/// The spectra of one run, one per batch size.
public struct SpectrumCollection: Sendable, Hashable {
    /// The spectra, in the order of the request.
    public var spectra: [SpectrumResult]

    /// A collection of spectra.
    public init(_ spectra: [SpectrumResult]) { self.spectra = spectra }
}

extension SpectrumCollection: MeasuredResult {
    public static let kind = "spectrum"
    public static let item = "minibatch"

    public init() { self.init([]) }

    public var finding: String {
        guard let summary = spectra.first?.summaryWithL2 else { return "no spectrum" }
        return "NEP \(Readable.percentage(summary.negativeProportion.value)), APE"
            + " \(Readable.number(summary.averagePositive.value)), \(summary.unconvergedCount) of"
            + " \(summary.convergedCount + summary.unconvergedCount) not converged"
    }

    public static var schema: Schema<SpectrumCollection> {
        Schema(.children("spectra", \.spectra, key: { "batch_\($0.batchSize)" }))
    }

    /// The spectrum and the minibatch of an item; minibatches of the first batch size come first.
    public func place(ofItem item: Int) -> (spectrum: Int, minibatch: Int) {
        var rest = item
        for (number, spectrum) in spectra.enumerated() {
            if rest < spectrum.minibatchCount { return (number, rest) }
            rest -= spectrum.minibatchCount
        }
        return (spectra.count, rest)
    }

    public func name(ofItem item: Int) -> String {
        let (spectrum, minibatch) = place(ofItem: item)
        guard spectra.count > 1, spectra.indices.contains(spectrum) else {
            return "minibatch \(minibatch)"
        }
        return "minibatch \(minibatch) of size \(spectra[spectrum].batchSize)"
    }

    public mutating func assemble(_ rows: [[Double]?]) throws {
        var parts = spectra.map { _ in [MinibatchSpectrum]() }
        for (item, row) in rows.enumerated() {
            guard let row else { continue }
            let (spectrum, minibatch) = place(ofItem: item)
            guard parts.indices.contains(spectrum),
                let part = MinibatchSpectrum(row: row, minibatch: minibatch)
            else { throw RowError(name(ofItem: item), "is no spectrum; compute it again") }
            parts[spectrum].append(part)
        }
        for index in spectra.indices { spectra[index].pool(parts[index]) }
    }
}

extension SpectrumResult: StoredFields {
    public init() {
        self.init(
            preset: .default, method: .lanczos, batchSize: 0, minibatchCount: 0, l2: 0,
            tolerance: .nan, eigenvaluesPerMinibatch: 0, seed: 0)
    }

    public static var schema: Schema<SpectrumResult> {
        Schema(
            .field("preset", \.preset, "the protocol"),
            .field("method", \.method, "how eigenvalues were computed"),
            .field("batch_size", \.batchSize, unit: .one, "examples in a minibatch"),
            .field("minibatches", \.minibatchCount, unit: .one, "minibatches when finished"),
            .derived("finished", unit: .one, "minibatches that have been computed") {
                $0.finishedCount
            },
            .field("l2", \.l2, unit: .curvature, "coefficient λ of the L2 penalty"),
            .field("tolerance", \.tolerance, unit: .one, "tolerance of the stopping criterion"),
            .field(
                "eigenvalues_per_minibatch", \.eigenvaluesPerMinibatch, unit: .one,
                "eigenvalues that are looked for in a minibatch"),
            .field("seed", \.seed, unit: .one, "seed of the resamples"),
            .field("products", \.products, unit: .one, "products in total"))
            + summary(\.summary, "", "of NLL") + summary(\.summaryWithL2, "_l2", "of NLL + L2")
            + Schema(
                .table(
                    "samples", axis: "sample", \.samples,
                    [
                        .column("minibatch", \.minibatch, unit: .one, "number of the minibatch"),
                        .column("end", \.end, "the end of the spectrum"),
                        .column(
                            "rank", \.rank, unit: .one,
                            "the place at that end; 0 is the extreme one"),
                        .column("eigenvalue", \.value, unit: .curvature, "eigenvalue of NLL"),
                        .column("residual", \.residual, unit: .curvature, "‖Hv - λv‖"),
                        .column("converged", \.converged, "whether its criterion was met"),
                        .column(
                            "eigenvalue_l2", \.valueWithL2, unit: .curvature,
                            "eigenvalue of NLL + L2"),
                        .column(
                            "residual_l2", \.residualWithL2, unit: .curvature,
                            "residual of that one"),
                        .column(
                            "converged_l2", \.convergedWithL2, "whether its criterion was met"),
                        .column("iterations", \.iterations, unit: .one, "products behind it"),
                        .derived("pooled", "in the pool from which NEP and APE are made") {
                            $0.pooled(withL2: false)
                        },
                        .derived("pooled_l2", "in the pool of NLL + L2") {
                            $0.pooled(withL2: true)
                        },
                    ]))
    }

    private static func summary(
        _ path: WritableKeyPath<SpectrumResult, SpectrumSummary>, _ suffix: String, _ of: String
    ) -> Schema<SpectrumResult> {
        Schema(
            .field(
                "nep" + suffix, path.appending(path: \.negativeProportion), unit: .share,
                "proportion of negative eigenvalues \(of)"),
            .field(
                "ape" + suffix, path.appending(path: \.averagePositive), unit: .curvature,
                "average positive eigenvalue \(of)"),
            .field(
                "converged_count" + suffix, path.appending(path: \.convergedCount), unit: .one,
                "converged samples of the pool \(of)"),
            .field(
                "unconverged_count" + suffix, path.appending(path: \.unconvergedCount), unit: .one,
                "samples left out because they had not converged, \(of)"))
    }
}

extension SpectrumSample: Fillable {
    public init() {
        self.init(
            minibatch: 0, end: .largest, rank: 0, value: .nan, residual: .nan, converged: false,
            valueWithL2: .nan, residualWithL2: .nan, convergedWithL2: false, iterations: 0)
    }
}
