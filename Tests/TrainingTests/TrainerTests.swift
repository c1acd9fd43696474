import Autodiff
import Datasets
import Execution
import Foundation
import Golden
import Networks
import Randomness
import Storage
import Testing
import Training

@Suite struct TrainerTests {
    private func trainer(
        _ precision: Precision, model: String, options: TrainerOptions, seed: UInt64 = 1
    ) throws -> Trainer {
        let network = try ModelRegistry.network(model)
        let images = try DataSource("synthetic:classes=10,size=16,count=256").load(.train)
        var chosen = ExampleOptions()
        chosen.augmentation = .standard
        chosen.labelSmoothing = 0.1
        let examples = try ExampleSet(
            images, indices: Array(0..<256), options: chosen,
            normalization: ChannelNormalization(measuring: images))
        return try Trainer(
            network, examples: examples, weights: Weights(network, seed: seed), options: options,
            machine: CPUMachine(precision: precision))
    }

    private var convolutional: String { "resnet,depth=8,size=16" }
    private var transformer: String {
        "vit,size=16,patch=4,width=24,depth=2,heads=3,drop_path=0.1"
    }

    private var options: TrainerOptions {
        var options = TrainerOptions()
        options.batchSize = 64
        options.workers = 2
        options.schedule = Schedule(
            base: 0.05, course: .cosine(minimum: 0), epochs: 5, warmUpEpochs: 1)
        return options
    }

    @Test func lossFalls() throws {
        let trainer = try trainer(.single, model: convolutional, options: options)
        var losses: [Double] = []
        try trainer.run(onEpoch: { losses.append($0.loss) })
        #expect(losses.count == 6)
        #expect(try #require(losses.last) < 0.9 * losses[0])
        #expect(trainer.isFinished)
        #expect(trainer.weights.buffers["bn1.running_mean"]?.contains { $0 != 0 } == true)
    }

    @Test(arguments: [true, false]) func resumingGivesTheSameBits(isConvolutional: Bool) throws {
        let folder = try Folder()
        let path = folder.path + "/checkpoint.safetensors"
        var options = options
        let model = isConvolutional ? convolutional : transformer
        if !isConvolutional {
            options.optimizer = .adamW(AdamWOptions(weightDecay: 0.05))
            options.schedule.base = 1e-3
            options.gradientLimit = 5
        }
        options.schedule.epochs = 2
        let whole = try trainer(.single, model: model, options: options)
        try whole.run(onEpoch: { epoch in if epoch.epoch == 1 { try whole.save(to: path) } })
        let rest = try trainer(.single, model: model, options: options, seed: 2)
        #expect(rest.weights.vector != whole.weights.vector)
        try rest.resume(from: path)
        #expect(rest.finishedEpochs == 2)
        try rest.run()
        #expect(rest.weights.vector == whole.weights.vector)
        #expect(rest.weights.buffers == whole.weights.buffers)
        #expect(rest.optimizer.state == whole.optimizer.state)
        // The checkpoint is also one of weights.
        let weights = try Weights(ModelRegistry.network(model), file: path)
        #expect(weights.sha256?.count == 64)

        options.batchSize = 32
        let other = try trainer(.single, model: model, options: options)
        #expect(throws: TrainingError.self) { try other.resume(from: path) }
    }

    /// A stop within an epoch, at any step of it, is a checkpoint too.
    @Test(arguments: 0..<9) func stoppedWithinAnEpochItKeepsEveryStep(count: Int) throws {
        let folder = try Folder()
        let path = folder.path + "/checkpoint.safetensors"
        var options = options
        options.schedule = Schedule(base: 0.05, course: .cosine(minimum: 0), epochs: 2)
        let whole = try trainer(.single, model: convolutional, options: options)
        var losses: [Double] = []
        try whole.run(onEpoch: { losses.append($0.loss) })
        let first = try trainer(.single, model: convolutional, options: options)
        var (steps, told) = (0, [Double]())
        try first.run(
            shouldStop: { steps == count }, onStep: { _ in steps += 1 },
            onEpoch: { told.append($0.loss) })
        #expect(steps == min(count, 8))
        #expect(first.finishedEpochs == min(count, 8) / 4)
        #expect(first.unfinished.steps == min(count, 8) % 4)
        try first.save(to: path)
        let rest = try trainer(.single, model: convolutional, options: options, seed: 2)
        try rest.resume(from: path)
        try rest.run(onEpoch: { told.append($0.loss) })
        #expect(rest.weights.vector == whole.weights.vector)
        #expect(rest.weights.buffers == whole.weights.buffers)
        #expect(rest.optimizer.state == whole.optimizer.state)
        #expect(told == losses)
    }

    @Test func shardsOfABatchGiveTheWholeBatch() throws {
        var options = options
        options.schedule.warmUpEpochs = 0
        options.schedule.epochs = 1
        options.workers = 1
        let one = try trainer(.double, model: convolutional, options: options)
        options.workers = 2
        let two = try trainer(.double, model: convolutional, options: options)
        try one.run()
        try two.run()
        #expect(deviation(two.weights.vector, one.weights.vector) < 1e-9)
        for (name, values) in one.weights.buffers {
            #expect(deviation(try #require(two.weights.buffers[name]), values) < 1e-9, "\(name)")
        }
    }

    /// A minibatch whose images do not fit at once is taken in pieces; nothing of it is left out.
    @Test func aMinibatchInPiecesGivesTheSameSteps() throws {
        var options = options
        options.schedule = Schedule(base: 0.01, course: .constant, epochs: 1)
        let whole = try trainer(.double, model: transformer, options: options)
        options.chunkBytes = 16 * 3 * 16 * 16 * 8
        let cut = try trainer(.double, model: transformer, options: options)
        let (expected, found) = (
            try #require(try whole.runEpoch()), try #require(try cut.runEpoch())
        )
        #expect(deviation(found.loss, expected.loss) < 1e-12)
        #expect(deviation(cut.weights.vector, whole.weights.vector) < 1e-11)
    }

    /// Masks of examples beyond the 2²⁴ numbers that a float holds exactly are their own.
    @Test func masksDoNotRepeatInALongTraining() throws {
        let stream = RandomStream(seed: 1, name: "mask")
        func mask(_ first: Int, _ machine: any Machine) throws -> [Double] {
            let builder = GraphBuilder()
            let numbers = builder.input("numbers", [4, 2], role: .examples)
            let mask = try numbers.randomMask(stream, keepProbability: 0.5, tail: [64])
            return try machine.evaluate(
                builder.graph(outputs: [("mask", mask, .concatenate)]),
                ["numbers": ExampleNumber.halves(first..<first + 4)])["mask"] ?? []
        }
        for precision in Precision.allCases {
            for machine: any Machine in [
                CPUMachine(precision: precision), ReferenceMachine(precision: precision),
            ] {
                let early = try mask(0, machine)
                #expect(try mask(1 << 24, machine) != early)
                #expect(try mask((1 << 24) + 1, machine) != mask(1 << 24, machine))
                #expect(try mask(5 << 30, machine) != early)
                #expect(try mask(0, machine) == early)
            }
        }
    }

    @Test func divergenceStopsWithOneLine() throws {
        var options = options
        options.schedule = Schedule(base: 1e30, course: .constant, epochs: 3)
        let trainer = try trainer(.single, model: convolutional, options: options)
        let error = #expect(throws: TrainingError.self) { try trainer.run() }
        let line = try #require(error).description
        #expect(line.contains("lower --learning-rate"))
        #expect(!line.contains("\n"))
    }
}
