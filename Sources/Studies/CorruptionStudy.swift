import Datasets
import Execution
import Foundation
import Networks
import Randomness
import Robustness
import Storage
import Training

/// Where corrupted images come from.
public protocol CorruptedImages: Sendable {
    /// What it is called in files.
    var origin: String { get }

    /// The grey levels `[channels, height, width]` of images under a corruption, by the image's number.
    ///
    /// - Throws: where there are none.
    func set(
        _ corruption: Corruption, severity: Int, of images: LabelledImages
    ) throws -> @Sendable (_ index: Int) -> [UInt8]
}

/// Images corrupted by this program: each is a function of the seed, its number and the set.
public struct MadeCorruptions: CorruptedImages {
    private let stream: RandomStream

    public init(seed: UInt64) { stream = RandomStream(seed: seed, name: "corruption") }

    public let origin = "made"

    public func set(
        _ corruption: Corruption, severity: Int, of images: LabelledImages
    ) throws -> @Sendable (_ index: Int) -> [UInt8] {
        let (channels, height, width) = (images.channels, images.height, images.width)
        return { [stream] index in
            corruption.corrupted(
                images.levels(index), channels: channels, height: height, width: width,
                severity: severity, stream.substream(index))
        }
    }
}

/// The folder of CIFAR-10-C or CIFAR-100-C: `NAME.npy` `[5 N, height, width, channels]`, the severities
/// one after the other.
public struct StoredCorruptions: CorruptedImages {
    public let folder: String

    public init(_ folder: String) { self.folder = folder }

    public var origin: String { folder }

    public func set(
        _ corruption: Corruption, severity: Int, of images: LabelledImages
    ) throws -> @Sendable (_ index: Int) -> [UInt8] {
        let path = folder + "/" + corruption.name + ".npy"
        let array = try NumpyArray.read(path)
        let shape = [images.height, images.width, images.channels]
        let total = Corruption.severities.count * images.count
        guard array.shape == [total] + shape, array.elementType == .uint8 else {
            throw StorageError(
                .mismatch, file: path,
                problem: "holds \(array.shape) instead of bytes \([total] + shape)",
                remedy: "name the folder that belongs to --data and its --split")
        }
        let (size, plane) = (images.imageSize, images.height * images.width)
        let channels = images.channels
        let first = (severity - 1) * images.count
        return { index in
            let start = (first + index) * size
            return (0..<size).map { value in
                array.bytes[start + value % plane * channels + value / plane]
            }
        }
    }
}

/// A network on corrupted images: the clean ones are the first item, then each set.
public struct CorruptionStudy: Study {
    public let header: CorruptionResult
    private let evaluation: (_ set: Int?) throws -> Evaluation
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }

    /// A study of which nothing has been measured yet.
    ///
    /// - Parameter evaluation: what the network says about a set of `header.sets`, or the clean images.
    public init(
        _ header: CorruptionResult, evaluation: @escaping (_ set: Int?) throws -> Evaluation
    ) {
        (self.header, self.evaluation) = (header, evaluation)
    }

    public var itemCount: Int { header.sets.count + 1 }
    public var valuesPerItem: Int { CorruptionResult.metricCount + header.exampleCount }
    public var settings: [String: String] { ["study": "corrupted images, \(header.origin)"] }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let evaluation = try evaluation(item == 0 ? nil : item - 1)
        let metrics = evaluation.metrics
        let numbers = [
            metrics.negativeLogLikelihood, metrics.brier, metrics.expectedCalibrationError,
            metrics.signedCalibrationError,
        ]
        return (
            numbers + evaluation.isCorrect.map { $0 ? 1 : 0 }, header.name(ofItem: item)
        )
    }
}

extension Experiment {
    /// The study of the network on corrupted images.
    ///
    /// - Throws: `DatasetError` where examples are not plain images of grey levels.
    public func corruptions(
        _ corruptions: [Corruption] = Corruption.all,
        severities: [Int] = Array(Corruption.severities), from source: any CorruptedImages
    ) throws -> CorruptionStudy {
        let examples = examples
        let levels = try GreyLevels(examples)
        let objective = try objective()
        let header = CorruptionResult(
            corruptions, severities: severities, origin: source.origin,
            exampleCount: examples.count, seed: seed)
        var study = CorruptionStudy(header) { set in
            defer { objective.change = nil }
            if let set {
                let row = header.sets[set]
                let chosen = corruptions[set / severities.count]
                let images = try source.set(chosen, severity: row.severity, of: examples.images)
                objective.change = ImageChange { position, _ in
                    levels.normalized(images(examples.example(position).index))
                }
            }
            return try objective.evaluate(at: weights.vector) { _ in }
        }
        study.foresee = { try memory(of: objective, for: LikelihoodQuestion(), vectors: 1) }
        return study
    }
}
