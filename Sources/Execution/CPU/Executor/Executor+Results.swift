import Autodiff
import CVector

/// What it takes to bring gradients by filters to row-major order, made once.
final class ResultBuffers {
    /// A gradient by filters, piece by piece: its stretches as stored, and the conversion of one.
    struct Unpacking {
        let pieces: [[Range<Int>]]
        let conversion: any LayoutConversion
    }

    /// By the index of the result.
    private(set) var unpackings: [Int: Unpacking] = [:]
    /// For each worker room for the places of all workers' sums, for a stretch of them, and for one
    /// piece in both orders.
    let rooms: [(places: Memory, sums: Memory, stored: Memory, plain: Memory)]

    /// Elements that are collected at a time.
    static let stretch = 1 << 12

    init(_ outputs: [OutputPlan], workers: Int) throws {
        var (stored, plain) = (0, 0)
        for (index, output) in outputs.enumerated() {
            guard let filters = output.filters else { continue }
            let pieces = try filters.pieces()
            unpackings[index] = Unpacking(
                pieces: pieces, conversion: try filters.conversion(ofPiece: true))
            stored = max(stored, output.storedCount / pieces.count)
            plain = max(plain, output.shape.count / pieces.count)
        }
        rooms = try (0..<workers).map { _ in
            (
                try Memory(bytes: workers * MemoryLayout<UnsafeRawPointer?>.stride),
                try Memory(bytes: Self.stretch * 8), try Memory(bytes: stored * 4),
                try Memory(bytes: plain * 4)
            )
        }
    }
}

extension Executor {
    func output(_ name: String) throws -> [Double] {
        let index = try position(name)
        let count = total(program.outputs[index])
        return try [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress {
                try collect(index, times: 1, Target(.double(base), adding: false), worker: 0)
            }
            initialized = count
        }
    }

    /// The workers share the results, each result whole.
    func vector(
        of names: [String], times factor: Double, storage: Precision,
        addedTo total: consuming ParameterVector?
    ) throws -> ParameterVector {
        let indices = try names.map(position)
        var bounds: [Int] = [0]
        for index in indices {
            bounds.append(bounds[bounds.count - 1] + self.total(program.outputs[index]))
        }
        let count = bounds[indices.count]
        guard var sum = total.take()?.stored(in: storage) else {
            return try ParameterVector(count: count, storage: storage) {
                try collect(indices, bounds, times: factor, Target($0, adding: false))
            }
        }
        precondition(sum.count == count, "The sum has another length than the results.")
        try sum.withMutableEntries {
            try collect(indices, bounds, times: factor, Target($0, adding: true))
        }
        return sum
    }

    private func collect(
        _ indices: [Int], _ bounds: [Int], times factor: Double, _ target: Target
    ) throws {
        nonisolated(unsafe) let target = target
        let whole = max(bounds[indices.count], 1)
        try pool.run { worker in
            for (order, index) in indices.enumerated()
            where bounds[order] * self.pool.count / whole == worker {
                try self.collect(index, times: factor, target + bounds[order], worker: worker)
            }
        }
    }

    private func position(_ name: String) throws -> Int {
        guard let index = outputPositions[name] else {
            throw ExecutionError.unknownOutput(name: name, declared: program.outputs.map(\.name))
        }
        let output = program.outputs[index]
        if output.combination == .sum, output.stage.isPerGroup, output.stage != summedStage {
            throw ExecutionError.overwrittenOutput(name: name)
        }
        return index
    }

    private func total(_ output: OutputPlan) -> Int {
        output.combination == .concatenate && output.stage.isPerGroup
            ? output.shape.count * groups : output.shape.count
    }

    /// Where results go, and whether they are added to what is there.
    private struct Target {
        let entries: ParameterVector.MutableEntries
        let adding: Bool

        init(_ entries: ParameterVector.MutableEntries, adding: Bool) {
            (self.entries, self.adding) = (entries, adding)
        }

        static func + (target: Target, offset: Int) -> Target {
            switch target.entries {
            case .single(let base): Target(.single(base + offset), adding: target.adding)
            case .double(let base): Target(.double(base + offset), adding: target.adding)
            }
        }
    }

    /// Sets elements of `target` to one result times `factor`, or adds that to them.
    private func collect(
        _ index: Int, times factor: Double, _ target: Target, worker: Int
    ) throws {
        let output = program.outputs[index]
        let slot = program.placement[output.buffer]
        let count = output.shape.count
        switch slot.region {
        case .sums where results.unpackings[index] != nil:
            try unpack(index, times: factor, target, worker: worker)
        case .sums: addUp(slot, from: 0, count, times: factor, target, worker)
        case .rows:
            for group in 0..<groups {
                write(
                    [rowsBase(group) + slot.offset], Scalar.self, count, times: factor,
                    target + group * count, worker)
            }
        default:
            let base = slot.region == .vector ? vector.base : parameters.base
            write([base + slot.offset], Scalar.self, count, times: factor, target, worker)
        }
    }

    /// The same for a gradient by filters, as it is stored.
    private func unpack(
        _ index: Int, times factor: Double, _ target: Target, worker: Int
    ) throws {
        guard let unpacking = results.unpackings[index] else { return }
        let output = program.outputs[index]
        let slot = program.placement[output.buffer]
        let room = results.rooms[worker]
        let stored = room.stored.base.assumingMemoryBound(to: Float.self)
        let values = room.plain.base.assumingMemoryBound(to: Float.self)
        let count = output.shape.count / unpacking.pieces.count
        for (piece, ranges) in unpacking.pieces.enumerated() {
            var place = stored
            for range in ranges {
                addUp(
                    slot, from: range.lowerBound, range.count, times: 1,
                    Target(.single(place), adding: false), worker)
                place += range.count
            }
            try unpacking.conversion.run(stored, values)
            write(
                [room.plain.base], Float.self, count, times: factor, target + piece * count,
                worker)
        }
    }

    /// Sets `target` to all workers' sums of a stretch of one result times `factor`, or adds that.
    ///
    /// The one place where sums over examples come together: sums over the ranks of several
    /// processes would join here, after those over this process's workers.
    private func addUp(
        _ slot: Slot, from start: Int, _ count: Int, times factor: Double, _ target: Target,
        _ worker: Int
    ) {
        if workers[0].hasTotals {
            let sums = summingWorkers.map { $0.sums(of: slot, Double.self) + start }
            write(sums.map(UnsafeRawPointer.init), Double.self, count, times: factor, target, worker)
        } else {
            let sums = summingWorkers.map { $0.sums(of: slot, Scalar.self) + start }
            write(sums.map(UnsafeRawPointer.init), Scalar.self, count, times: factor, target, worker)
        }
    }

    /// Sets `target` to the sum of some sources times `factor`, or adds that: in double, stretch by
    /// stretch so that all sources meet in the cache, and rounded once.
    private func write<Number: CPUScalar>(
        _ sources: [UnsafeRawPointer], _: Number.Type, _ count: Int, times factor: Double,
        _ target: Target, _ worker: Int
    ) {
        let room = results.rooms[worker]
        let places = room.places.base.assumingMemoryBound(to: UnsafePointer<Number>?.self)
        let list = UnsafeBufferPointer(start: places, count: sources.count)
        let sums = room.sums.base.assumingMemoryBound(to: Double.self)
        for start in stride(from: 0, to: count, by: ResultBuffers.stretch) {
            let length = min(ResultBuffers.stretch, count - start)
            for (index, source) in sources.enumerated() {
                places[index] = source.assumingMemoryBound(to: Number.self) + start
            }
            switch target.entries {
            case .double(let base):
                Number.sumWidened(length, factor, list, adding: target.adding, base + start)
            case .single(let base):
                Number.sumRounded(
                    length, factor, list, adding: target.adding, base + start, room: sums)
            }
        }
    }
}
