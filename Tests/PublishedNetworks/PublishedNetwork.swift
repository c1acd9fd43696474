import Datasets
import Execution
import Golden
import Networks
import Training

/// A network with its published weights, the test images of CIFAR-10 and what is recorded of both.
public struct PublishedNetwork {
    /// The network.
    public let network: any Network
    /// Its published weights.
    public let weights: Weights
    /// All test images of CIFAR-10.
    public let images: LabelledImages
    /// The numbers that the original gave.
    public let golden: [String: Any]

    private static let files = [
        "resnet20": "resnet20-12fca82f.th", "resnet56": "resnet56-4bfd9763.th",
    ]

    /// Loads the published weights of the network called `name`.
    public init(_ name: String, golden: [String: Any]) throws {
        guard let file = Self.files[name] else { throw MissingKey(name) }
        network = try ModelRegistry.network(name)
        weights = try Weights(network, file: SharedData.file("checkpoints/\(file)").path)
        images = try DataSource("cifar10:" + SharedData.file("cifar10").path).load(.test)
        self.golden = golden
    }

    /// ResNet-20 with what was recorded on the first 128 images.
    public static func resnet20() throws -> PublishedNetwork {
        try PublishedNetwork("resnet20", golden: Golden.json("resnet20_cifar10.json"))
    }

    /// The objective over the first `count` images, with options as `change` leaves them.
    public func objective(
        _ precision: Precision, count: Int = 128, _ change: (inout ObjectiveOptions) -> Void = { _ in }
    ) throws -> Objective {
        var options = ObjectiveOptions()
        change(&options)
        let examples = try ExampleSet(
            images, indices: Array(0..<count), options: ExampleOptions(),
            normalization: .imagenet)
        return try Objective(
            network, examples: examples, weights: weights, options: options,
            machine: CPUMachine(precision: precision))
    }

    /// The flat vector whose tensors are streams called `prefix` + key.
    public func vector(
        _ prefix: String,
        _ stream: (String, Int) -> [Double] = { HashFill.symmetric($0, count: $1) }
    ) -> ParameterVector {
        ParameterVector(weights.layout.tensors.flatMap { stream(prefix + $0.name, $0.count) })
    }
}
