import Datasets
import Golden
import Networks
import Testing
import Training

/// The published networks on all test images.
@Suite struct AccuracyTests {
    private func record(_ name: String) throws -> [String: Any] {
        let checkpoints = try Golden.json("checkpoint_accuracy.json").objects("checkpoints")
        let checkpoint = try #require(checkpoints.first { $0["arch"] as? String == name })
        return try #require(checkpoint["test_batch.bin"] as? [String: Any])
    }

    @Test(.enabled(if: Golden.isPresent), arguments: ["resnet20", "resnet56"])
    func publishedWeightsReachTheRecordedAccuracy(name: String) throws {
        let golden = try record(name)
        let file = name == "resnet20" ? "resnet20-12fca82f.th" : "resnet56-4bfd9763.th"
        let network = try ModelRegistry.network(name)
        let weights = try Weights(
            network, file: Golden.file("data/checkpoints/\(file)").path)
        let images = try DataSource("cifar10:" + Golden.file("data/cifar10").path).load(.test)
        let examples = try ExampleSet<Float>(
            images, indices: Array(0..<images.count), options: ExampleOptions(),
            normalization: .imagenet)
        var options = ObjectiveOptions()
        options.threads = 2
        let evaluation = try Objective(
            network, examples: examples, weights: weights, options: options
        ).evaluate(at: weights.vector)
        let correct = evaluation.isCorrect.count { $0 }
        #expect(correct == Int(try golden.number("correct")))
        let top5 = (evaluation.metrics.top5Accuracy * Double(evaluation.count)).rounded()
        #expect(top5 == (try golden.number("correct_top5")))
        #expect(
            deviation(evaluation.negativeLogLikelihood, try golden.number("nll")) < 1e-5)
    }
}
