import Autodiff

/// What one worker needs to load weights and vectors, and to run the stages that follow from them
/// alone.
final class InputLoader {
    let frame: Frame
    private let staging: Memory

    init(parameters: Memory, vector: Memory, stagingBytes: Int) throws {
        staging = try Memory(bytes: stagingBytes)
        let bases = UnsafeMutablePointer<UnsafeMutableRawPointer?>
            .allocate(capacity: Region.allCases.count)
        bases.initialize(repeating: nil, count: Region.allCases.count)
        bases[Region.parameters.rawValue] = parameters.base
        bases[Region.vector.rawValue] = vector.base
        bases[Region.staging.rawValue] = staging.base
        frame = Frame(bases: bases, startsSums: true, collective: nil)
    }

    deinit { frame.bases.deallocate() }
}

extension Executor {
    func set(_ input: Graph.Input, _ values: [Double]) throws {
        try input.check(count: values.count)
        // Short: to wake the workers for each would take longer than to round it.
        try values.withUnsafeBufferPointer { values in
            try load(input, loaders[0].frame) { target in
                if let source = values.baseAddress {
                    Scalar.convert(values.count, source, target)
                }
            }
        }
    }

    /// The workers share the inputs, each input whole.
    func set(
        _ stretches: [(input: Graph.Input, range: Range<Int>)], from vector: ParameterVector
    ) throws {
        let whole = max(vector.count, 1)
        let load: @Sendable (Int) throws -> Void = { worker in
            for (input, range) in stretches
            where range.lowerBound * self.pool.count / whole == worker {
                try input.check(count: range.count)
                try self.load(input, self.loaders[worker].frame) { target in
                    vector.withStretch(range) { source in
                        switch source {
                        case .single(let base): Scalar.convert(range.count, base, target)
                        case .double(let base): Scalar.convert(range.count, base, target)
                        }
                    }
                }
            }
        }
        try clock.measure { try pool.run(load) }
    }

    /// Fills an input's place, and brings it to the layouts that it is read in while it is in the
    /// cache, where nothing else reads it.
    private func load(
        _ input: Graph.Input, _ frame: Frame, _ fill: (UnsafeMutablePointer<Scalar>) -> Void
    ) throws {
        let slot = try program.slot(of: input)
        precondition(
            slot.region != .callersVector, "A vector that is read in place comes with its product.")
        fill(frame.pointer(slot, Scalar.self))
        for kernel in loadingKernels[input.node] ?? [] { try kernel.run(frame) }
    }

    func setExamples(
        _ values: @escaping @Sendable (_ group: Int) throws -> [ExampleInput]
    ) throws {
        try pool.run { worker in
            for group in stride(from: worker, to: self.groups, by: self.pool.count) {
                for example in try values(group) { try self.set(example, group: group) }
            }
        }
    }

    private func set(_ example: ExampleInput, group: Int) throws {
        let input = example.input
        precondition(input.role == .examples, "\(input.name) is no example input.")
        try input.check(count: example.values.count)
        let target = (examplesBase(group) + (try program.slot(of: input).offset))
            .assumingMemoryBound(to: Scalar.self)
        switch example.values {
        case .single(let values): Scalar.convert(values.count, values, target)
        case .double(let values): Scalar.convert(values.count, values, target)
        }
    }
}
