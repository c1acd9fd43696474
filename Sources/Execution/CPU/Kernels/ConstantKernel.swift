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
        Scalar.convert(
            count, frame.pointer(source, Double.self), frame.pointer(target, Scalar.self))
    }
}
