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

    init<Scalar>(_ outputs: [Lowering<Scalar>.OutputPlan], workers: Int) throws {
        var (stored, plain) = (0, 0)
        for (index, output) in outputs.enumerated() {
            guard let filters = output.filters else { continue }
            let pieces = try filters.pieces()
            unpackings[index] = Unpacking(
                pieces: pieces, conversion: try filters.conversion(ofPiece: true))
            stored = max(stored, output.storedCount / pieces.count)
            plain = max(plain, output.shape.count / pieces.count)
        }
        rooms = (0..<workers).map { _ in
            (
                Memory(bytes: workers * MemoryLayout<UnsafeRawPointer?>.stride),
                Memory(bytes: Self.stretch * 8), Memory(bytes: stored * 4),
                Memory(bytes: plain * 4)
            )
        }
    }
}

extension Executor {
    /// The result `name`: a sum over all examples, or one row after another, in double precision.
    ///
    /// - Throws: `ExecutionError` if there is no such result.
    public func output(_ name: String) throws -> [Double] {
        let index = try position(name)
        let count = total(program.outputs[index])
        return try [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress {
                try collect(index, times: 1, adding: false, base, worker: 0)
            }
            initialized = count
        }
    }

    /// Several results, one after another, times `factor`.
    ///
    /// The workers share the results, each result whole.
    ///
    /// - Parameter total: is added to where it is given, as long as all results together.
    public func outputs(
        _ names: [String], times factor: Double, addedTo total: consuming [Double]? = nil
    ) throws -> [Double] {
        let indices = try names.map(position)
        var bounds: [Int] = [0]
        for index in indices {
            bounds.append(bounds[bounds.count - 1] + self.total(program.outputs[index]))
        }
        let count = bounds[indices.count]
        guard var sum = total else {
            return try [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
                try collect(indices, bounds, times: factor, adding: false, buffer)
                initialized = count
            }
        }
        precondition(sum.count == count, "The sum has another length than the results.")
        try sum.withUnsafeMutableBufferPointer {
            try collect(indices, bounds, times: factor, adding: true, $0)
        }
        return sum
    }

    private func collect(
        _ indices: [Int], _ bounds: [Int], times factor: Double, adding: Bool,
        _ target: UnsafeMutableBufferPointer<Double>
    ) throws {
        guard let base = target.baseAddress else { return }
        nonisolated(unsafe) let destination = base
        let whole = max(bounds[indices.count], 1)
        try pool.run { worker in
            for (order, index) in indices.enumerated()
            where bounds[order] * self.pool.count / whole == worker {
                try self.collect(
                    index, times: factor, adding: adding, destination + bounds[order],
                    worker: worker)
            }
        }
    }

    private func position(_ name: String) throws -> Int {
        guard let index = outputPositions[name] else {
            throw ExecutionError.unknownOutput(name: name, declared: program.outputs.map(\.name))
        }
        let output = program.outputs[index]
        if program.sharesSums, output.combination == .sum, output.stage.isPerGroup,
            output.stage != summedStage
        {
            throw ExecutionError.overwrittenOutput(name: name)
        }
        return index
    }

    private func total(_ output: Lowering<Scalar>.OutputPlan) -> Int {
        output.combination == .concatenate && output.stage.isPerGroup
            ? output.shape.count * groups : output.shape.count
    }

    /// Sets elements of `target` to one result times `factor`, or adds that to them.
    ///
    /// Short stretches meet all workers' sums while they are in the cache.
    private func collect(
        _ index: Int, times factor: Double, adding: Bool, _ target: UnsafeMutablePointer<Double>,
        worker: Int
    ) throws {
        let output = program.outputs[index]
        let slot = program.placement[output.buffer]
        let count = output.shape.count
        switch slot.region {
        case .sums where results.unpackings[index] != nil:
            try unpack(index, times: factor, adding: adding, target, worker: worker)
        case .sums:
            forEachStretch(count) { start, length in
                addUp(slot, start, length, times: factor, adding: adding, target + start, worker)
            }
        case .rows:
            for group in 0..<groups {
                let source = (rowsBase(group) + slot.offset).assumingMemoryBound(to: Scalar.self)
                Scalar.widen(count, factor, source, adding: adding, target + group * count)
            }
        default:
            let base = slot.region == .vector ? vector.base : parameters.base
            let source = (base + slot.offset).assumingMemoryBound(to: Scalar.self)
            Scalar.widen(count, factor, source, adding: adding, target)
        }
    }

    /// The same for a gradient by filters, as it is stored.
    private func unpack(
        _ index: Int, times factor: Double, adding: Bool, _ target: UnsafeMutablePointer<Double>,
        worker: Int
    ) throws {
        guard let unpacking = results.unpackings[index] else { return }
        let output = program.outputs[index]
        let slot = program.placement[output.buffer]
        let room = results.rooms[worker]
        let sums = room.sums.base.assumingMemoryBound(to: Double.self)
        let stored = room.stored.base.assumingMemoryBound(to: Float.self)
        let values = room.plain.base.assumingMemoryBound(to: Float.self)
        let count = output.shape.count / unpacking.pieces.count
        for (piece, ranges) in unpacking.pieces.enumerated() {
            var place = stored
            for range in ranges {
                if hasTotals {
                    forEachStretch(range.count) { start, length in
                        addUp(
                            slot, range.lowerBound + start, length, times: 1, adding: false,
                            sums, worker)
                        cv_narrow(Int64(length), sums, place + start)
                    }
                } else {
                    let sources = places(of: slot, from: range.lowerBound, Float.self, worker)
                    cv_sum(
                        Int64(range.count), Int64(sources.count), sources.baseAddress, place)
                }
                place += range.count
            }
            try unpacking.conversion.run(stored, values)
            let part = target + piece * count
            forEachStretch(count) { start, length in
                Float.widen(length, factor, values + start, adding: adding, part + start)
            }
        }
    }

    /// Sets a stretch of `target` to all workers' sums of one result times `factor`, or adds that.
    private func addUp(
        _ slot: Slot, _ start: Int, _ length: Int, times factor: Double, adding: Bool,
        _ target: UnsafeMutablePointer<Double>, _ worker: Int
    ) {
        if hasTotals {
            Double.sumWidened(
                length, factor, places(of: slot, from: start, Double.self, worker), adding: adding,
                target)
        } else {
            Scalar.sumWidened(
                length, factor, places(of: slot, from: start, Scalar.self, worker), adding: adding,
                target)
        }
    }

    /// Whether workers have sums in double precision over more groups than they add up at a time.
    private var hasTotals: Bool { workers[0].hasTotals }

    /// Where all workers' sums of one result are, from an element on: totals if there are any.
    private func places<Number>(
        of slot: Slot, from start: Int, _ type: Number.Type, _ worker: Int
    ) -> UnsafeBufferPointer<UnsafePointer<Number>?> {
        let list = results.rooms[worker].places.base
            .assumingMemoryBound(to: UnsafePointer<Number>?.self)
        for (index, source) in summingWorkers.enumerated() {
            list[index] = source.sums(of: slot, type) + start
        }
        return UnsafeBufferPointer(start: list, count: summingWorkers.count)
    }

    private func forEachStretch(_ count: Int, _ body: (_ start: Int, _ length: Int) -> Void) {
        for start in stride(from: 0, to: count, by: ResultBuffers.stretch) {
            body(start, min(ResultBuffers.stretch, count - start))
        }
    }
}
