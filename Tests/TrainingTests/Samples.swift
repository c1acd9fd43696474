import Datasets
import Execution
import Foundation
import Networks
import Storage
import Training
import Golden

/// ResNet-20 with its published weights on 128 test images, as the reference numbers have it.
struct ResNet20Sample {
    let network: any Network
    let weights: Weights
    let images: LabelledImages
    let golden: [String: Any]

    init() throws {
        network = try ModelRegistry.network("resnet20")
        weights = try Weights(
            network, file: Golden.file("data/checkpoints/resnet20-12fca82f.th").path)
        images = try DataSource("cifar10:" + Golden.file("data/cifar10").path).load(.test)
        golden = try Golden.json("resnet20_cifar10.json")
    }

    func objective<Scalar: CPUScalar>(
        _ type: Scalar.Type, count: Int = 128, _ change: (inout ObjectiveOptions) -> Void = { _ in }
    ) throws -> Objective<Scalar> {
        var options = ObjectiveOptions()
        change(&options)
        let examples = try ExampleSet<Scalar>(
            images, indices: Array(0..<count), options: ExampleOptions(),
            normalization: .imagenet)
        return try Objective(network, examples: examples, weights: weights, options: options)
    }

    /// The vector of the reference Hessian product.
    var vector: [Double] {
        weights.layout.tensors.flatMap {
            HashFill.symmetric("v:" + $0.name, count: $0.count)
        }
    }

    func number(_ key: String) throws -> Double { try golden.number(key) }
}

extension [String: Any] {
    /// A number of a reference file.
    func number(_ key: String) throws -> Double {
        guard let number = Golden.number(self[key]) else { throw MissingKey(key: key) }
        return number
    }

    /// A list of numbers of a reference file.
    func numbers(_ key: String) throws -> [Double] {
        guard let list = self[key] as? [Any] else { throw MissingKey(key: key) }
        return list.map { Golden.number($0) ?? .nan }
    }

    /// A list of objects of a reference file.
    func objects(_ key: String) throws -> [[String: Any]] {
        guard let list = self[key] as? [[String: Any]] else { throw MissingKey(key: key) }
        return list
    }
}

/// A reference file lacks what a test asks for.
struct MissingKey: Error {
    let key: String
}

/// |a − b| relative to |b|, or absolute below `floor`.
func deviation(_ a: Double, _ b: Double, floor: Double = 1e-12) -> Double {
    abs(a - b) / max(abs(b), floor)
}

/// ‖a − b‖ relative to ‖b‖.
func deviation(_ a: [Double], _ b: [Double]) -> Double {
    VectorMath.norm(zip(a, b).map(-)) / max(VectorMath.norm(b), 1e-12)
}

/// A folder of its own that is removed with its last user.
final class Folder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("saddle-training-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
