import Execution

@testable import Autodiff
@testable import GraphSamples

/// A graph with random inputs, on which machines should agree.
struct AgreementSubject {
    let graph: Graph
    /// The values of each input, before they are rounded to a machine's precision.
    let inputs: [String: [Double]]
}

/// Evaluates one graph in two ways and compares the outputs.
///
/// The two may work in different precisions: both get the same numbers, which each can hold.
struct MachineAgreement {
    /// The outputs of a graph, given its inputs.
    typealias Evaluation = @Sendable (Graph, [String: [Double]]) throws -> [String: [Double]]

    let first: Evaluation
    let second: Evaluation
    /// In which the numbers are given.
    let precision: Precision
    /// The largest difference, relative to the larger of 1 and the largest element of an output.
    let tolerance: Double

    /// What differs; empty where the two agree.
    func failures(on subject: AgreementSubject) throws -> [String] {
        let values = subject.inputs.mapValues { values in
            precision == .double ? values : values.map { Double(Float($0)) }
        }
        let a = try first(subject.graph, values)
        let b = try second(subject.graph, values)
        guard Set(a.keys) == Set(b.keys) else {
            return ["outputs \(a.keys.sorted()) against \(b.keys.sorted())"]
        }
        return a.keys.sorted().compactMap { difference($0, a[$0] ?? [], b[$0] ?? []) }
    }

    private func difference(_ name: String, _ a: [Double], _ b: [Double]) -> String? {
        guard a.count == b.count else {
            return "\(name): \(a.count) numbers against \(b.count)"
        }
        let scale = (a + b).map(abs).reduce(1, max)
        // Written so that a NaN on either side is a difference.
        guard let index = a.indices.first(where: { !(abs(a[$0] - b[$0]) <= tolerance * scale) })
        else { return nil }
        return "\(name)[\(index)]: \(a[index]) against \(b[index]), scale \(scale)"
    }
}

extension AgreementSubject {
    /// One primitive on random operands, each in a random role.
    init(_ sample: Sample, _ dice: inout Dice) throws {
        let builder = GraphBuilder()
        let roles: [InputRole] = [.parameter, .examples, .vector]
        let operands = sample.operands.enumerated().map {
            builder.input("x\($0)", $1.shape, role: dice.element(of: roles))
        }
        let y = try builder.apply(sample.primitive, operands)
        graph = builder.graph(outputs: [("y", y, .sum)])
        inputs = Self.draw(sample.operands, graph, &dice)
    }

    /// A scalar function of random operands, its gradient and a Hessian-vector product.
    ///
    /// The first operand and those that do not move are examples, all others parameters.
    init(
        _ operands: [Operand], _ dice: inout Dice, _ function: ([Tensor]) throws -> Tensor
    ) throws {
        let builder = GraphBuilder()
        let x = operands.enumerated().map { index, operand in
            let isExamples = index == 0 || !operand.domain.moves
            return builder.input(
                "x\(index)", operand.shape, role: isExamples ? .examples : .parameter)
        }
        let moving = operands.indices.filter { operands[$0].domain.moves }
        let v = moving.map { builder.input("v\($0)", operands[$0].shape, role: .vector) }
        let scalar = try function(x)
        let (gradient, product) = try builder.hessianVectorProduct(
            of: scalar, at: moving.map { x[$0] }, vector: v)
        graph = builder.graph(
            outputs: [("scalar", scalar, .sum)]
                + zip(moving, gradient).map { ("gradient\($0)", $1, .sum) }
                + zip(moving, product).map { ("product\($0)", $1, .sum) })
        inputs = Self.draw(operands, graph, &dice)
    }

    private static func draw(
        _ operands: [Operand], _ graph: Graph, _ dice: inout Dice
    ) -> [String: [Double]] {
        var inputs: [String: [Double]] = [:]
        for (index, operand) in operands.enumerated() {
            inputs["x\(index)"] = operand.domain.values(operand.shape.count, &dice)
        }
        for input in graph.inputs where inputs[input.name] == nil {
            inputs[input.name] = (0..<input.shape.count).map { _ in dice.uniform(-1...1) }
        }
        return inputs
    }
}
