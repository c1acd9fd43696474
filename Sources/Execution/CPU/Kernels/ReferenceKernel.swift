import Autodiff

/// A primitive that has no kernel of its own, computed by the plain loops of the reference.
final class ReferenceKernel<Scalar: CPUScalar>: Kernel {
    private let primitive: any Primitive
    private let operands: [(slot: Slot, shape: Shape)]
    private let target: Slot
    private let shape: Shape

    init(
        _ primitive: any Primitive, operands: [(slot: Slot, shape: Shape)], target: Slot,
        shape: Shape
    ) {
        (self.primitive, self.operands) = (primitive, operands)
        (self.target, self.shape) = (target, shape)
    }

    func run(_ frame: Frame) throws {
        let value = try referenceValue(
            primitive,
            operands.map { operand in
                let source = frame.pointer(operand.slot, Scalar.self)
                let count = operand.shape.count
                return ReferenceOperand(
                    values: [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
                        if let base = buffer.baseAddress {
                            Scalar.widen(count, 1, source, adding: false, base)
                        }
                        initialized = count
                    }, shape: operand.shape)
            }, shape)
        Scalar.convert(value.count, value, frame.pointer(target, Scalar.self))
    }
}
