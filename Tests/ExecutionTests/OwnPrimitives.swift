import Randomness
import Synchronization

@testable import Autodiff
@testable import Execution

// Primitives that only these tests know, so no machine has a kernel for them.

/// `y = x³`, elementwise.
struct Cube: ReferenceEvaluable {
    var description: String { "cube" }

    func outputShape(_ operands: [Shape]) -> Shape { operands[0] }

    func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let x = call.operands[0]
        return try tangents[0].map { try x.builder.apply(CubeTangent(), [x, $0]) }
    }

    func value(_ operands: [ReferenceOperand]) -> [Double] {
        operands[0].values.map { $0 * $0 * $0 }
    }
}

/// `y = 3 x² t`, linear in `t`.
struct CubeTangent: ReferenceEvaluable {
    var description: String { "cube tangent" }

    func outputShape(_ operands: [Shape]) -> Shape { operands[0] }

    func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let (x, t) = (call.operands[0], call.operands[1])
        let moving = try tangents[1].map { try x.builder.apply(self, [x, $0]) }
        guard let dx = tangents[0] else { return moving }
        let bent = try (x * t * dx).scaled(by: 6)
        return try moving.map { try bent + $0 } ?? bent
    }

    func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        guard operand == 1 else { throw NotLinearError(primitive: description, operand: operand) }
        let x = call.operands[0]
        return try x.builder.apply(self, [x, cotangent])
    }

    func value(_ operands: [ReferenceOperand]) -> [Double] {
        zip(operands[0].values, operands[1].values).map { 3 * $0 * $0 * $1 }
    }
}

/// The identity, which fails once whenever its trigger is set.
struct Flaky: ReferenceEvaluable {
    struct Failure: Error {}

    final class Trigger: Sendable, Hashable {
        private let isSet = Atomic<Bool>(false)

        func set() { isSet.store(true, ordering: .releasing) }

        /// Whether it was set; it is not any more.
        func take() -> Bool { isSet.exchange(false, ordering: .acquiringAndReleasing) }

        static func == (a: Trigger, b: Trigger) -> Bool { a === b }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
    }

    let trigger: Trigger

    var description: String { "flaky" }

    func outputShape(_ operands: [Shape]) -> Shape { operands[0] }

    func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        try tangents[0].map { try $0.builder.apply(self, [$0]) }
    }

    func transpose(_ call: Call, _ cotangent: Tensor, to operand: Int) throws -> Tensor? {
        try cotangent.builder.apply(self, [cotangent])
    }

    func value(_ operands: [ReferenceOperand]) throws -> [Double] {
        if trigger.take() { throw Failure() }
        return operands[0].values
    }
}

/// The loss of a few weights with its gradient and a Hessian product, of random numbers.
struct SmallProblem {
    let graph: Graph
    /// Shared inputs by name, and examples of all groups one after another.
    let inputs: [String: [Double]]

    /// - Parameters:
    ///   - groups: how many groups of `x` are drawn.
    ///   - loss: a scalar of the examples `x` and the weights `w`.
    ///   - shared: a function of weights and vector that is a result, too.
    init(
        x: Shape, w: Shape, groups: Int, loss: (_ x: Tensor, _ w: Tensor) throws -> Tensor,
        shared: ((_ w: Tensor, _ v: Tensor) throws -> Tensor)? = nil
    ) throws {
        let builder = GraphBuilder()
        let examples = builder.input("x", x, role: .examples)
        let weights = builder.input("w", w, role: .parameter)
        let vector = builder.input("v", w, role: .vector)
        let value = try loss(examples, weights)
        let (gradient, product) = try builder.hessianVectorProduct(
            of: value, at: [weights], vector: [vector])
        var outputs: [(name: String, tensor: Tensor, combination: Combination)] = [
            ("loss", value, .sum), ("gradient", gradient[0], .sum), ("product", product[0], .sum),
        ]
        if let shared { outputs.append(("shared", try shared(weights, vector), .sum)) }
        graph = builder.graph(outputs: outputs)
        // Numbers that a Float holds.
        func numbers(_ name: String, _ count: Int) -> [Double] {
            RandomStream(seed: 5, name: name).gaussians(count).map { Double(Float($0)) }
        }
        inputs = [
            "x": numbers("x", x.count * groups), "w": numbers("w", w.count),
            "v": numbers("v", w.count),
        ]
    }

    func load(_ program: any MachineProgram) throws {
        for input in graph.inputs where input.role != .examples {
            try program.set(input, inputs[input.name] ?? [])
        }
        try program.setExamples { group in
            graph.inputs.filter { $0.role == .examples }.map { input in
                let count = input.shape.count
                let rows = inputs[input.name]?[group * count..<(group + 1) * count] ?? []
                return ExampleInput(input, .double(Array(rows)))
            }
        }
    }

    /// All results of a point and a product.
    func results(_ program: any MachineProgram) throws -> [String: [Double]] {
        try program.runPoint()
        var results = ["loss": try program.output("loss")]
        results["gradient"] = try program.output("gradient")
        try program.runProduct()
        for output in graph.outputs where results[output.name] == nil {
            results[output.name] = try program.output(output.name)
        }
        return results
    }
}
