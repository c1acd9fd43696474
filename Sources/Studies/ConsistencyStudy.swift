import Datasets
import Execution
import Foundation
import Robustness
import Storage
import Training

/// A network along sequences of images: perturbations are items.
public struct ConsistencyStudy: Study {
    public let header: ConsistencyResult
    private let sequences: (_ perturbation: String) throws -> [SequenceConsistency]

    /// A study of which nothing has been measured yet.
    ///
    /// - Parameter sequences: how steady the network is along each sequence of a perturbation.
    public init(
        _ header: ConsistencyResult,
        sequences: @escaping (_ perturbation: String) throws -> [SequenceConsistency]
    ) {
        (self.header, self.sequences) = (header, sequences)
    }

    public var itemCount: Int { header.perturbations.count }
    public var valuesPerItem: Int { 3 * header.sequenceCount }
    public var settings: [String: String] { ["study": "sequences of \(header.origin)"] }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let name = header.name(ofItem: item)
        let values = try sequences(name).flatMap { [$0.consistency, $0.crossEntropy, $0.flips] }
        return (values, name)
    }
}

extension Experiment {
    /// The study of the network along sequences, files `NAME.npy` of bytes
    /// `[sequences, frames, height, width, channels]` as CIFAR-10-P has them.
    ///
    /// A sequence belongs to the chosen image of its number, of which nothing but the number is taken.
    ///
    /// - Throws: `StorageError` where the folder has no such file; `DatasetError`.
    public func consistency(alongSequencesIn folder: String) throws -> ConsistencyStudy {
        let found = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }.sorted()
        guard !found.isEmpty else {
            throw StorageError(
                .missing, file: folder, problem: "has no sequences, files NAME.npy",
                remedy: "name the folder of CIFAR-10-P")
        }
        let levels = try GreyLevels(examples)
        let objective = try objective()
        let images = examples.images
        let header = ConsistencyResult(
            found, origin: folder, sequenceCount: examples.count, seed: seed)
        return ConsistencyStudy(header) { name in
            defer { objective.change = nil }
            let path = "\(folder)/\(name).npy"
            let array = try NumpyArray.read(path)
            let shape = [images.height, images.width, images.channels]
            guard array.shape.count == 5, Array(array.shape[2...]) == shape, array.shape[1] > 1,
                array.elementType == .uint8, (examples.indices.max() ?? 0) < array.shape[0]
            else {
                throw StorageError(
                    .mismatch, file: path,
                    problem: "holds \(array.shape) instead of bytes [sequences, frames] + \(shape)",
                    remedy: "choose fewer images with --first, or name the folder that fits")
            }
            let (frames, size) = (array.shape[1], images.imageSize)
            var logits = [[Double]](repeating: [], count: examples.count)
            for frame in 0..<frames {
                let examples = examples
                objective.change = ImageChange { position, _ in
                    let start = (examples.example(position).index * frames + frame) * size
                    return levels.normalized(channelsLast: array.bytes[start..<start + size])
                }
                let evaluation = try objective.evaluate(at: weights.vector) { _ in }
                for (place, own) in logits.indices.enumerated() {
                    let row = place * network.classes
                    logits[own] += evaluation.logits[row..<row + network.classes]
                }
            }
            return logits.map {
                SequenceConsistency(
                    logits: $0, classCount: network.classes, isNoise: name.contains("noise"))
            }
        }
    }
}

/// Grey levels as a network takes them.
struct GreyLevels: Sendable {
    /// By channel and level.
    private let table: [[Double]]
    private let plane: Int

    /// - Throws: `DatasetError` where examples are not plain images of grey levels.
    init(_ examples: ExampleSet) throws {
        guard let normalization = examples.normalization else {
            throw DatasetError.invalidOption(
                name: "--data", value: examples.images.source,
                reason: "what is measured is made of grey levels; give images as uint8")
        }
        guard examples.options.augmentation == .none, !examples.options.mixing.isOn,
            examples.options.draws == 1
        else {
            throw DatasetError.invalidOption(
                name: "--augment", value: examples.options.augmentation.text,
                reason: "images are measured as they are; leave it, --draws and mixing out")
        }
        plane = examples.images.height * examples.images.width
        table = (0..<examples.images.channels).map { channel in
            (0..<256).map { level in
                (Double(level) / 255 - normalization.mean[channel])
                    / normalization.standardDeviation[channel]
            }
        }
    }

    /// The inputs of levels `[channels, height, width]`.
    func normalized(_ levels: [UInt8]) -> [Double] {
        levels.enumerated().map { place, level in table[place / plane][Int(level)] }
    }

    /// The inputs `[channels, height, width]` of levels `[height, width, channels]`.
    func normalized(channelsLast levels: ArraySlice<UInt8>) -> [Double] {
        let channels = table.count
        return (0..<levels.count).map { place in
            let (channel, pixel) = place.quotientAndRemainder(dividingBy: plane)
            return table[channel][Int(levels[levels.startIndex + pixel * channels + channel])]
        }
    }
}
