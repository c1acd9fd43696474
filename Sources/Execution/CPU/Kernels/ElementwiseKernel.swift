import CVector

/// An array that a fused chain reads or writes.
struct ElementwiseOperand {
    let slot: Slot
    /// `CV_FULL`, `CV_SCALAR` or `CV_PERIODIC`.
    let kind: Int
    let pattern: Layouts.Pattern
}

/// A fused chain of elementwise operations.
final class ElementwiseKernel<Scalar: CPUScalar>: Kernel {
    private let instructions: [cv_instruction]
    private let operands: [ElementwiseOperand]
    private let results: [(operand: ElementwiseOperand, source: Int)]
    private let count: Int
    private let scratch: Slot
    private var whole: ElementwisePass<Scalar>
    /// A member's part, where a team divides the pass.
    private var own: ElementwisePass<Scalar>?

    init(
        instructions: [cv_instruction], operands: [ElementwiseOperand],
        results: [(operand: ElementwiseOperand, source: Int)], count: Int, scratch: Slot
    ) {
        self.instructions = instructions
        (self.operands, self.results) = (operands, results)
        (self.count, self.scratch) = (count, scratch)
        whole = ElementwisePass(operands, results, count: count)
    }

    func divides(_ share: Share) -> Bool {
        guard count >= Self.worthwhile * share.count else { return false }
        let patterns = (operands + results.map(\.operand))
            .filter { $0.kind == CV_PERIODIC }.map(\.pattern)
        let quanta = patterns.isEmpty
            ? [Int(CV_TILE)] : patterns.flatMap { [$0.unit, $0.cycle] }
        // The finest division that all operands allow.
        for quantum in Set(quanta).sorted() {
            let passes = (0..<share.count).map { member in
                ElementwisePass<Scalar>(
                    operands, results,
                    of: Share(member: member, count: share.count).range(of: count, by: quantum))
            }
            guard passes.allSatisfy({ $0 != nil }) else { continue }
            own = passes[share.member]
            return true
        }
        return false
    }

    /// Elements below which a pass takes no longer than waiting for others.
    private static var worthwhile: Int { 2048 }

    func run(_ frame: Frame) throws {
        let working = UnsafeMutableRawPointer(frame.working(scratch, Scalar.self))
        let part = frame.share.count > 1 ? own?.run(instructions, frame, working) : nil
        let status = part ?? whole.run(instructions, frame, working)
        if status != 0 { throw KernelError(kernel: "elementwise pass", status: Int(status)) }
    }
}

/// A chain over a stretch of the flat index, with what the vector kernels are told of it.
private struct ElementwisePass<Scalar: CPUScalar> {
    private let count: Int
    private var inputs: [cv_operand]
    private var outputs: [cv_output]
    /// Where each array is, and how many elements of it come before the stretch.
    private let sources: [(slot: Slot, offset: Int)]
    private let targets: [(slot: Slot, offset: Int)]

    /// Everything.
    init(
        _ operands: [ElementwiseOperand], _ results: [(operand: ElementwiseOperand, source: Int)],
        count: Int
    ) {
        self.init(
            operands.map { ($0, $0.pattern, 0) },
            results.map { ($0.operand, $0.source, $0.operand.pattern, 0) }, count)
    }

    /// A stretch; nil where an array cannot be told to begin there, or where a sum needs more.
    init?(
        _ operands: [ElementwiseOperand], _ results: [(operand: ElementwiseOperand, source: Int)],
        of range: Range<Int>
    ) {
        guard !range.isEmpty else { return nil }
        var read: [(ElementwiseOperand, Layouts.Pattern, Int)] = []
        for operand in operands {
            guard let (pattern, offset) = operand.part(range) else { return nil }
            read.append((operand, pattern, offset))
        }
        var written: [(ElementwiseOperand, Int, Layouts.Pattern, Int)] = []
        for (operand, source) in results {
            guard let (pattern, offset) = operand.part(range) else { return nil }
            // What a sum repeats, one member must see whole.
            if operand.kind != CV_FULL,
                operand.kind == CV_SCALAR || pattern.outer != operand.pattern.outer
                    || pattern.pattern == operand.pattern.pattern
            {
                return nil
            }
            written.append((operand, source, pattern, offset))
        }
        self.init(read, written, range.count)
    }

    private init(
        _ read: [(operand: ElementwiseOperand, pattern: Layouts.Pattern, offset: Int)],
        _ written: [(
            operand: ElementwiseOperand, source: Int, pattern: Layouts.Pattern, offset: Int
        )],
        _ count: Int
    ) {
        self.count = count
        inputs = read.map { operand, pattern, _ in
            cv_operand(
                base: nil, kind: Int32(operand.kind), outer: Int64(pattern.outer),
                pattern: Int64(pattern.pattern), repeat: Int64(pattern.repeat),
                period: Int64(pattern.period))
        }
        outputs = written.map { operand, source, pattern, _ in
            cv_output(
                base: nil, kind: Int32(operand.kind), source: Int32(source), accumulate: 0,
                outer: Int64(pattern.outer), pattern: Int64(pattern.pattern),
                repeat: Int64(pattern.repeat), period: Int64(pattern.period))
        }
        sources = read.map { ($0.operand.slot, $0.offset) }
        targets = written.map { ($0.operand.slot, $0.offset) }
    }

    /// - Returns: 0, or the status of the vector kernel.
    mutating func run(
        _ instructions: [cv_instruction], _ frame: Frame, _ working: UnsafeMutableRawPointer
    ) -> Int32 {
        for (index, source) in sources.enumerated() {
            inputs[index].base = UnsafeRawPointer(
                frame.pointer(source.slot, Scalar.self) + source.offset)
        }
        for (index, target) in targets.enumerated() {
            // Sums are in double precision.
            outputs[index].base = outputs[index].kind == CV_FULL
                ? UnsafeMutableRawPointer(frame.pointer(target.slot, Scalar.self) + target.offset)
                : UnsafeMutableRawPointer(frame.pointer(target.slot, Double.self) + target.offset)
        }
        return Scalar.elementwise(
            instructions, Int32(instructions.count), inputs, Int32(inputs.count), outputs,
            Int32(outputs.count), Int64(count), working)
    }
}

extension ElementwiseOperand {
    /// How the array lies along a stretch of the flat index, and how many of its elements come
    /// before; nil where no pattern begins there.
    fileprivate func part(_ range: Range<Int>) -> (Layouts.Pattern, offset: Int)? {
        switch kind {
        case CV_FULL: (pattern, range.lowerBound)
        case CV_SCALAR: (pattern, 0)
        default: pattern.part(range)
        }
    }
}
