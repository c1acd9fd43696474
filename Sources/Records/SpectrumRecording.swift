import Foundation
import Spectra
import Storage

/// A spectrum on its way into a file: each finished minibatch is safe as soon as it is recorded.
///
/// Minibatches go into a journal beside the file (`FILE.journal`); `finish` writes the HDF5 file.
/// The journal is removed once every minibatch is there, so a stopped run leaves both: a file to
/// look at and a journal to go on from.
public final class SpectrumRecording: Sendable {
    /// The HDF5 file.
    public let path: String
    /// The spectra of an earlier run that was finished; nil where there is something to compute.
    public let complete: [SpectrumResult]?

    private let description: RunDescription
    private let measurements: [SpectrumMeasurement]
    private let identity: [String: String]
    private let journal: Journal
    private let parts: [Int: [MinibatchSpectrum]]
    private static let valuesPerSample = 9

    /// Opens the file of a spectrum, new or of an earlier run of the same spectrum.
    ///
    /// - Parameter measurements: one per batch size, all with the same numbers of eigenvalues.
    /// - Throws: `StorageError` of kind `mismatch` where the file or its journal is of another
    ///   run, naming what differs; `locked` while another process computes the same file; or where
    ///   the folder cannot be written.
    public init(
        _ path: String, _ measurements: [SpectrumMeasurement], _ description: RunDescription
    ) throws {
        var identity = description.identity
        for measurement in measurements {
            identity["spectrum_batch_\(measurement.batchSize)"] =
                "\(measurement.minibatchCount) minibatches, preset \(measurement.preset.rawValue)"
                + ", \(measurement.largest) + \(measurement.smallest) eigenvalues, tolerance "
                + "\(measurement.tolerance), \(measurement.maximumProducts) products, basis "
                + "\(measurement.basisLimit), weight decay \(measurement.weightDecay), seed "
                + "\(measurement.seed)"
        }
        var complete: [SpectrumResult]?
        if FileManager.default.fileExists(atPath: path) {
            let (results, _, found) = try SpectrumRecord.readWithIdentity(path)
            try RunIdentity.check(path, found: found, expected: identity)
            if results.allSatisfy(\.isComplete) { complete = results }
        }
        let count = measurements.map { $0.largest + $0.smallest }.max() ?? 0
        journal = try Journal(
            path + ".journal", identity: identity,
            valuesPerRecord: 2 + count * Self.valuesPerSample)
        var parts: [Int: [MinibatchSpectrum]] = [:]
        for record in journal.found.records {
            let batchSize = Int(record.index >> 32)
            let part = try Self.decode(
                record.values, minibatch: Int(record.index & 0xFFFF_FFFF), path: journal.path)
            parts[batchSize, default: []].append(part)
        }
        // A run that was killed between writing the file and removing its journal ends here.
        if complete != nil { try journal.remove() }
        self.path = path
        self.description = description
        self.measurements = measurements
        self.identity = identity
        self.complete = complete
        self.parts = parts
    }

    /// The minibatches of an earlier run with the given batch size.
    public func finished(batchSize: Int) -> [MinibatchSpectrum] {
        parts[batchSize] ?? []
    }

    /// Makes a finished minibatch safe: once this returns, it survives a kill and a power cut.
    ///
    /// - Throws: `StorageError` where the disk is full or the journal cannot be written.
    public func record(_ part: MinibatchSpectrum, batchSize: Int) throws {
        var values = [Double(part.products), Double(part.samples.count)]
        for sample in part.samples { values += Self.encode(sample) }
        let padding = journal.found.valuesPerRecord - values.count
        values += [Double](repeating: 0, count: max(padding, 0))
        let index = Int64(batchSize) << 32 | Int64(part.minibatch)
        try journal.append(Journal.Record(index: index, values: values))
    }

    /// Writes the HDF5 file; removes the journal if every minibatch is there.
    ///
    /// - Throws: `StorageError` where the file cannot be written; the journal then stays.
    public func finish(_ results: [SpectrumResult]) throws {
        try SpectrumRecord.write(path, results, description, identity: identity)
        let isComplete = results.count == measurements.count
            && results.allSatisfy(\.isComplete)
        if isComplete { try journal.remove() } else { journal.close() }
    }

    private static func encode(_ sample: SpectrumSample) -> [Double] {
        let end = Double(SpectrumEnd.allCases.firstIndex(of: sample.end) ?? 0)
        return [
            end, Double(sample.rank), sample.value, sample.residual, sample.converged ? 1 : 0,
            sample.valueWithL2, sample.residualWithL2, sample.convergedWithL2 ? 1 : 0,
            Double(sample.iterations),
        ]
    }

    private static func decode(
        _ values: [Double], minibatch: Int, path: String
    ) throws -> MinibatchSpectrum {
        let room = (values.count - 2) / valuesPerSample
        let malformed = StorageError(
            .malformed, file: path, problem: "minibatch \(minibatch) is not one",
            remedy: "delete the journal to begin anew")
        guard let products = Int(exactly: values[0]), let count = Int(exactly: values[1]),
            (0...room).contains(count)
        else { throw malformed }
        let samples = try (0..<count).map { number in
            let start = 2 + number * valuesPerSample
            let v = Array(values[start..<start + valuesPerSample])
            guard let end = Int(exactly: v[0]), SpectrumEnd.allCases.indices.contains(end),
                let rank = Int(exactly: v[1]), let iterations = Int(exactly: v[8])
            else { throw malformed }
            return SpectrumSample(
                minibatch: minibatch, end: SpectrumEnd.allCases[end], rank: rank, value: v[2],
                residual: v[3], converged: v[4] != 0, valueWithL2: v[5],
                residualWithL2: v[6], convergedWithL2: v[7] != 0, iterations: iterations)
        }
        return MinibatchSpectrum(minibatch: minibatch, samples: samples, products: products)
    }
}
