import CVector

/// A fused chain of elementwise operations.
final class ElementwiseKernel<Scalar: CPUScalar>: Kernel {
    private let instructions: [cv_instruction]
    private let inputSlots: [Slot]
    private let outputSlots: [Slot]
    private var inputs: [cv_operand]
    private var outputs: [cv_output]
    private let count: Int
    private let scratch: Slot

    init(
        instructions: [cv_instruction], inputs: [(Slot, Int, Layouts.Pattern)],
        results: [(Slot, Int, Layouts.Pattern, Int)], count: Int, scratch: Slot
    ) {
        self.instructions = instructions
        inputSlots = inputs.map(\.0)
        outputSlots = results.map(\.0)
        self.inputs = inputs.map { _, kind, pattern in
            cv_operand(
                base: nil, kind: Int32(kind), outer: Int64(pattern.outer),
                pattern: Int64(pattern.pattern), repeat: Int64(pattern.repeat),
                period: Int64(pattern.period))
        }
        outputs = results.map { _, kind, pattern, source in
            cv_output(
                base: nil, kind: Int32(kind), source: Int32(source), accumulate: 0,
                outer: Int64(pattern.outer), pattern: Int64(pattern.pattern),
                repeat: Int64(pattern.repeat), period: Int64(pattern.period))
        }
        self.count = count
        self.scratch = scratch
    }

    func run(_ frame: Frame) throws {
        for index in inputs.indices {
            inputs[index].base = UnsafeRawPointer(frame.pointer(inputSlots[index], Scalar.self))
        }
        for index in outputs.indices {
            outputs[index].base = UnsafeMutableRawPointer(
                frame.pointer(outputSlots[index], Scalar.self))
        }
        let working = UnsafeMutableRawPointer(frame.pointer(scratch, Scalar.self))
        let status = Scalar.elementwise(
            instructions, Int32(instructions.count), inputs, Int32(inputs.count), outputs,
            Int32(outputs.count), Int64(count), working)
        if status != 0 { throw KernelError(kernel: "elementwise pass", status: Int(status)) }
    }
}

/// Numbers that are part of the program.
final class ConstantKernel<Scalar: CPUScalar>: Kernel {
    private let values: [Scalar]
    private let target: Slot

    init(values: [Double], target: Slot) {
        self.values = Scalar.rounding(values)
        self.target = target
    }

    func run(_ frame: Frame) {
        frame.pointer(target, Scalar.self).update(from: values, count: values.count)
    }
}

/// Double-precision totals as numbers of the working type.
final class RoundKernel<Scalar: CPUScalar>: Kernel {
    private let source: Slot
    private let target: Slot
    private let count: Int

    init(source: Slot, target: Slot, count: Int) {
        (self.source, self.target, self.count) = (source, target, count)
    }

    func run(_ frame: Frame) {
        Scalar.narrow(
            count, frame.pointer(source, Double.self), frame.pointer(target, Scalar.self))
    }
}
