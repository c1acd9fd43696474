import Autodiff
import CVector

/// What it takes to bring packed results to row-major order, made once.
final class ResultBuffers {
    /// For each packed result its conversion, and room for its elements in both orders.
    private(set) var packed: [Int: (reorder: ReorderKernel, stored: Memory, plain: Memory)] = [:]

    init<Scalar>(_ outputs: [Lowering<Scalar>.OutputPlan]) throws {
        for (index, output) in outputs.enumerated() {
            guard let packing = output.packing else { continue }
            let anywhere = Slot(region: .sums, offset: 0)
            packed[index] = (
                try ReorderKernel(
                    .weight(packing, toPlain: true), source: anywhere, target: anywhere),
                // Totals in double precision, then rounded in the same place's second half.
                Memory(bytes: output.storedCount * 12), Memory(bytes: output.shape.count * 4)
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
        var values = [Double](repeating: 0, count: count)
        try values.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { try add(index, to: base) }
        }
        return values
    }

    /// Adds several results, one after another, to the elements of `target`.
    ///
    /// The workers share the results, each result whole.
    public func add(_ names: [String], to target: UnsafeMutableBufferPointer<Double>) throws {
        let indices = try names.map(position)
        var starts: [Int] = [0]
        for index in indices { starts.append(starts[starts.count - 1] + total(program.outputs[index])) }
        guard let base = target.baseAddress else { return }
        precondition(starts[indices.count] <= target.count, "The target is too small.")
        let whole = max(starts[indices.count], 1)
        nonisolated(unsafe) let destination = base
        let bounds = starts
        try pool.run { worker in
            for (order, index) in indices.enumerated()
            where bounds[order] * self.pool.count / whole == worker {
                try self.add(index, to: destination + bounds[order])
            }
        }
    }

    private func position(_ name: String) throws -> Int {
        guard let index = outputPositions[name] else {
            throw ExecutionError.unknownInput(name: name, declared: program.outputs.map(\.name))
        }
        return index
    }

    private func total(_ output: Lowering<Scalar>.OutputPlan) -> Int {
        let perGroup = output.stage == .examples || output.stage == .linear
        return output.combination == .concatenate && perGroup
            ? output.shape.count * groups : output.shape.count
    }

    private func add(_ index: Int, to target: UnsafeMutablePointer<Double>) throws {
        let output = program.outputs[index]
        let slot = program.placement[output.buffer]
        let count = output.shape.count
        switch slot.region {
        case .sums:
            if let packed = results.packed[index] {
                let sums = packed.stored.base.assumingMemoryBound(to: Double.self)
                cv_fill_f64(Int64(output.storedCount), 0, sums)
                for worker in workers { worker.addSums(slot, output.storedCount, sums) }
                let stored = (packed.stored.base + output.storedCount * 8)
                    .assumingMemoryBound(to: Float.self)
                cv_narrow(Int64(output.storedCount), sums, stored)
                let plain = packed.plain.base.assumingMemoryBound(to: Float.self)
                try packed.reorder.run(stored, plain)
                cv_widen_add(Int64(count), 1, plain, target)
                return
            }
            for worker in workers { worker.addSums(slot, count, target) }
        case .rows:
            for group in 0..<groups {
                let source = (rowsBase(group) + slot.offset).assumingMemoryBound(to: Scalar.self)
                Scalar.addWidened(count, source, target + group * count)
            }
        default:
            let base = slot.region == .vector ? vector.base : parameters.base
            Scalar.addWidened(
                count, (base + slot.offset).assumingMemoryBound(to: Scalar.self), target)
        }
    }
}
