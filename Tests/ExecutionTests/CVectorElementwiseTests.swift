import CVector
import Foundation
import Randomness
import Testing

/// Runs a program over guarded arrays.
func runElementwise<R: VectorReal>(
    _: R.Type, _ program: [cv_instruction], _ inputs: [cv_operand], _ outputs: [cv_output],
    _ count: Int
) -> Int32 {
    let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: CV_SCRATCH_BYTES, alignment: 16)
    defer { scratch.deallocate() }
    return R.elementwise(
        program, Int32(program.count), inputs, Int32(inputs.count), outputs,
        Int32(outputs.count), Int64(count), scratch)
}

func instruction(
    _ op: Int, _ dst: Int, _ a: Int, _ b: Int = 0, _ c: Int = 0, imm: Double = 0
) -> cv_instruction {
    cv_instruction(op: UInt8(op), dst: UInt8(dst), a: UInt8(a), b: UInt8(b), c: UInt8(c), imm: imm)
}

func full<R: VectorReal>(_ x: Guarded<R>) -> cv_operand {
    cv_operand(base: x.pointer, kind: Int32(CV_FULL), outer: 0, pattern: 0, repeat: 0, period: 0)
}

func store<R: VectorReal>(_ y: Guarded<R>, _ source: Int, accumulate: Bool = false) -> cv_output {
    cv_output(
        base: y.pointer, kind: Int32(CV_FULL), source: Int32(source),
        accumulate: accumulate ? 1 : 0, outer: 0, pattern: 0, repeat: 0, period: 0)
}

func numbers<R: VectorReal>(
    _ stream: RandomStream, _ count: Int, _ range: ClosedRange<Double>
) -> [R] {
    (0..<count).map {
        R(range.lowerBound + stream.uniform($0) * (range.upperBound - range.lowerBound))
    }
}

struct ElementwiseOperation: Sendable, CustomStringConvertible {
    let description: String
    let op: Int
    /// Error allowed, in units of the last place.
    let ulps: Double
    /// Absolute error allowed, in multiples of the unit round-off: for cancellation.
    var absolute: Double = 0
    var range: ClosedRange<Double> = -4...4
    let value: @Sendable (_ a: Double, _ b: Double, _ c: Double, _ imm: Double) -> Double
}

func phi(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
func distribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
func one(_ condition: Bool) -> Double { condition ? 1 : 0 }
func largest(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : max(a, b) }
func smallest(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : min(a, b) }

let elementwiseOperations: [ElementwiseOperation] = [
    .init(description: "add", op: CV_ADD, ulps: 1) { a, b, _, _ in a + b },
    .init(description: "sub", op: CV_SUB, ulps: 1) { a, b, _, _ in a - b },
    .init(description: "mul", op: CV_MUL, ulps: 1) { a, b, _, _ in a * b },
    .init(description: "div", op: CV_DIV, ulps: 1) { a, b, _, _ in a / b },
    .init(description: "max", op: CV_MAX, ulps: 0) { a, b, _, _ in largest(a, b) },
    .init(description: "min", op: CV_MIN, ulps: 0) { a, b, _, _ in smallest(a, b) },
    .init(description: "pow", op: CV_POW, ulps: 2, range: 0.1...4) { a, b, _, _ in pow(a, b) },
    .init(description: "equal", op: CV_EQUAL, ulps: 0) { a, b, _, _ in one(a == b) },
    .init(description: "greater", op: CV_GREATER, ulps: 0) { a, b, _, _ in one(a > b) },
    .init(description: "greater or equal", op: CV_GREATER_EQUAL, ulps: 0) { a, b, _, _ in
        one(a >= b)
    },
    .init(description: "less", op: CV_LESS, ulps: 0) { a, b, _, _ in one(a < b) },
    .init(description: "less or equal", op: CV_LESS_EQUAL, ulps: 0) { a, b, _, _ in one(a <= b) },
    .init(description: "fma", op: CV_FMA, ulps: 1, absolute: 32) { a, b, c, _ in a * b + c },
    .init(description: "fms", op: CV_FMS, ulps: 1, absolute: 32) { a, b, c, _ in a * b - c },
    .init(description: "fnma", op: CV_FNMA, ulps: 1, absolute: 32) { a, b, c, _ in c - a * b },
    .init(description: "select", op: CV_SELECT, ulps: 0) { a, b, c, _ in a != 0 ? b : c },
    .init(description: "add imm", op: CV_ADD_I, ulps: 1) { a, _, _, k in a + k },
    .init(description: "mul imm", op: CV_MUL_I, ulps: 1) { a, _, _, k in a * k },
    .init(description: "rsub imm", op: CV_RSUB_I, ulps: 1) { a, _, _, k in k - a },
    .init(description: "rdiv imm", op: CV_RDIV_I, ulps: 1) { a, _, _, k in k / a },
    .init(description: "max imm", op: CV_MAX_I, ulps: 0) { a, _, _, k in largest(a, k) },
    .init(description: "min imm", op: CV_MIN_I, ulps: 0) { a, _, _, k in smallest(a, k) },
    .init(description: "pow imm", op: CV_POW_I, ulps: 2, range: 0.1...4) { a, _, _, k in
        pow(a, k)
    },
    .init(description: "equal imm", op: CV_EQUAL_I, ulps: 0) { a, _, _, k in one(a == k) },
    .init(description: "greater imm", op: CV_GREATER_I, ulps: 0) { a, _, _, k in one(a > k) },
    .init(description: "greater equal imm", op: CV_GREATER_EQUAL_I, ulps: 0) { a, _, _, k in
        one(a >= k)
    },
    .init(description: "less imm", op: CV_LESS_I, ulps: 0) { a, _, _, k in one(a < k) },
    .init(description: "less equal imm", op: CV_LESS_EQUAL_I, ulps: 0) { a, _, _, k in
        one(a <= k)
    },
    .init(description: "fma imm", op: CV_FMA_I, ulps: 1, absolute: 32) { a, b, _, k in k * a + b },
    .init(description: "constant", op: CV_CONSTANT, ulps: 0) { _, _, _, k in k },
    .init(description: "copy", op: CV_COPY, ulps: 0) { a, _, _, _ in a },
    .init(description: "neg", op: CV_NEG, ulps: 0) { a, _, _, _ in -a },
    .init(description: "abs", op: CV_ABS, ulps: 0) { a, _, _, _ in abs(a) },
    .init(description: "sign", op: CV_SIGN, ulps: 0) { a, _, _, _ in
        a.isNaN ? a : (a > 0 ? 1 : (a < 0 ? -1 : 0))
    },
    .init(description: "square", op: CV_SQUARE, ulps: 1) { a, _, _, _ in a * a },
    .init(description: "sqrt", op: CV_SQRT, ulps: 1) { a, _, _, _ in a.squareRoot() },
    .init(description: "rsqrt", op: CV_RSQRT, ulps: 2) { a, _, _, _ in 1 / a.squareRoot() },
    .init(description: "reciprocal", op: CV_RECIPROCAL, ulps: 1) { a, _, _, _ in 1 / a },
    .init(description: "floor", op: CV_FLOOR, ulps: 0) { a, _, _, _ in floor(a) },
    .init(description: "relu", op: CV_RELU, ulps: 0) { a, _, _, _ in largest(a, 0) },
    .init(description: "step", op: CV_STEP, ulps: 0) { a, _, _, _ in one(a > 0) },
    .init(description: "exp", op: CV_EXP, ulps: 2, range: -86...88) { a, _, _, _ in exp(a) },
    .init(description: "expm1", op: CV_EXPM1, ulps: 2) { a, _, _, _ in expm1(a) },
    .init(description: "log", op: CV_LOG, ulps: 2, range: 1e-6...50) { a, _, _, _ in log(a) },
    .init(description: "log1p", op: CV_LOG1P, ulps: 2) { a, _, _, _ in log1p(a) },
    .init(description: "sin", op: CV_SIN, ulps: 2) { a, _, _, _ in sin(a) },
    .init(description: "cos", op: CV_COS, ulps: 2) { a, _, _, _ in cos(a) },
    .init(description: "tanh", op: CV_TANH, ulps: 3) { a, _, _, _ in tanh(a) },
    .init(description: "erf", op: CV_ERF, ulps: 4) { a, _, _, _ in erf(a) },
    .init(description: "logistic", op: CV_LOGISTIC, ulps: 4, range: -80...80) { a, _, _, _ in
        1 / (1 + exp(-a))
    },
    .init(description: "softplus", op: CV_SOFTPLUS, ulps: 4, range: -80...80) { a, _, _, _ in
        a.isNaN ? a : max(a, 0) + log1p(exp(-abs(a)))
    },
    // Relative accuracy also in the tail, where 1 + erf cancels; there the argument's rounding is
    // magnified by its square.
    .init(description: "gelu", op: CV_GELU, ulps: 64, range: -8...8) { a, _, _, _ in
        a * distribution(a)
    },
    // The derivatives have zeros, where only the absolute error can be bounded.
    .init(description: "gelu'", op: CV_GELU_FIRST, ulps: 0, absolute: 6, range: -8...8) {
        a, _, _, _ in distribution(a) + a * phi(a)
    },
    .init(description: "gelu''", op: CV_GELU_SECOND, ulps: 0, absolute: 6, range: -8...8) {
        a, _, _, _ in phi(a) * (2 - a * a)
    },
]

@Suite("CVector elementwise operations")
struct CVectorElementwiseTests {
    let stream = RandomStream(seed: 3, name: "elementwise kernels")

    func check<R: VectorReal>(
        _: R.Type, _ operation: ElementwiseOperation, count: Int, special: Bool = false
    ) {
        let draw = stream.substream(operation.op * 10_000 + count)
        let immediate = 1.25
        var arrays: [[R]] = (0..<3).map { numbers(draw.substream($0), count, operation.range) }
        if special {
            let values: [R] = [.nan, .infinity, -.infinity, 0, -0.0, 1, -1]
            for k in 0..<3 {
                for i in 0..<count {
                    arrays[k][i] = values[draw.substream(k).integer(i, below: values.count)]
                }
            }
        } else {
            // Equal pairs, so that comparisons see them.
            for i in stride(from: 0, to: count, by: 5) { arrays[1][i] = arrays[0][i] }
        }
        let inputs = arrays.map { Guarded($0) }
        let result = Guarded([R](repeating: 5, count: count))
        let step = instruction(
            operation.op, 3, CV_INPUT, CV_INPUT + 1, CV_INPUT + 2, imm: immediate)
        #expect(
            runElementwise(R.self, [step], inputs.map(full), [store(result, 3)], count) == 0)
        for i in 0..<count {
            let (a, b, c) = (arrays[0][i], arrays[1][i], arrays[2][i])
            let expected = operation.value(Double(a), Double(b), Double(c), immediate)
            let actual = Double(result.pointer[i])
            let unit = Double(R.ulpOfOne) / 2
            let allowed = (2 * operation.ulps * abs(expected) + operation.absolute) * unit
                + Double(R.leastNormalMagnitude)
            let agrees = expected.isNaN ? actual.isNaN : abs(actual - expected) <= allowed
            if agrees || actual == expected { continue }
            Issue.record("\(R.self) \(operation) of \(a), \(b), \(c): \(actual), not \(expected)")
            return
        }
    }

    @Test(arguments: InstructionSet.available)
    func operationsAgreeWithTheCLibrary(_ set: InstructionSet) {
        set.use {
            for operation in elementwiseOperations {
                for count in Array(0...70) + [511, 513, 1500] {
                    GuardedMemory.scope {
                        check(Float.self, operation, count: count)
                        check(Double.self, operation, count: count)
                    }
                }
            }
        }
    }

    /// Operations with infinite intermediate values whose limit is taken are left out here.
    @Test(arguments: InstructionSet.available)
    func nonFiniteValuesPropagate(_ set: InstructionSet) {
        let limits: Set = [CV_GELU, CV_GELU_FIRST, CV_GELU_SECOND]
        set.use {
            for operation in elementwiseOperations where !limits.contains(operation.op) {
                check(Float.self, operation, count: 333, special: true)
                check(Double.self, operation, count: 333, special: true)
            }
            for op in limits {
                let x = Guarded<Float>([.nan, .infinity, 1, .nan])
                let y = Guarded<Float>([0, 0, 0, 0])
                _ = runElementwise(
                    Float.self, [instruction(op, 0, CV_INPUT)], [full(x)], [store(y, 0)], 4)
                let limit: Float = op == CV_GELU ? .infinity : (op == CV_GELU_FIRST ? 1 : 0)
                #expect(y.pointer[0].isNaN && y.pointer[3].isNaN && y.pointer[1] == limit)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func sharedNormalDistributionGivesTheSameGELUs(_ set: InstructionSet) {
        set.use {
            for count in [1, 15, 64, 700] {
                let edges: [Float] = [.infinity, 16, -16, 0]
                let x = Guarded<Float>(
                    Array((numbers(stream.substream(count), count, -5...5) + edges).suffix(count)))
                let results = (0..<8).map { _ in Guarded([Float](repeating: 0, count: count)) }
                let program = [
                    instruction(CV_GELU, 0, CV_INPUT), instruction(CV_GELU_FIRST, 1, CV_INPUT),
                    instruction(CV_GELU_SECOND, 2, CV_INPUT),
                    instruction(CV_NORMAL, 3, CV_INPUT, 4),
                    instruction(CV_GELU_OF, 5, CV_INPUT, 4),
                    instruction(CV_GELU_FIRST_OF, 6, CV_INPUT, 3, 4),
                    instruction(CV_GELU_SECOND_OF, 7, CV_INPUT, 3),
                ]
                let outputs = (0..<8).map { store(results[$0], $0) }
                #expect(runElementwise(Float.self, program, [full(x)], outputs, count) == 0)
                for order in 0..<3 {
                    // Compilers may contract the two forms to different multiply-adds.
                    let pairs = zip(results[order].elements, results[5 + order].elements)
                    let differing = pairs.filter { $0 != $1 && !(abs($0 - $1) <= 1e-6) }
                    #expect(differing.isEmpty)
                }
            }
        }
    }
}
