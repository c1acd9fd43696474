import Datasets
import Execution
import Golden
import Networks
import Testing
import Training

@Suite struct BatchNormTests {
    private func objective(
        _ mode: BatchNormMode, count: Int = 16, batchSize: Int? = nil, workers: Int = 1
    ) throws -> (Objective, ParameterVector) {
        let network = try ModelRegistry.network("resnet,depth=8,size=8,width=4")
        let images = try DataSource("synthetic:classes=10,size=8,count=64").load(.train)
        let examples = try ExampleSet(
            images, indices: Array(0..<count), options: ExampleOptions(),
            normalization: ChannelNormalization(measuring: images))
        let weights = try Weights(network, seed: 3)
        var options = ObjectiveOptions()
        options.batchNorm = mode
        options.batchSize = batchSize
        options.workers = workers
        return (
            try Objective(network, examples: examples, weights: weights, options: options,
                machine: CPUMachine(precision: .double)),
            weights.vector
        )
    }

    @Test func batchModeHessianAgreesWithDifferencesAndShards() throws {
        let (one, w) = try objective(.batch, batchSize: 8)
        let (two, _) = try objective(.batch, batchSize: 8, workers: 2)
        let v = ParameterVector(w.indices.map { Double(($0 * 7919) % 13 - 6) / 6 })
        let hessian = try one.linearize(at: w)
        let product = try hessian.apply(v)
        let step = 1e-5
        let (up, down) = (
            try one.gradient(at: ParameterVector(zip(w, v).map { $0 + step * $1 })).gradient,
            try one.gradient(at: ParameterVector(zip(w, v).map { $0 - step * $1 })).gradient
        )
        let difference = zip(up, down).map { ($0 - $1) / (2 * step) }
        #expect(deviation(product, difference) < 1e-5)
        let other = try two.linearize(at: w)
        #expect(deviation(try other.gradient(), try hessian.gradient()) < 1e-11)
        #expect(deviation(try other.apply(v), product) < 1e-11)
        // The mean over two minibatches of 8.
        try two.setExamples(0..<8)
        let first = try two.gradient(at: w)
        try two.setExamples(8..<16)
        let second = try two.gradient(at: w)
        let mean = zip(first.gradient, second.gradient).map { ($0 + $1) / 2 }
        #expect(deviation(mean, try hessian.gradient()) < 1e-11)
        #expect(throws: ObjectiveError.unevenBatches(count: 12, batchSize: 8)) {
            try two.setExamples(0..<12)
        }
    }

    @Test func oneWholeBatchRecalibratedIsBatchMode() throws {
        let (batch, w) = try objective(.batch)
        let (recalibrated, _) = try objective(.recalibrated, workers: 2)
        let (running, _) = try objective(.running)
        let expected = try batch.evaluate(at: w)
        let found = try recalibrated.evaluate(at: w)
        // Running variances are unbiased, those of the batch are not: 1 part in 1000 here.
        #expect(deviation(found.logits, expected.logits) < 2e-2)
        #expect(deviation(try running.evaluate(at: w).logits, expected.logits) > 5e-2)
    }

    @Test func recalibrationAveragesTheMomentsOfMinibatches() throws {
        let network = try ModelRegistry.network("resnet,depth=8,size=8,width=4")
        let images = try DataSource("synthetic:classes=10,size=8,count=64").load(.train)
        let examples = try ExampleSet(
            images, indices: Array(0..<20), options: ExampleOptions(),
            normalization: ChannelNormalization(measuring: images))
        let weights = try Weights(network, seed: 3)
        let buffers = try [1, 2].map { workers in
            try BatchNormRecalibration(
                network, examples: examples, positions: 0..<20, layout: weights.layout,
                batchSize: 8, workers: workers, machine: CPUMachine(precision: .double)
            ).buffers(at: weights.vector, from: weights.buffers)
        }
        // The first convolution by hand, on the two whole minibatches.
        let filters = try #require(weights["conv1.weight"])
        for channel in 0..<4 {
            var (means, variances): ([Double], [Double]) = ([], [])
            for start in [0, 8] {
                let pixels = examples.minibatch(start..<start + 8, as: Double.self).images
                var values: [Double] = []
                for image in 0..<8 {
                    for place in 0..<64 {
                        var sum = 0.0
                        for tap in 0..<27 {
                            let (y, x) = (place / 8 + tap % 9 / 3 - 1, place % 8 + tap % 3 - 1)
                            guard (0..<8).contains(y), (0..<8).contains(x) else { continue }
                            sum += filters[channel * 27 + tap]
                                * pixels[((image * 3 + tap / 9) * 8 + y) * 8 + x]
                        }
                        values.append(sum)
                    }
                }
                let mean = values.reduce(0, +) / 512
                means.append(mean)
                variances.append(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 511)
            }
            for own in buffers {
                let mean = try #require(own["bn1.running_mean"])[channel]
                let variance = try #require(own["bn1.running_var"])[channel]
                #expect(deviation(mean, (means[0] + means[1]) / 2, floor: 1e-3) < 1e-11)
                #expect(deviation(variance, (variances[0] + variances[1]) / 2) < 1e-11)
            }
        }
        for (name, values) in buffers[0] {
            #expect(deviation(try #require(buffers[1][name]), values) < 1e-11, "\(name)")
        }
    }

    @Test func capturesAreTheOutputsOfUnits() throws {
        let (objective, w) = try objective(.running, count: 7, workers: 2)
        let last = try #require(try objective.units().last)
        let logits = try objective.evaluate(at: w).logits
        var seen = 0..<0
        try objective.ask(CaptureQuestion([last.name]), at: w) { answer in
            let rows = try answer.rows(last.name)
            seen = answer.positions
            #expect(rows == logits)
        }
        #expect(seen == 0..<7)
        #expect(throws: NetworkError.self) {
            try objective.ask(CaptureQuestion(["no such unit"]), at: w) { _ in }
        }
    }

    @Test func lesionsChangeTheLoss() throws {
        let (whole, w) = try objective(.running)
        let units = try whole.units()
        let target = try #require(units.first { $0.isResidual })
        let lesioned = try whole.removing([target.index])
        #expect(try lesioned.evaluate(at: w).logits != whole.evaluate(at: w).logits)
        let stem = try #require(units.first { !$0.isResidual })
        #expect(throws: NetworkError.self) { try whole.removing([stem.index]) }
    }
}
