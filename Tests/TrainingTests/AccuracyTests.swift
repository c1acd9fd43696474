import Golden
import PublishedNetworks
import Testing
import Training

/// The published networks on all test images.
@Suite struct AccuracyTests {
    private func record(_ name: String) throws -> [String: Any] {
        let checkpoints = try Golden.json("checkpoint_accuracy.json").objects("checkpoints")
        let checkpoint = try #require(checkpoints.first { $0["arch"] as? String == name })
        return try #require(checkpoint["test_batch.bin"] as? [String: Any])
    }

    @Test(
        "Published weights reach the recorded accuracy (needs ../shared/data)", .needsData,
        arguments: ["resnet20", "resnet56"])
    func publishedWeightsReachTheRecordedAccuracy(name: String) throws {
        let sample = try PublishedNetwork(name, golden: record(name))
        let objective = try sample.objective(.single, count: sample.images.count) {
            $0.workers = 2
        }
        let evaluation = try objective.evaluate(at: sample.weights.vector)
        let correct = evaluation.isCorrect.count { $0 }
        #expect(correct == Int(try sample.golden.number("correct")))
        let top5 = (evaluation.metrics.top5Accuracy * Double(evaluation.count)).rounded()
        #expect(top5 == (try sample.golden.number("correct_top5")))
        #expect(
            deviation(evaluation.negativeLogLikelihood, try sample.golden.number("nll")) < 1e-5)
    }
}
