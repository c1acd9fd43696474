import Autodiff
import Execution
import Networks
import Storage

/// The state of a network: trainable tensors in one flat vector, and buffers by key.
public struct Weights: Sendable {
    public let layout: WeightLayout
    /// The trainable tensors in layout order. Others than those of the file have no file.
    public var vector: ParameterVector {
        didSet { (file, sha256) = (nil, nil) }
    }
    /// Running statistics, frozen filters and tables by key.
    public var buffers: [String: [Double]]
    /// The file that they were read from, or nil.
    public private(set) var file: String?
    /// The SHA-256 digest of that file in hexadecimal, or nil.
    public private(set) var sha256: String?
    /// The string map of a safetensors file; empty otherwise.
    public private(set) var metadata: [String: String] = [:]

    /// Weights as training starts with, a function of the seed and each tensor's key.
    ///
    /// - Parameter storage: the precision in which the flat vector is kept.
    /// - Throws: what tracing the network throws.
    public init(
        _ network: any Network, seed: UInt64, decay: DecayRule = .all,
        storage: Precision = .double
    ) throws {
        let trace = try network.trace(in: GraphBuilder(), batch: 1)
        layout = WeightLayout(trace, decay: decay)
        try Self.checkMemory(trace, network, storage)
        // Made in stretches: a large tensor in double would take more than all weights as stored.
        let stretches = trace.parameters.flatMap { entry in
            stride(from: 0, to: entry.shape.count, by: Self.stretch).map {
                (entry: entry, elements: $0..<min($0 + Self.stretch, entry.shape.count))
            }
        }
        vector = ParameterVector(
            count: layout.count, storage: storage, stretches: stretches.map(\.elements.count)
        ) { index in
            let (entry, elements) = stretches[index]
            return entry.initialization.sample(elements, seed: seed, name: entry.name)
        }
        buffers = Self.initialBuffers(trace, seed: seed)
    }

    /// Elements that are drawn at a time.
    private static var stretch: Int { 1 << 16 }

    /// - Throws: `WeightsError.tooLarge` before memory is taken that is not there.
    private static func checkMemory(
        _ trace: NetworkTrace, _ network: any Network, _ storage: Precision
    ) throws {
        let (count, free) = (trace.state.reduce(0) { $0 + $1.shape.count }, AvailableMemory.bytes())
        guard count <= free / storage.bytes else {
            throw WeightsError.tooLarge(network: network.name, parameters: count, free: free)
        }
    }

    private static func initialBuffers(_ trace: NetworkTrace, seed: UInt64) -> [String: [Double]] {
        let buffers = trace.state.filter { !$0.kind.isTrainable }
        return Dictionary(
            uniqueKeysWithValues: buffers.map { entry in
                let values = entry.initialization.sample(entry.shape, seed: seed, name: entry.name)
                return (entry.name, values)
            })
    }

    /// The weights in a file of any format that `Storage.Checkpoint` reads.
    ///
    /// - Parameters:
    ///   - renaming: the network's key for a key of the file, where they differ in a way that the
    ///     network's own `renamings(of:)` does not know.
    ///   - storage: the precision in which the flat vector is kept.
    /// - Throws: `StorageError` where the file is no checkpoint, `WeightsError` that lists every
    ///   tensor that is missing, unknown or misshapen, or names the first that is not finite.
    public init(
        _ network: any Network, file: String, renaming: [String: String] = [:],
        decay: DecayRule = .all, storage: Precision = .double
    ) throws {
        try self.init(
            network, checkpoint: Checkpoint.read(file), file: file, renaming: renaming,
            decay: decay, storage: storage)
    }

    /// The weights in a checkpoint that was read before.
    ///
    /// Tables that nothing is computed from (such as `num_batches_tracked`) may be missing, and
    /// names that begin with `optimizer.` are not weights.
    ///
    /// - Parameter file: the file's name for messages.
    /// - Throws: `WeightsError`.
    public init(
        _ network: any Network, checkpoint: Checkpoint, file: String,
        renaming: [String: String] = [:], decay: DecayRule = .all, storage: Precision = .double
    ) throws {
        let trace = try network.trace(in: GraphBuilder(), batch: 1)
        layout = WeightLayout(trace, decay: decay)
        try Self.checkMemory(trace, network, storage)
        vector = ParameterVector(zeros: layout.count, storage: storage)
        buffers = Self.initialBuffers(trace, seed: 0)
        try load(checkpoint, network: network, file: file, renaming: renaming)
    }

    /// Names under which a training checkpoint holds the optimiser's state.
    public static let optimizerPrefix = "optimizer."

    /// The values of the tensor with the given key, trainable or not, or nil.
    public subscript(name: String) -> [Double]? {
        layout[name].map { vector.values(in: $0.range) } ?? buffers[name]
    }

    /// The same state with the flat vector in another precision.
    public func stored(in storage: Precision) -> Weights {
        var copy = self
        copy.vector = vector.stored(in: storage)
        (copy.file, copy.sha256) = (file, sha256)
        return copy
    }

    /// The state as tensors of a file, in state-dict order.
    ///
    /// - Throws: `StorageError` where a shape does not hold its values.
    public func tensors(precision: Precision = .single) throws -> [StoredTensor] {
        let shapes = Dictionary(
            uniqueKeysWithValues: layout.tensors.map { ($0.name, $0.shape) }
                + layout.buffers.map { ($0.name, $0.shape) })
        let tables = Set(layout.buffers.filter { $0.kind == .table }.map(\.name))
        return try layout.stateOrder.compactMap { name in
            guard let values = self[name], let shape = shapes[name] else { return nil }
            if tables.contains(name) {
                return try StoredTensor(
                    name: name, shape: shape, integers: values.map { Int64($0) })
            }
            switch precision {
            case .single:
                return try StoredTensor(name: name, shape: shape, floats: values.map(Float.init))
            case .double: return try StoredTensor(name: name, shape: shape, doubles: values)
            }
        }
    }

    /// Writes the state as safetensors, whole or not at all.
    ///
    /// - Throws: `StorageError` of kind `full` or `unwritable`.
    public func save(
        to path: String, precision: Precision = .single, metadata: [String: String] = [:]
    ) throws {
        try Checkpoint.write(path, tensors: tensors(precision: precision), metadata: metadata)
    }

    /// The same layout with the values of a checkpoint.
    func replacing(checkpoint: Checkpoint, file: String, network: any Network) throws -> Weights {
        var copy = self
        try copy.load(checkpoint, network: network, file: file, renaming: [:])
        return copy
    }

    private mutating func load(
        _ checkpoint: Checkpoint, network: any Network, file: String, renaming: [String: String]
    ) throws {
        metadata = checkpoint.metadata
        let ofVersions = Dictionary(
            network.renamings(of: checkpoint.tensors.map(\.name)).map { ($0.old, $0) },
            uniquingKeysWith: { first, _ in first })
        // Nil for what versions of the original stored although nothing is computed from it.
        func key(_ name: String) -> String? {
            if let given = renaming[name] { return given }
            if let own = ofVersions[name] { return own.new }
            return name
        }
        func values(_ stored: StoredTensor, as shape: [Int]) throws -> [Double]? {
            let axes = renaming[stored.name] == nil ? ofVersions[stored.name]?.axes : nil
            guard Self.fits(stored.shape, shape, axes) else { return nil }
            let values = try Self.finite(stored, file: file)
            return axes.map { Self.permuted(values, stored.shape, $0) } ?? values
        }
        var found: [String: StoredTensor] = [:]
        for tensor in checkpoint.tensors where !tensor.name.hasPrefix(Self.optimizerPrefix) {
            if let name = key(tensor.name) { found[name] = tensor }
        }
        var mismatch = WeightsError.Mismatch(network: network.name)
        for tensor in layout.tensors {
            guard let stored = found.removeValue(forKey: tensor.name) else {
                mismatch.missing.append(tensor.name)
                continue
            }
            guard let values = try values(stored, as: tensor.shape) else {
                mismatch.misshapen.append((tensor.name, tensor.shape, stored.shape))
                continue
            }
            vector.replace(tensor.range, with: values)
        }
        for buffer in layout.buffers {
            guard let stored = found.removeValue(forKey: buffer.name) else {
                if buffer.kind != .table { mismatch.missing.append(buffer.name) }
                continue
            }
            guard let values = try values(stored, as: buffer.shape) else {
                mismatch.misshapen.append((buffer.name, buffer.shape, stored.shape))
                continue
            }
            buffers[buffer.name] = values
        }
        mismatch.unknown = checkpoint.tensors.compactMap { key($0.name) }
            .filter { found[$0] != nil }
        guard mismatch.isEmpty else {
            mismatch.fitting = ModelFit(checkpoint).model(near: network.name)
            throw WeightsError.mismatch(file: file, mismatch)
        }
        (self.file, sha256) = (file, checkpoint.sha256)
    }

    /// Whether a file's tensor has the elements of one of the network's: the same shape up to axes of
    /// one element, which linear maps that are stated as convolutions have; or, where a rule of names
    /// turns axes, the same count.
    static func fits(_ stored: [Int], _ shape: [Int], _ axes: [Int]?) -> Bool {
        if let axes, axes.count == stored.count, stored != shape {
            return stored.reduce(1, *) == shape.reduce(1, *)
        }
        return stored.filter { $0 != 1 } == shape.filter { $0 != 1 }
    }

    /// The elements in the order of turned axes; as they are where the tensor has others.
    private static func permuted(_ values: [Double], _ shape: [Int], _ axes: [Int]) -> [Double] {
        guard axes.count == shape.count, axes != Array(shape.indices) else { return values }
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        return values.indices.map { index in
            var (rest, place) = (index, 0)
            for axis in axes.reversed() {
                place += rest % shape[axis] * strides[axis]
                rest /= shape[axis]
            }
            return values[place]
        }
    }

    private static func finite(_ tensor: StoredTensor, file: String) throws -> [Double] {
        let values = tensor.doubles()
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw WeightsError.notFinite(
                file: file, tensor: tensor.name, index: index, value: values[index])
        }
        return values
    }
}

extension Checkpoint {
    /// The weights, and the state of an optimiser that a training stored beside them.
    public var parts: (weights: [StoredTensor], optimizer: [StoredTensor]) {
        func isState(_ tensor: StoredTensor) -> Bool {
            tensor.name.hasPrefix(Weights.optimizerPrefix)
        }
        return (tensors.filter { !isState($0) }, tensors.filter(isState))
    }
}
