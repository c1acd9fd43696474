import Autodiff

/// The steps of a program and the buffers between them, before addresses are given.
struct Plan {
    /// A kernel to be made, with what it reads and writes.
    struct Step {
        let name: String
        var reads: [BufferID]
        var writes: [BufferID]
        /// Floating-point operations of products and convolutions, counted as 2 for each term.
        var operations = 0.0
        /// Makes the kernel, once addresses are known.
        let make: (Placement) throws -> any Kernel
    }

    struct Buffer {
        let bytes: Int
        let stage: Stage
        /// A region fixed in advance; otherwise it follows from the stages of its uses.
        var region: Region?
        /// Bytes from the region's base, where that is fixed in advance, too.
        let offset: Int?
    }

    private(set) var buffers: [Buffer] = []
    var steps: [Stage: [Step]] = [:]

    mutating func buffer(
        bytes: Int, stage: Stage, region: Region? = nil, offset: Int? = nil
    ) -> BufferID {
        buffers.append(
            Buffer(bytes: max(bytes, 64), stage: stage, region: region, offset: offset))
        return BufferID(index: buffers.count - 1)
    }

    mutating func add(_ step: Step, to stage: Stage) {
        steps[stage, default: []].append(step)
    }
}

/// The addresses of a plan's buffers.
struct Placement {
    fileprivate let slots: [Slot]
    /// Bytes of each region.
    let sizes: [Region: Int]

    subscript(_ buffer: BufferID) -> Slot { slots[buffer.index] }

    /// Whether a step runs as soon as the input that it reads is set, for it is not kept.
    func runsAtLoading(_ step: Plan.Step) -> Bool {
        step.reads.contains { self[$0].region == .staging }
    }
}

extension Plan {
    /// Gives each buffer a place.
    ///
    /// Buffers that live within one stage share scratch memory: each takes the lowest gap that is
    /// free from its first to its last use. What a later stage reads is kept: in `residuals` if it
    /// is of the examples stage, else in the region of its stage. Weights and vectors that serve
    /// conversions to other layouts alone are not kept. The sums of a product take the place of
    /// those of its point.
    ///
    /// - Parameter results: buffers that are read after a run.
    func placed(results: Set<BufferID> = []) -> Placement {
        var firstUse = [Int](repeating: .max, count: buffers.count)
        var lastUse = [Int](repeating: -1, count: buffers.count)
        var readers = buffers.map { Set([$0.stage]) }
        var time = 0
        for stage in Stage.allCases {
            for step in steps[stage] ?? [] {
                for buffer in step.reads + step.writes {
                    firstUse[buffer.index] = min(firstUse[buffer.index], time)
                    lastUse[buffer.index] = max(lastUse[buffer.index], time)
                    readers[buffer.index].insert(stage)
                }
                time += 1
            }
        }
        var slots = [Slot?](repeating: nil, count: buffers.count)
        var sizes: [Region: Int] = [:]
        let staged = staged(results: results)
        var sums: [Stage: Int] = [:]
        var scratch: [Int] = []
        for (index, buffer) in buffers.enumerated() {
            var region = buffer.region
            if region == nil {
                switch buffer.stage {
                case .parameters: region = .parameters
                case .vector: region = .vector
                case .examples: region = readers[index].contains(.linear) ? .residuals : .scratch
                case .linear: region = .scratch
                }
            }
            if region == .staging || staged.contains(BufferID(index: index)) {
                slots[index] = Slot(region: .staging, offset: 0)
                sizes[.staging] = max(sizes[.staging, default: 0], Self.aligned(buffer.bytes))
            } else if let region, let offset = buffer.offset {
                slots[index] = Slot(region: region, offset: offset)
                sizes[region] = max(
                    sizes[region, default: 0], offset.saturatingSum(Self.aligned(buffer.bytes)))
            } else if region == .scratch {
                scratch.append(index)
            } else if region == .sums {
                let start = sums[buffer.stage, default: 0]
                let end = start.saturatingSum(Self.aligned(buffer.bytes))
                slots[index] = Slot(region: .sums, offset: start)
                sums[buffer.stage] = end
                sizes[.sums] = max(sizes[.sums, default: 0], end)
            } else if let region {
                let start = sizes[region, default: 0]
                slots[index] = Slot(region: region, offset: start)
                sizes[region] = start.saturatingSum(Self.aligned(buffer.bytes))
            }
        }
        // Largest first among those that begin together keeps the gaps few.
        scratch.sort { (firstUse[$0], buffers[$1].bytes) < (firstUse[$1], buffers[$0].bytes) }
        var living: [(offset: Int, end: Int, lastUse: Int)] = []
        for index in scratch {
            living.removeAll { $0.lastUse < firstUse[index] }
            let bytes = Self.aligned(buffers[index].bytes)
            var offset = 0
            var position = 0
            while position < living.count,
                living[position].offset < offset.saturatingSum(bytes)
            {
                offset = max(offset, living[position].end)
                position += 1
            }
            let end = offset.saturatingSum(bytes)
            living.insert((offset, end, lastUse[index]), at: position)
            slots[index] = Slot(region: .scratch, offset: offset)
            sizes[.scratch] = max(sizes[.scratch, default: 0], end)
        }
        return Placement(
            slots: slots.map { $0 ?? Slot(region: .scratch, offset: 0) }, sizes: sizes)
    }

    /// Weights and parts of the vector of which every reader takes that one alone, in its own stage,
    /// and is the only one to write what it makes: it can run as soon as the input is set.
    private func staged(results: Set<BufferID>) -> Set<BufferID> {
        var staged = Set(
            buffers.indices.filter { [.parameters, .vector].contains(buffers[$0].region) }
                .map(BufferID.init)
        ).subtracting(results)
        var writers = [Int](repeating: 0, count: buffers.count)
        for buffer in steps.values.joined().flatMap(\.writes) { writers[buffer.index] += 1 }
        for (stage, steps) in steps {
            for step in steps {
                let isAlone = step.reads.count == 1
                    && step.writes.allSatisfy { writers[$0.index] == 1 }
                for buffer in step.reads
                where !isAlone || buffers[buffer.index].stage != stage {
                    staged.remove(buffer)
                }
            }
        }
        return staged
    }

    /// Rounds up to whole cache lines.
    private static func aligned(_ bytes: Int) -> Int {
        bytes > .max - 63 ? .max : (bytes + 63) / 64 * 64
    }
}
