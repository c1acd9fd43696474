import Datasets
import Execution
import Foundation
import Networks
import Randomness
import ResultSamples
import Robustness
import Studies
import Testing
import Training

extension AnalysisTests {
    @Test func robustnessByFrequency() throws { try check(Samples.frequencyStudy()) }

    @Test func attacksStepByStep() throws { try check(Samples.adversarialStudy()) }

    @Test func consistency() throws { try check(Samples.consistencyStudy()) }

    @Test func corruptedImages() throws { try check(Samples.corruptionStudy()) }

    private func experiment(
        _ model: String, source: String = "synthetic:size=16,classes=10,count=10"
    ) throws -> Experiment {
        let network = try ModelRegistry.network(model)
        let images = try DataSource(source).load(.test)
        var options = ExampleOptions()
        options.batchSize = 4
        let examples = try ExampleSet(
            images, indices: Array(0..<10), options: options, normalization: .imagenet)
        return try Experiment(
            network, weights: Weights(network, seed: 1), examples: examples,
            machine: CPUMachine(precision: .double), seed: 5)
    }

    @Test("Gradients by images are those of differences", arguments: [
        "resnet,depth=8,width=4,size=16", "vit,size=16,patch=4,width=12,depth=1,heads=3",
        "swin_tiny,size=16,patch=2,window=2,width=12,depth=1-1,heads=1-2",
    ]) func imageGradients(_ model: String) throws {
        let experiment = try experiment(model)
        let objective = try experiment.objective()
        try objective.setExamples(2..<5)
        var gradients: [Double] = []
        try objective.ask(ImageGradientQuestion(), at: experiment.weights.vector) {
            gradients += try $0.rows(ImageGradientQuestion.gradient)
        }
        let size = 3 * 16 * 16
        #expect(gradients.count == 3 * size)
        let stream = RandomStream(seed: 2, name: "direction")
        let direction = (0..<3).map { stream.substream($0).gaussians(size) }
        func losses(_ factor: Double) throws -> [Double] {
            objective.change = ImageChange(adding: { position in
                direction[position - 2].map { factor * $0 }
            })
            defer { objective.change = nil }
            return try objective.evaluate(at: experiment.weights.vector).exampleLosses
        }
        let clean = try objective.evaluate(at: experiment.weights.vector).exampleLosses
        #expect(try losses(0) == clean)
        let step = 1e-5
        let (up, down) = (try losses(step), try losses(-step))
        for example in 0..<3 {
            let slope = zip(gradients[example * size..<(example + 1) * size], direction[example])
                .map { $0 * $1 }.reduce(0, +)
            let difference = (up[example] - down[example]) / (2 * step)
            #expect(abs(difference - slope) < 1e-6 * max(abs(slope), 0.01))
        }
    }

    @Test("The loss grows under attack, attacked images stay within bounds and bits repeat", arguments: AttackNorm.allCases)
    func adversarial(_ norm: AttackNorm) throws {
        let experiment = try experiment("resnet,depth=8,width=4,size=16")
        let epsilon = norm == .linf ? 8.0 / 255 : 0.5
        let attack = Attack(.pgd, norm: norm, epsilon: epsilon, stepSize: epsilon / 4, steps: 5)
        func measured() throws -> AdversarialResult {
            let study = try experiment.adversarial(attack)
            var result = study.header
            try result.assemble(
                (0..<study.itemCount).map { try study.measure($0, after: [])?.values })
            return result
        }
        let result = try measured()
        // Numbers that were not measured are NaN, which equals nothing.
        #expect(try "\(result)" == "\(measured())")
        #expect(result.measuredCount == 10 && result.steps.count == 6)
        let losses = result.steps.map(\.outcome.negativeLogLikelihood)
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 < $1 })
        #expect(try #require(losses.last) > result.clean.negativeLogLikelihood + 0.01)
        // The clean images are those of an evaluation.
        let evaluation = try experiment.objective().evaluate(at: experiment.weights.vector)
        #expect(
            abs(result.clean.negativeLogLikelihood - evaluation.negativeLogLikelihood) < 1e-12)
        #expect(result.clean.accuracy.value == evaluation.metrics.accuracy)
    }

    @Test("A perturbation through a ring changes what one added by hand changes")
    func frequencies() throws {
        let experiment = try experiment("vit,size=16,patch=4,width=12,depth=1,heads=3")
        let attacks = [Attack(.random, epsilon: 0.7), Attack(.fgsm, epsilon: 0.7)]
        let study = try experiment.frequencyRobustness(attacks, frequencies: [0.2, 0.8])
        var result = study.header
        try result.assemble(
            (0..<study.itemCount).map { try study.measure($0, after: [])?.values })
        #expect(result.measuredCount == 10)
        let objective = try experiment.objective()
        let filter = RingFilter(
            FrequencyRing(frequency: 0.8 * Double.pi), height: 16, width: 16)
        let stream = RandomStream(seed: 5, name: "attack")
        objective.change = ImageChange(adding: {
            filter.filtered(attacks[0].start(3 * 256, stream.substream($0)))
        })
        let noisy = try objective.evaluate(at: experiment.weights.vector)
        let row = try #require(result.rings.last)
        #expect(abs(row.random.negativeLogLikelihood - noisy.negativeLogLikelihood) < 1e-12)
        #expect(row.random.accuracy.value == noisy.metrics.accuracy)
        #expect(row.fgsm.negativeLogLikelihood > result.clean.negativeLogLikelihood)
        #expect(row.pgd.negativeLogLikelihood.isNaN)
    }

    @Test("Corrupted sets are the images that are stored, by seed or from CIFAR-10-C's files")
    func corruptions() throws {
        let experiment = try experiment("resnet,depth=8,width=4,size=16")
        let chosen = Corruption.all.filter { ["fog", "jpeg_compression"].contains($0.name) }
        func measured(_ source: any CorruptedImages) throws -> CorruptionResult {
            let study = try experiment.corruptions(chosen, severities: [2, 5], from: source)
            var result = study.header
            try result.assemble(
                (0..<study.itemCount).map { try study.measure($0, after: [])?.values })
            return result
        }
        let made = try measured(MadeCorruptions(seed: 5))
        #expect(try "\(made)" == "\(measured(MadeCorruptions(seed: 5)))")
        #expect(made.sets.count == 4 && made.means.count == 2)
        let error = made.sets.reduce(0) { $0 + 1 - $1.accuracy.value } / 4
        #expect(abs(made.meanCorruptionError - error) < 1e-12)

        // The same images as files of the benchmark, channels last, all severities.
        let scratch = try Scratch()
        let images = experiment.examples.images
        for corruption in chosen {
            var bytes: [UInt8] = []
            for severity in Corruption.severities {
                let image = try MadeCorruptions(seed: 5).set(
                    corruption, severity: severity, of: images)
                for index in 0..<images.count {
                    let planes = image(index)
                    for pixel in 0..<256 {
                        for channel in 0..<3 { bytes.append(planes[channel * 256 + pixel]) }
                    }
                }
            }
            let file = scratch.folder.appendingPathComponent(corruption.name + ".npy")
            try Data(Self.numpy(bytes, shape: [5 * images.count, 16, 16, 3])).write(to: file)
        }
        var read = try measured(StoredCorruptions(scratch.folder.path))
        read.origin = made.origin
        #expect("\(read)" == "\(made)")
    }

    @Test("Sequences are read frame by frame, channels last")
    func sequences() throws {
        let experiment = try experiment("resnet,depth=8,width=4,size=16")
        let scratch = try Scratch()
        let images = experiment.examples.images
        // The frames of a sequence are the images from its own number on.
        let bytes = (0..<images.count).flatMap { sequence in
            (0..<3).flatMap { frame -> [UInt8] in
                let planes = images.levels((sequence + frame) % images.count)
                return (0..<256).flatMap { pixel in
                    (0..<3).map { planes[$0 * 256 + pixel] }
                }
            }
        }
        let file = scratch.folder.appendingPathComponent("tilt.npy")
        try Data(Self.numpy(bytes, shape: [images.count, 3, 16, 16, 3])).write(to: file)
        let study = try experiment.consistency(alongSequencesIn: scratch.folder.path)
        var result = study.header
        try result.assemble([try study.measure(0, after: [])?.values])
        let evaluation = try experiment.objective().evaluate(at: experiment.weights.vector)
        let expected = (0..<images.count).map { sequence -> Double in
            let said = (0..<3).map { evaluation.predictions[(sequence + $0) % images.count] }
            return Double(zip(said, said.dropFirst()).count { $0 != $1 }) / 2
        }
        let mean = expected.reduce(0, +) / Double(images.count)
        let row = try #require(result.perturbations.first)
        #expect(row.perturbation == "tilt" && abs(row.flips.value - mean) < 1e-12)
        #expect(abs(result.meanFlips - mean) < 1e-12)
    }

    private static func numpy(_ bytes: [UInt8], shape: [Int]) -> [UInt8] {
        let list = shape.map(String.init).joined(separator: ", ")
        var header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(list)), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + bytes
    }
}
