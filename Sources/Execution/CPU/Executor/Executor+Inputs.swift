import Autodiff

/// What one worker needs to load weights and vectors, and to run the stages that follow from them
/// alone.
final class InputLoader {
    let frame: Frame
    private let staging: Memory

    init(
        parameters: UnsafeMutableRawPointer, vector: UnsafeMutableRawPointer, stagingBytes: Int
    ) {
        staging = Memory(bytes: stagingBytes)
        let bases = UnsafeMutablePointer<UnsafeMutableRawPointer?>
            .allocate(capacity: Region.allCases.count)
        bases.initialize(repeating: nil, count: Region.allCases.count)
        bases[Region.parameters.rawValue] = parameters
        bases[Region.vector.rawValue] = vector
        bases[Region.staging.rawValue] = staging.base
        frame = Frame(bases: bases, startsSums: true, collective: nil)
    }

    deinit { frame.bases.deallocate() }
}

extension Executor {
    /// Sets one input that all examples share: a weight, or a part of the vector.
    public func set(_ input: Graph.Input, _ values: UnsafeBufferPointer<Scalar>) throws {
        precondition(values.count == input.shape.count, "\(input.name) has another size.")
        guard let source = values.baseAddress else { return }
        try load(input, loaders[0].frame) { $0.update(from: source, count: values.count) }
    }

    /// Sets one input of one group of examples.
    public func set(_ input: Graph.Input, group: Int, _ values: UnsafeBufferPointer<Scalar>) {
        precondition(values.count == input.shape.count, "\(input.name) has another size.")
        precondition(input.role == .examples && group < groups, "There is no such group.")
        guard let source = values.baseAddress else { return }
        (examplesBase(group) + program.slot(of: input).offset)
            .assumingMemoryBound(to: Scalar.self).update(from: source, count: values.count)
    }

    /// Sets inputs that all examples share from stretches of a flat vector in double precision.
    ///
    /// The workers share the inputs, each input whole.
    public func set(
        _ stretches: [(input: Graph.Input, range: Range<Int>)],
        rounding flat: UnsafeBufferPointer<Double>
    ) throws {
        nonisolated(unsafe) let source = flat
        let whole = max(flat.count, 1)
        let load: @Sendable (Int) throws -> Void = { worker in
            for (input, range) in stretches
            where range.lowerBound * self.pool.count / whole == worker {
                precondition(range.count == input.shape.count, "\(input.name) has another size.")
                guard let base = UnsafeBufferPointer(rebasing: source[range]).baseAddress else {
                    continue
                }
                try self.load(input, self.loaders[worker].frame) {
                    Scalar.narrow(range.count, base, $0)
                }
            }
        }
        try pool.runProgram { try pool.run(load) }
    }

    /// Fills an input's place, and brings it to the layouts that it is read in while it is in the
    /// cache, where nothing else reads it.
    private func load(
        _ input: Graph.Input, _ frame: Frame, _ fill: (UnsafeMutablePointer<Scalar>) -> Void
    ) throws {
        fill(frame.pointer(program.slot(of: input), Scalar.self))
        for kernel in loadingKernels[input.node] ?? [] { try kernel.run(frame) }
    }
}
