import Execution
import Storage

extension Trainer {
    /// Writes weights, optimiser and progress, whole or not at all.
    ///
    /// The file is a safetensors checkpoint that every reader of weights takes; the optimiser's
    /// averages lie under `optimizer.<name>`, progress in the metadata.
    ///
    /// - Throws: `StorageError` of kind `full` or `unwritable`.
    public func save(to path: String, metadata: [String: String] = [:]) throws {
        let averages = try optimizer.state.sorted { $0.key < $1.key }.map { name, values in
            try StoredTensor(
                name: Weights.optimizerPrefix + name, shape: [values.count],
                doubles: values.values(in: values.range))
        }
        try Checkpoint.write(
            path, tensors: weights.tensors(precision: machine.precision) + averages,
            metadata: metadata.merging(progress) { _, own in own })
    }

    /// Goes on from a checkpoint that `save` wrote: the same bits as without the interruption.
    ///
    /// - Throws: `StorageError` where the file cannot be read, `WeightsError` where it is of
    ///   another network, `TrainingError.foreignCheckpoint` where it is of another training.
    public func resume(from path: String) throws {
        let checkpoint = try Checkpoint.read(path)
        func foreign(_ reason: String) -> TrainingError {
            .foreignCheckpoint(file: path, reason: reason)
        }
        for (key, own) in identity.sorted(by: { $0.key < $1.key }) {
            guard let stored = checkpoint.metadata[key] else {
                throw foreign("it holds weights but no \(key)")
            }
            guard stored == own else { throw foreign("its \(key) is \(stored), not \(own)") }
        }
        guard let epochs = checkpoint.metadata[Key.epochs].flatMap(Int.init),
            let steps = checkpoint.metadata[Key.steps].flatMap(Int.init),
            (0...1_000_000).contains(epochs), (0...1 << 48).contains(steps)
        else { throw foreign("it does not say how far it came") }
        var unfinished = UnfinishedEpoch()
        if let stored = checkpoint.metadata[Key.epochSteps] {
            guard let count = Int(stored), (0..<stepsPerEpoch).contains(count),
                let loss = checkpoint.metadata[Key.epochLoss].flatMap(Double.init)
            else { throw foreign("it does not say how far its last epoch came") }
            (unfinished.steps, unfinished.loss) = (count, loss)
        }
        let loaded = try weights.replacing(checkpoint: checkpoint, file: path, network: network)
        var averages: [String: ParameterVector] = [:]
        for tensor in checkpoint.tensors where tensor.name.hasPrefix(Weights.optimizerPrefix) {
            averages[String(tensor.name.dropFirst(Weights.optimizerPrefix.count))] =
                ParameterVector(tensor.doubles())
        }
        guard
            restore(loaded, averages, steps: steps, epochs: epochs, unfinished: unfinished)
        else {
            throw foreign("its optimiser state is not that of \(options.optimizer.name)")
        }
    }

    /// Into how many parts the training that a checkpoint is of divides its sums; nil where it says
    /// nothing of that.
    public static func workers(ofTrainingAt path: String) -> Int? {
        (try? Checkpoint.read(path))?.metadata[Key.workers].flatMap { Int($0) }
    }

    private var progress: [String: String] {
        var progress = [
            "content": "weights, one tensor per parameter with its state-dict key and axes;"
                + " averages of the optimiser as flat vectors under \(Weights.optimizerPrefix)",
            Key.epochs: "\(finishedEpochs)", Key.steps: "\(optimizer.steps)",
        ]
        if unfinished.steps > 0 {
            progress[Key.epochSteps] = "\(unfinished.steps)"
            progress[Key.epochLoss] = "\(unfinished.loss)"
        }
        return identity.merging(progress) { own, _ in own }
    }

    /// What must be equal for a training to go on.
    private var identity: [String: String] {
        let drawn = ["augmentation", "seed", "label-smoothing", "mixup", "cutmix"]
            .map { "data.\($0)" }
        let examples = examples.description.filter { drawn.contains($0.name) }
        return [
            "training.examples": examples.map { "\($0.name)=\($0.value)" }.joined(separator: " "),
            "training.network": network.name,
            "training.optimizer": "\(options.optimizer)",
            "training.batch-size": "\(options.batchSize)",
            "training.seed": "\(options.seed)",
            Key.workers: "\(options.workers)",
            "training.images": self.examples.images.contentHash(
                of: self.examples.indices),
        ]
    }
}

/// The keys of a training's progress in a checkpoint's metadata.
private enum Key {
    static let workers = "training.workers"
    static let epochs = "training.epochs"
    static let steps = "training.steps"
    static let epochSteps = "training.epoch-steps"
    static let epochLoss = "training.epoch-loss"
}
