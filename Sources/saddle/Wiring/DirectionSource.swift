import Execution
import Foundation
import Landscapes
import Records
import Results
import Storage
import Studies
import Training

/// Makes the directions that the command line asks for, and stores them on request.
struct DirectionSource {
    let options: DirectionOptions

    /// One direction per axis.
    ///
    /// - Parameter path: the file of the landscape, in which an earlier run may have stopped.
    /// - Throws: `UsageError` where the request makes no sense, `DirectionError` and
    ///   `StorageError` where a file does not fit the network or cannot be read.
    func directions(
        _ count: Int, for experiment: inout Experiment, goingOn path: String, report: Report
    ) throws -> [Direction] {
        switch options.directions {
        case "random":
            return try experiment.gaussianDirections(
                count, normalization: options.normalize ?? .filter,
                includesVectors: options.includeBiasesAndNorms)
        case "eigen":
            let pairs = try experiment.leadingEigenpairs(count, goingOn: path) { basis in
                if let text = basis.text { report.say("  eigenvectors: \(text)") }
            }
            return try pairs.map { pair in
                report.say(
                    "eigenvector \(pair.rank): eigenvalue \(Readable.number(pair.value)), residual"
                        + " \(Readable.number(pair.residual))"
                        + (pair.converged ? "" : ", not converged"))
                return try direction(
                    pair.vector ?? [], source: "eigenvector \(pair.rank)", of: experiment)
            }
        default:
            let files = try CommaList.items(options.directions, flag: "--directions")
            // A file of tomgoldstein/loss-landscape holds the directions of both axes.
            if files.count == 1, let landscape = try LandscapeDirections(files[0]) {
                let (name, layout) = (
                    URL(fileURLWithPath: files[0]).lastPathComponent, experiment.weights.layout)
                return try (0..<count).map { axis in
                    try direction(
                        landscape.vector(
                            axis, tensors: layout.directionTensors, stateOrder: layout.stateOrder,
                            storage: experiment.weights.vector.storage),
                        source: "\(name), axis \(axis)", of: experiment)
                }
            }
            guard files.count == count else {
                throw UsageError(
                    "--directions", options.directions,
                    "names \(files.count) of \(count) directions; give random, eigen, or one file"
                        + " per axis with a comma between them")
            }
            let total = experiment.weights.layout.tensors.count
            return try files.map { file in
                let name = URL(fileURLWithPath: file).lastPathComponent
                return try direction(
                    Self.stored(file, for: experiment.weights) { missing in
                        report.say(
                            "\(name): moves \(total - missing.count) of \(total) tensors; the others"
                                + " stay, \(missing[0]) first")
                    }, source: name, of: experiment)
            }
        }
    }

    /// The files that directions are read from.
    var files: [String] {
        ["random", "eigen"].contains(options.directions)
            ? [] : options.directions.split(separator: ",").map { Self.file(String($0)) }
    }

    /// The files in which directions are to be stored, one per axis.
    ///
    /// - Throws: `UsageError`, or `StorageError` where one may not be written.
    func outputs(inputs: [String], force: Bool) throws -> [OutputFile] {
        guard let text = options.saveDirections else { return [] }
        let files = try CommaList.items(text, flag: "--save-directions")
        return try files.enumerated().map { number, file in
            try OutputFile(
                file, whereOccupied: force ? .replaced : .continued,
                inputs: inputs + files[..<number], remedy: "choose another name")
        }
    }

    /// The file of `FILE` or `FILE.h5#N`.
    static func file(_ text: String) -> String {
        guard let mark = text.lastIndex(of: "#"), Int(text[text.index(after: mark)...]) != nil
        else { return text }
        return String(text[..<mark])
    }

    /// A flat vector from a file: tensors under their names, or eigenvector N of `FILE.h5#N`.
    ///
    /// - Parameter onPartial: see `DirectionRecord.read`.
    static func stored(
        _ file: String, for weights: Weights, onPartial: (([String]) -> Void)? = nil
    ) throws -> ParameterVector {
        let (tensors, storage) = (weights.layout.directionTensors, weights.vector.storage)
        if let mark = file.lastIndex(of: "#"), let number = Int(file[file.index(after: mark)...]) {
            return try DirectionRecord.eigenvector(
                number, of: String(file[..<mark]), tensors: tensors, storage: storage)
        }
        // A checkpoint is a direction, too: its parameters without what is beside them.
        let buffers = Set(weights.layout.buffers.map(\.name))
        return try DirectionRecord.read(
            file, tensors: tensors, storage: storage, onPartial: onPartial,
            leavingOut: { buffers.contains($0) || $0.hasPrefix(Weights.optimizerPrefix) })
    }

    private func direction(
        _ raw: ParameterVector, source: String, of experiment: Experiment
    ) throws -> Direction {
        try experiment.direction(
            raw, source: source, normalization: options.normalize,
            includesVectors: options.includeBiasesAndNorms)
    }
}
