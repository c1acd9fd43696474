import Datasets
import Execution
import Foundation
import Golden
import Networks
import Storage
import Testing
import Training

@Suite struct TrainerTests {
    private func trainer<Scalar: CPUScalar>(
        _ type: Scalar.Type, model: String, options: TrainerOptions, seed: UInt64 = 1
    ) throws -> Trainer<Scalar> {
        let network = try ModelRegistry.network(model)
        let images = try DataSource("synthetic:classes=10,size=16,count=256").load(.train)
        var chosen = ExampleOptions()
        chosen.augmentation = .standard
        chosen.labelSmoothing = 0.1
        let examples = try ExampleSet<Scalar>(
            images, indices: Array(0..<256), options: chosen,
            normalization: ChannelNormalization(measuring: images))
        return try Trainer(
            network, examples: examples, weights: Weights(network, seed: seed), options: options)
    }

    private var convolutional: String { "resnet,depth=8,size=16" }
    private var transformer: String {
        "vit,size=16,patch=4,width=24,depth=2,heads=3,drop_path=0.1"
    }

    private var options: TrainerOptions {
        var options = TrainerOptions()
        options.batchSize = 64
        options.threads = 2
        options.schedule = Schedule(
            base: 0.05, course: .cosine(minimum: 0), epochs: 5, warmUpEpochs: 1)
        return options
    }

    @Test func lossFalls() throws {
        let trainer = try trainer(Float.self, model: convolutional, options: options)
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
        let whole = try trainer(Float.self, model: model, options: options)
        try whole.run(onEpoch: { epoch in if epoch.epoch == 1 { try whole.save(to: path) } })
        let rest = try trainer(Float.self, model: model, options: options, seed: 2)
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
        let other = try trainer(Float.self, model: model, options: options)
        #expect(throws: TrainingError.self) { try other.resume(from: path) }
    }

    @Test func shardsOfABatchGiveTheWholeBatch() throws {
        var options = options
        options.schedule.warmUpEpochs = 0
        options.schedule.epochs = 1
        options.threads = 1
        let one = try trainer(Double.self, model: convolutional, options: options)
        options.threads = 2
        let two = try trainer(Double.self, model: convolutional, options: options)
        try one.run()
        try two.run()
        #expect(deviation(two.weights.vector, one.weights.vector) < 1e-9)
        for (name, values) in one.weights.buffers {
            #expect(deviation(try #require(two.weights.buffers[name]), values) < 1e-9, "\(name)")
        }
    }

    @Test func divergenceStopsWithOneLine() throws {
        var options = options
        options.schedule = Schedule(base: 1e30, course: .constant, epochs: 3)
        let trainer = try trainer(Float.self, model: convolutional, options: options)
        let error = #expect(throws: TrainingError.self) { try trainer.run() }
        let line = try #require(error).description
        #expect(line.contains("lower --learning-rate"))
        #expect(!line.contains("\n"))
    }
}
