import Foundation
import Golden
import Randomness
import Testing

@testable import Datasets

@Suite("Soft labels") struct LabelMixingTests {
    private func examples(
        _ labels: [Int], pixels: [Double], shape: [Int], smoothing: Double, classes: Int = 10
    ) throws -> ExampleSet {
        let images = try LabelledImages(
            pixels: .doubles(pixels), shape: [labels.count] + shape, labels: .classes(labels),
            classNames: (0..<classes).map(String.init), source: "test")
        var options = ExampleOptions()
        options.labelSmoothing = smoothing
        options.batchSize = labels.count
        return try ExampleSet(
            images, indices: Array(0..<labels.count), options: options, normalization: nil)
    }

    private func mixed(_ examples: ExampleSet, _ mixture: Mixture) -> Minibatch<Double> {
        var result = Minibatch<Double>(images: [], labels: [], indices: [], draws: [])
        examples.fill(&result, 0..<examples.count) { _ in mixture }
        return result
    }

    private func expectEqual(_ actual: [Double], _ expected: [Double]) {
        #expect(actual.count == expected.count)
        for (a, b) in zip(actual, expected) where abs(a - b) > 1e-14 {
            Issue.record("\(a) is not \(b)")
        }
    }

    @Test("Mixup labels") func mixupTargets() throws {
        let cases = try #require(Golden.json("optim.json")["mixup_target"] as? [[String: Any]])
        #expect(cases.count == 4)
        for entry in cases {
            let labels = try #require(entry["labels"] as? [Int])
            let lambda = try #require(Golden.number(entry["lam"]))
            let smoothing = try #require(Golden.number(entry["smoothing"]))
            let target = try #require(entry["target"] as? [[Double]])
            let set = try examples(
                labels, pixels: labels.map(Double.init), shape: [1, 1, 1], smoothing: smoothing)
            expectEqual(mixed(set, .mixup(lambda: lambda)).labels, target.flatMap { $0 })
        }
    }

    @Test("Mixed images and labels") func mixedImages() throws {
        let cases = try #require(Golden.json("optim.json")["mixup"] as? [[String: Any]])
        // The draws that the reference's note states for each case.
        let mixtures: [String: Mixture] = [
            "mixup": .mixup(lambda: 0.35), "mixup_when_both": .mixup(lambda: 0.6),
            "cutmix_when_both": .cutmix(
                CutBox(lambda: 0.6, row: 2, column: 7, height: 8, width: 8)),
            "cutmix_clipped": .cutmix(CutBox(lambda: 0.3, row: 0, column: 5, height: 8, width: 8)),
            "prob_0": .none,
        ]
        #expect(cases.count == mixtures.count)
        for entry in cases {
            let name = try #require(entry["name"] as? String)
            let mixture = try #require(mixtures[name])
            let arguments = try #require(entry["args"] as? [String: Any])
            let smoothing = try #require(Golden.number(arguments["label_smoothing"]))
            let set = try examples(
                [1, 3, 5, 7], pixels: HashFill.symmetric("mix:x", count: 4 * 3 * 8 * 8),
                shape: [3, 8, 8], smoothing: smoothing)
            let result = mixed(set, mixture)
            let target = try #require(entry["target"] as? [[Double]])
            expectEqual(result.labels, target.flatMap { $0 })
            let plane = try #require(entry["image_first_plane"] as? [Double])
            expectEqual(Array(result.images.prefix(64)), plane)
            let sum = try #require(Golden.number(entry["image_sum"]))
            #expect(abs(result.images.reduce(0, +) - sum) < 1e-11)
        }
    }

    @Test("CutMix boxes") func boxes() throws {
        let cases = try #require(Golden.json("optim.json")["cutmix_boxes"] as? [[String: Any]])
        #expect(cases.count == 7)
        for entry in cases {
            func integer(_ key: String) throws -> Int { try #require(entry[key] as? Int) }
            let box = CutBox(
                lambda: try #require(Golden.number(entry["lam"])), row: try integer("cy"),
                column: try integer("cx"), height: try integer("h"), width: try integer("w"))
            let sides = [
                box.rows.lowerBound, box.rows.upperBound, box.columns.lowerBound,
                box.columns.upperBound,
            ]
            #expect(sides == entry["box_yl_yh_xl_xh"] as? [Int])
            #expect(box.lambda == Golden.number(entry["lam_corrected"]))
        }
    }

    @Test(
        "Label smoothing gives the reference's loss",
        arguments: ["0.05", "0.1", "0.3"])
    func smoothing(share: String) throws {
        let losses = try #require(Golden.json("optim.json")["losses"] as? [String: Any])
        let labels = try #require(losses["labels"] as? [Int])
        let values = try #require(losses["label_smoothing"] as? [String: Any])
        let expected = try #require(Golden.number(values[share]))
        let logits = HashFill.symmetric("loss:logits", count: 30).map { 3 * $0 }
        let set = try examples(
            labels, pixels: labels.map(Double.init), shape: [1, 1, 1],
            smoothing: try #require(Double(share)), classes: 5)
        let targets = set.minibatch(0..<6, as: Double.self).labels
        var loss = 0.0
        for row in 0..<6 {
            let line = logits[row * 5..<row * 5 + 5]
            let normalizer = log(line.reduce(0) { $0 + exp($1) })
            for k in 0..<5 { loss += targets[row * 5 + k] * (normalizer - logits[row * 5 + k]) / 6 }
        }
        #expect(abs(loss - expected) < 1e-13)
    }

    @Test("Soft labels are smoothed and mixed as well") func softLabels() throws {
        let images = try LabelledImages(
            pixels: .floats([0, 1]), shape: [2, 1, 1, 1], labels: .soft([0.75, 0.25, 0.5, 0.5]),
            source: "test")
        #expect(images.classes == [0, 0])
        var options = ExampleOptions()
        options.labelSmoothing = 0.5
        options.batchSize = 2
        let set = try ExampleSet(
            images, indices: [0, 1], options: options, normalization: nil)
        expectEqual(set.minibatch(0..<2, as: Double.self).labels, [0.625, 0.375, 0.5, 0.5])
        expectEqual(mixed(set, .mixup(lambda: 0.25)).labels, [0.53125, 0.46875, 0.59375, 0.40625])
    }

    @Test("Beta draws have the right mean and variance", arguments: [0.05, 0.2, 0.8, 1, 4])
    func beta(alpha: Double) {
        let stream = RandomStream(seed: 5, name: "beta test")
        let count = 20_000
        var (sum, squares) = (0.0, 0.0)
        for draw in 0..<count {
            let value = stream.substream(draw).beta(alpha, alpha)
            #expect(value >= 0 && value <= 1)
            sum += value - 0.5
            squares += (value - 0.5) * (value - 0.5)
        }
        let variance = 1 / (4 * (2 * alpha + 1))
        // Five standard errors of the mean; the variance's own error is at most 1/4 of sqrt(1/n).
        #expect(abs(sum / Double(count)) < 5 * (variance / Double(count)).squareRoot())
        #expect(
            abs(squares / Double(count) - variance) < 5 * 0.25 / Double(count).squareRoot()
                * variance * 4)
    }

    @Test("Beta draws of unequal parameters") func skewedBeta() {
        let stream = RandomStream(seed: 6, name: "beta test")
        let mean = (0..<20_000).reduce(0.0) { $0 + stream.substream($1).beta(2, 6) } / 20_000
        // Variance 2·6 / (8²·9): a standard error of 0.0010.
        #expect(abs(mean - 0.25) < 0.006)
    }

    @Test("The kind of mixture follows the probabilities") func kinds() {
        let stream = RandomStream(seed: 1, name: "kinds")
        func counts(_ mixing: LabelMixing) -> [Int] {
            var counts = [0, 0, 0]
            for draw in 0..<1000 {
                switch mixing.draw(stream.substream(draw), height: 32, width: 32) {
                case .none: counts[0] += 1
                case .mixup: counts[1] += 1
                case .cutmix: counts[2] += 1
                }
            }
            return counts
        }
        #expect(counts(LabelMixing()) == [1000, 0, 0])
        #expect(counts(LabelMixing(mixup: 1)) == [0, 1000, 0])
        #expect(counts(LabelMixing(cutmix: 1)) == [0, 0, 1000])
        let both = counts(
            LabelMixing(mixup: 1, cutmix: 1, probability: 0.5, switchProbability: 0.2))
        #expect(abs(both[0] - 500) < 80 && abs(both[1] - 400) < 80 && abs(both[2] - 100) < 50)
    }
}
