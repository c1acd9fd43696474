import Randomness
import Spectra
import Storage

/// Max-eigenvalue spectra as HDF5 files, one group `batch_<size>` per batch size.
///
/// Each group has one entry per sample in `minibatch`, `end`, `rank`, `eigenvalue`, `residual`,
/// `converged`, the same three with `_l2` for NLL + L2, and `iterations`; NEP and APE with their
/// intervals `[value, lower, upper, level]` are attributes.
public enum SpectrumRecord {
    /// Writes the spectra of one run, whole or not at all.
    ///
    /// - Throws: `StorageError` where the file cannot be written; the old one is unchanged.
    public static func write(
        _ path: String, _ results: [SpectrumResult], _ description: RunDescription,
        identity: [String: String]? = nil
    ) throws {
        let identity = identity ?? description.identity
        try RecordKind.spectrum.write(path, description, identity: identity) { root in
            let sizes = results.map { Int64($0.batchSize) }
            try root.write("batch_sizes", sizes, shape: [sizes.count])
            for result in results {
                try write(result, to: root.createGroup(name(result.batchSize)))
            }
        }
    }

    /// Reads the spectra of a run and its description.
    ///
    /// - Throws: `StorageError` where the file cannot be read or holds something else.
    public static func read(
        _ path: String
    ) throws -> (results: [SpectrumResult], description: RunDescription) {
        let (results, description, _) = try readWithIdentity(path)
        return (results, description)
    }

    static func readWithIdentity(
        _ path: String
    ) throws -> ([SpectrumResult], RunDescription, [String: String]) {
        try RecordKind.spectrum.read(path) { reader in
            let results = try reader.integers("batch_sizes").map {
                try spectrum(reader.child(name($0)))
            }
            return (results, try RunDescription(reader), try reader.identity())
        }
    }

    private static func name(_ batchSize: Int) -> String { "batch_\(batchSize)" }

    private static func write(_ result: SpectrumResult, to group: HDF5Group) throws {
        try group.setAttribute("preset", .text(result.preset.rawValue))
        try group.setAttribute("method", .text(result.method.rawValue))
        try group.setAttribute("batch_size", .integer(Int64(result.batchSize)))
        try group.setAttribute("minibatches", .integer(Int64(result.minibatchCount)))
        try group.setAttribute("weight_decay", .real(result.weightDecay))
        try group.setAttribute("tolerance", .real(result.tolerance))
        try group.setAttribute("products", .integer(Int64(result.products)))
        try write(result.summary, suffix: "", to: group)
        try write(result.summaryWithL2, suffix: "_l2", to: group)
        let samples = result.samples
        let shape = [samples.count]
        func flag(_ value: Bool) -> UInt8 { value ? 1 : 0 }
        let columns = try [
            group.write("minibatch", samples.map { Int64($0.minibatch) }, shape: shape),
            group.write("end", texts: samples.map(\.end.rawValue)),
            group.write("rank", samples.map { Int64($0.rank) }, shape: shape),
            group.write("eigenvalue", samples.map(\.value), shape: shape),
            group.write("residual", samples.map(\.residual), shape: shape),
            group.write("converged", samples.map { flag($0.converged) }, shape: shape),
            group.write("eigenvalue_l2", samples.map(\.valueWithL2), shape: shape),
            group.write("residual_l2", samples.map(\.residualWithL2), shape: shape),
            group.write("converged_l2", samples.map { flag($0.convergedWithL2) }, shape: shape),
            group.write("iterations", samples.map { Int64($0.iterations) }, shape: shape),
            group.write("pooled", samples.pooled(withL2: false).map(flag), shape: shape),
            group.write("pooled_l2", samples.pooled(withL2: true).map(flag), shape: shape),
        ]
        for column in columns { try column.setAxisLabel(0, "sample") }
    }

    private static func write(
        _ summary: SpectrumSummary, suffix: String, to group: HDF5Group
    ) throws {
        try group.setEstimate("nep" + suffix, summary.negativeProportion)
        try group.setEstimate("ape" + suffix, summary.averagePositive)
        try group.setAttribute(
            "converged_count" + suffix, .integer(Int64(summary.convergedCount)))
        try group.setAttribute(
            "unconverged_count" + suffix, .integer(Int64(summary.unconvergedCount)))
    }

    private static func spectrum(_ reader: RecordReader) throws -> SpectrumResult {
        let minibatches = try reader.integers("minibatch")
        let count = minibatches.count
        let ends = try reader.texts("end", count: count)
        let ranks = try reader.integers("rank", count: count)
        let values = try reader.reals("eigenvalue", count: count)
        let residuals = try reader.reals("residual", count: count)
        let converged = try reader.flags("converged", count: count)
        let valuesWithL2 = try reader.reals("eigenvalue_l2", count: count)
        let residualsWithL2 = try reader.reals("residual_l2", count: count)
        let convergedWithL2 = try reader.flags("converged_l2", count: count)
        let iterations = try reader.integers("iterations", count: count)
        let samples = try minibatches.indices.map { index in
            SpectrumSample(
                minibatch: minibatches[index],
                end: try reader.parse(ends[index], "end", SpectrumEnd.self), rank: ranks[index],
                value: values[index], residual: residuals[index], converged: converged[index],
                valueWithL2: valuesWithL2[index], residualWithL2: residualsWithL2[index],
                convergedWithL2: convergedWithL2[index], iterations: iterations[index])
        }
        return SpectrumResult(
            preset: try reader.value("preset", SpectrumResult.Preset.self),
            method: try reader.value("method", EigenvalueResult.Method.self),
            batchSize: try reader.integer("batch_size"),
            minibatchCount: try reader.integer("minibatches"),
            weightDecay: try reader.real("weight_decay"),
            tolerance: try reader.real("tolerance"), samples: samples,
            products: try reader.integer("products"), summary: try summary(reader, suffix: ""),
            summaryWithL2: try summary(reader, suffix: "_l2"))
    }

    private static func summary(
        _ reader: RecordReader, suffix: String
    ) throws -> SpectrumSummary {
        SpectrumSummary(
            negativeProportion: try reader.estimate("nep" + suffix),
            averagePositive: try reader.estimate("ape" + suffix),
            convergedCount: try reader.integer("converged_count" + suffix),
            unconvergedCount: try reader.integer("unconverged_count" + suffix))
    }
}

extension HDF5Node {
    /// Sets an estimate as the numbers `[value, lower, upper, level]`.
    func setEstimate(_ name: String, _ estimate: Estimate) throws {
        let numbers = [estimate.value, estimate.lower, estimate.upper, estimate.level]
        try setAttribute(name, .reals(numbers))
    }
}

extension RecordReader {
    /// An estimate stored by `setEstimate`.
    func estimate(_ name: String) throws -> Estimate {
        guard case .reals(let numbers)? = try group.attribute(name), numbers.count == 4 else {
            throw StorageError(
                .malformed, file: path,
                problem: "\(group.name) lacks the four numbers of \(name)",
                remedy: "make the file again")
        }
        return Estimate(
            value: numbers[0], lower: numbers[1], upper: numbers[2], level: numbers[3])
    }
}
