import Golden
import Testing
import Training

@Suite struct MetricsTests {
    /// Logits by the rule that a case describes.
    private func logits(_ description: String, count: Int, classes: Int) throws -> [Double] {
        let parts = description.split(separator: "'")
        let scale = try #require(
            parts[0].split(separator: " ").last.flatMap { Double($0.prefix { $0 != "*" }) })
        var values = HashFill.symmetric(String(parts[1]), count: count * classes)
            .map { $0 * scale }
        if parts[1] == "logits:missing" {
            for row in 0..<count { values[row * classes + 3] = -100 }
        }
        return values
    }

    @Test func paperCompatibleFormMatchesOriginal() throws {
        // Cases of several passes are means of probabilities, which logits cannot stand for.
        let cases = try Golden.json("metrics.json").objects("cases")
            .filter { $0["n_ff"] as? Int == 1 }
        #expect(cases.count == 18)
        for golden in cases {
            let name = golden["name"] as? String ?? ""
            let (count, classes) = (Int(try golden.number("n")), Int(try golden.number("classes")))
            let targets = try golden.numbers("labels").map { Int($0) }
            let logits = try logits(
                golden["description"] as? String ?? "", count: count, classes: classes)
            var labels = [Double](repeating: 0, count: count * classes)
            for (row, target) in targets.enumerated() { labels[row * classes + target] = 1 }
            let losses = (0..<count).map { row in
                crossEntropy(Array(logits[row * classes..<(row + 1) * classes]), targets[row])
            }
            let evaluation = Evaluation(
                classCount: classes, exampleLosses: losses, logits: logits, labels: labels)
            var measurement = MetricsMeasurement()
            measurement.isPaperCompatible = true
            measurement.batchSize = Int(try golden.number("batch_size"))
            measurement.bins = try golden.numbers("count_bin").count
            let metrics = evaluation.metrics(measurement)
            func check(_ value: Double, _ key: String, _ place: Int? = nil) throws {
                let expected =
                    try place.map { try golden.numbers(key)[$0] } ?? golden.number(key)
                #expect(abs(value - expected) < 1e-12, "\(name) \(key)")
            }
            let last = try #require(try golden.numbers("cutoffs").firstIndex(of: 0.9))
            try check(metrics.accuracy, "acc", 0)
            try check(metrics.accuracy90, "acc", last)
            try check(metrics.unconfidence, "unc", 0)
            try check(metrics.unconfidence90, "unc", last)
            try check(metrics.intersectionOverUnion, "iou", 0)
            try check(metrics.intersectionOverUnion90, "iou", last)
            try check(metrics.frequency, "freq", 0)
            try check(metrics.frequency90, "freq", last)
            try check(metrics.brier, "brier")
            try check(metrics.expectedCalibrationError, "ece")
            try check(metrics.signedCalibrationError, "ecse")
            // Where softmax underflows, the original ranks equal zeros and takes the log of zero.
            if name != "saturated" { try check(metrics.top5Accuracy, "top5") }
            if !name.contains("soft"), !name.contains("smoothing"), name != "saturated" {
                try check(metrics.negativeLogLikelihood, "nll")
            }
        }
    }

    @Test("Several passes are the mean of their probabilities, as in the original")
    func passesMatchOriginal() throws {
        let cases = try Golden.json("metrics.json").objects("cases")
            .filter { $0["n_ff"] as? Int == 3 }
        #expect(cases.count == 2)
        for golden in cases {
            let (count, classes) = (Int(try golden.number("n")), Int(try golden.number("classes")))
            let targets = try golden.numbers("labels").map { Int($0) }
            let plain = try logits(
                golden["description"] as? String ?? "", count: count, classes: classes)
            var labels = [Double](repeating: 0, count: count * classes)
            for (row, target) in targets.enumerated() { labels[row * classes + target] = 1 }
            // The first call is that which finds the shape.
            let members = (1...3).map { call in
                let noise = HashFill.symmetric("noise:\(call)", count: count * classes)
                let values = zip(plain, noise).map { $0 + 0.5 * $1 }
                return Evaluation(
                    classCount: classes,
                    exampleLosses: (0..<count).map { row in
                        crossEntropy(
                            Array(values[row * classes..<(row + 1) * classes]), targets[row])
                    }, logits: values, labels: labels)
            }
            var measurement = MetricsMeasurement()
            measurement.isPaperCompatible = true
            let metrics = Evaluation.mean(of: members).metrics(measurement)
            for (value, key) in [
                (metrics.negativeLogLikelihood, "nll"), (metrics.brier, "brier"),
                (metrics.top5Accuracy, "top5"), (metrics.expectedCalibrationError, "ece"),
                (metrics.signedCalibrationError, "ecse"),
            ] {
                #expect(abs(value - (try golden.number(key))) < 1e-9, "\(key)")
            }
            for (values, key) in [
                ([metrics.accuracy, metrics.accuracy90], "acc"),
                ([metrics.unconfidence, metrics.unconfidence90], "unc"),
                ([metrics.intersectionOverUnion, metrics.intersectionOverUnion90], "iou"),
                ([metrics.frequency, metrics.frequency90], "freq"),
            ] {
                for (ours, theirs) in zip(values, try golden.numbers(key)) {
                    #expect(abs(ours - theirs) < 1e-9, "\(key)")
                }
            }
        }
    }

    @Test func rightFormByHand() {
        // Two certain examples, one of them wrong; one uncertain and right.
        let metrics = MetricsMeasurement().metrics(
            probabilities: [0.95, 0.05, 0.92, 0.08, 0.4, 0.6], targets: [0, 1, 1],
            exampleLosses: [1, 2, 6], classCount: 2)
        #expect(metrics.negativeLogLikelihood == 3)
        #expect(abs(metrics.accuracy - 2.0 / 3) < 1e-15)
        #expect(metrics.accuracy90 == 0.5)
        #expect(metrics.unconfidence == 0)
        #expect(metrics.unconfidence90 == 0)
        #expect(metrics.intersectionOverUnion == 0.5)
        #expect(metrics.frequency == 1)
        #expect(abs(metrics.frequency90 - 2.0 / 3) < 1e-15)
        let brier = (2 * 0.05 * 0.05 + 2 * 0.92 * 0.92 + 2 * 0.4 * 0.4) / 3
        #expect(abs(metrics.brier - brier) < 1e-15)
        let calibration = (2.0 / 3) * (0.935 - 0.5) + (1.0 / 3) * 0.4
        #expect(abs(metrics.expectedCalibrationError - calibration) < 1e-14)
        let signed = (2.0 / 3) * (0.935 - 0.5) - (1.0 / 3) * 0.4
        #expect(abs(metrics.signedCalibrationError - signed) < 1e-14)
    }

    @Test func examplesThatAreNotNumbersAreWrong() {
        let evaluation = Evaluation(
            classCount: 2, exampleLosses: [.nan, 1], logits: [.nan, 1, 2, 1],
            labels: [1, 0, 1, 0])
        #expect(evaluation.predictions == [-1, 0])
        #expect(evaluation.metrics.accuracy == 0.5)
        #expect(evaluation.metrics.top5Accuracy == 0.5)
        #expect(evaluation.metrics.negativeLogLikelihood.isNaN)
        #expect(evaluation.metrics.brier.isNaN)
    }

    @Test func nothingToShareIsNotANumber() {
        let metrics = MetricsMeasurement().metrics(
            probabilities: [0.6, 0.4], targets: [0], exampleLosses: [1], classCount: 2)
        #expect(metrics.accuracy90.isNaN)
        #expect(metrics.unconfidence90.isNaN)
        #expect(metrics.intersectionOverUnion90.isNaN)
    }
}
