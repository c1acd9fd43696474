import Execution
import Foundation
import Landscapes
import Randomness
import Records
import Spectra
import Training

/// Makes the directions that the command line asks for, and stores them on request.
struct DirectionSource {
    let options: DirectionOptions
    let seed: UInt64

    /// One direction per axis.
    ///
    /// - Throws: `UsageError` where the request makes no sense, `DirectionError` and
    ///   `StorageError` where a file does not fit the network or cannot be read.
    func directions(
        _ count: Int, for experiment: Experiment, report: Report
    ) throws -> [Direction] {
        let tensors = experiment.weights.layout.directionTensors
        let centre = experiment.weights.vector
        switch options.directions {
        case "random":
            return try (0..<count).map { number in
                try .gaussian(
                    number, seed: seed, weights: centre, tensors: tensors,
                    normalization: options.normalize ?? .filter,
                    includesVectors: options.includeBiasesAndNorms)
            }
        case "eigen":
            return try eigenvectors(count, of: experiment, report).enumerated().map {
                try direction($1, source: "eigenvector \($0)", centre, tensors)
            }
        default:
            let files = try CommaList.items(options.directions, flag: "--directions")
            guard files.count == count else {
                throw UsageError(
                    "--directions", options.directions,
                    "names \(files.count) of \(count) directions; give random, eigen, or one file"
                        + " per axis with a comma between them")
            }
            return try files.map { file in
                let name = URL(fileURLWithPath: file).lastPathComponent
                return try direction(
                    try stored(file, tensors: tensors), source: name, centre, tensors)
            }
        }
    }

    /// Stores the directions where that is asked for.
    func save(_ directions: [Direction], tensors: [DirectionTensor]) throws {
        guard let text = options.saveDirections else { return }
        let files = try CommaList.items(text, flag: "--save-directions")
        guard files.count == directions.count else {
            throw UsageError(
                "--save-directions", text,
                "names \(files.count) files for \(directions.count) directions; give one per axis"
                    + " with a comma between them")
        }
        for (file, direction) in zip(files, directions) {
            try DirectionRecord.write(file, direction, tensors: tensors)
        }
    }

    /// A flat vector from a file: tensors under their names, or eigenvector N of `FILE.h5#N`.
    func stored(_ file: String, tensors: [DirectionTensor]) throws -> [Double] {
        if let mark = file.lastIndex(of: "#"), let number = Int(file[file.index(after: mark)...]) {
            return try EigenvalueRecord.eigenvector(
                number, of: String(file[..<mark]), tensors: tensors)
        }
        return try DirectionRecord.read(file, tensors: tensors)
    }

    /// Directions that are not random are taken whole and as they are, unless asked otherwise.
    private func direction(
        _ raw: [Double], source: String, _ centre: [Double], _ tensors: [DirectionTensor]
    ) throws -> Direction {
        let normalization = options.normalize ?? .none
        return try Direction(
            raw, source: source, weights: centre, tensors: tensors, normalization: normalization,
            includesVectors: options.includeBiasesAndNorms || normalization == .none)
    }

    private func eigenvectors(
        _ count: Int, of experiment: Experiment, _ report: Report
    ) throws -> [[Double]] {
        let objective = try experiment.objective()
        let hessian = try objective.linearize(
            at: experiment.weights.vector, includingPenalty: true)
        let lanczos = Lanczos(
            largest: count, smallest: 0, tolerance: 1e-3, verification: .recurrence,
            stream: RandomStream(seed: seed, name: "directions"), keepsVectors: true)
        let result = try lanczos.eigenvalues(of: hessian)
        for pair in result.pairs {
            report.say(
                "eigenvector \(pair.rank): eigenvalue \(Readable.number(pair.value)), residual"
                    + " \(Readable.number(pair.residual))"
                    + (pair.converged ? "" : ", not converged"))
        }
        return result.pairs.compactMap(\.vector)
    }
}
