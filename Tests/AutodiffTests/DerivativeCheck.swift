import Autodiff
import Execution

@testable import GraphSamples

/// Compares the derivatives of one function with finite differences and with each other.
struct DerivativeCheck {
    /// The operands of the function, where its derivatives are taken.
    let operands: [Operand]
    /// The highest order of derivative to check, from 1 to 3.
    var order = 3
    /// Whether the function is smooth within a few steps, so that differences mean something.
    var isSmooth = true
    /// The step of the central differences of fourth order: their error is near step⁴/30 times the
    /// fifth derivative, and rounding adds 10⁻¹⁶/step.
    var step = 1e-3
    /// The accuracy of differences, relative to the larger of 1 and the largest element.
    var differenceTolerance = 1e-7
    /// The function.
    let function: ([Tensor]) throws -> Tensor

    /// What does not hold for values drawn with `dice`; empty where all is well.
    func failures(_ dice: inout Dice) throws -> [String] {
        let builder = GraphBuilder()
        let x = operands.enumerated().map {
            builder.input("x\($0)", $1.shape, role: .parameter)
        }
        let moving = operands.indices.filter { operands[$0].domain.moves }
        let v = moving.map { builder.input("v\($0)", operands[$0].shape, role: .vector) }
        let w = moving.map { builder.input("w\($0)", operands[$0].shape, role: .vector) }
        let y = try function(x)
        let c = builder.input("c", y.shape, role: .vector)
        let points = moving.map { x[$0] }

        var named: [(name: String, tensor: Tensor, combination: Combination)] = []
        func emit(_ name: String, _ tensors: [Tensor]) {
            for (tensor, place) in zip(tensors, tensors.count == 1 ? [0] : moving) {
                named.append(("\(name)\(place)", tensor, .sum))
            }
        }
        func push(_ tensors: [Tensor], _ along: [Tensor]) throws -> [Tensor] {
            try zip(builder.pushforward(of: tensors, from: points, along: along), tensors).map {
                try $0 ?? builder.fill(0, $1.shape)
            }
        }
        emit("y", [y])
        emit("Jv", try push([y], v))
        let cotangents = try builder.pullback(of: [y], to: points, cotangents: [c])
        emit("Jc", cotangents)
        if order >= 2 {
            // The square gives linear functions a second derivative too.
            let scalar = try ((c * y).sum() + (y * y).sum().scaled(by: 0.5))
            let (g, hv) = try builder.hessianVectorProduct(of: scalar, at: points, vector: v)
            emit("g", g)
            emit("Hv", hv)
            emit("Hw", try push(g, w))
            if order >= 3 {
                emit("Tvv", try push(hv, v))
                emit("Tvw", try push(hv, w))
                let projected = try zip(w, hv).map { try ($0 * $1).sum() }
                    .reduce(builder.fill(0, [])) { try $0 + $1 }
                emit("R", try builder.gradient(of: projected, withRespectTo: points))
            }
        }
        let graph = builder.graph(outputs: named)

        var inputs: [String: [Double]] = [:]
        for (index, operand) in operands.enumerated() {
            inputs["x\(index)"] = operand.domain.values(operand.shape.count, &dice)
        }
        for input in graph.inputs where inputs[input.name] == nil {
            inputs[input.name] = (0..<input.shape.count).map { _ in dice.uniform(-1...1) }
        }
        let names = moving.map(String.init)
        let outputNames = names.count == 1 ? ["0"] : names
        let result = try evaluate(graph, inputs)
        var report = Report()

        func joined(_ values: [String: [Double]], _ name: String, _ places: [String]) -> [Double] {
            places.flatMap { values[name + $0] ?? [] }
        }
        let direction = joined(inputs, "v", names)
        let other = joined(inputs, "w", names)
        report.adjoint(
            "<c, Jv> = <Jᵀc, v>", inputs["c"] ?? [], joined(result, "Jv", ["0"]),
            joined(result, "Jc", outputNames), direction, 1e-12)
        if order >= 2 {
            report.adjoint(
                "<w, Hv> = <v, Hw>", other, joined(result, "Hv", outputNames),
                direction, joined(result, "Hw", outputNames), 1e-10)
        }
        if order >= 3 {
            report.adjoint(
                "<w, T(v, v)> = <v, T(v, w)>", other, joined(result, "Tvv", outputNames),
                direction, joined(result, "Tvw", outputNames), 1e-10)
            report.equal(
                "∇<w, Hv> = T(v, w)", joined(result, "R", outputNames),
                joined(result, "Tvw", outputNames), 1e-11)
        }
        guard isSmooth else { return report.failures }

        let samples = try [-2.0, -1, 1, 2].map { steps in
            var displaced = inputs
            for name in names {
                displaced["x" + name] = zip(inputs["x" + name] ?? [], inputs["v" + name] ?? [])
                    .map { $0 + steps * step * $1 }
            }
            return try evaluate(graph, displaced)
        }
        func difference(_ name: String, _ places: [String]) -> [Double] {
            let f = samples.map { joined($0, name, places) }
            return f[0].indices.map {
                (f[0][$0] - 8 * f[1][$0] + 8 * f[2][$0] - f[3][$0]) / (12 * step)
            }
        }
        let tolerance = differenceTolerance
        report.equal("Jv", joined(result, "Jv", ["0"]), difference("y", ["0"]), tolerance)
        if order >= 2 {
            report.equal(
                "Hv", joined(result, "Hv", outputNames), difference("g", outputNames), tolerance)
        }
        if order >= 3 {
            report.equal(
                "T(v, v)", joined(result, "Tvv", outputNames), difference("Hv", outputNames),
                tolerance)
        }
        return report.failures
    }
}

/// Runs a graph on the reference machine in double precision.
func evaluate(_ graph: Graph, _ inputs: [String: [Double]]) throws -> [String: [Double]] {
    try ReferenceMachine().evaluate(graph, inputs)
}

/// Collects what does not hold.
struct Report {
    private(set) var failures: [String] = []

    /// Equal numbers, relative to the larger of 1 and the largest element.
    mutating func equal(_ what: String, _ a: [Double], _ b: [Double], _ tolerance: Double) {
        guard a.count == b.count else {
            failures.append("\(what): \(a.count) numbers against \(b.count)")
            return
        }
        let scale = (a + b).map(abs).reduce(1, max)
        for index in a.indices where !(abs(a[index] - b[index]) <= tolerance * scale) {
            failures.append("\(what)[\(index)]: \(a[index]) against \(b[index]), scale \(scale)")
            return
        }
    }

    /// <a, b> = <c, d>, relative to the sum of the products' magnitudes.
    mutating func adjoint(
        _ what: String, _ a: [Double], _ b: [Double], _ c: [Double], _ d: [Double],
        _ tolerance: Double
    ) {
        guard a.count == b.count, c.count == d.count else {
            failures.append("\(what): lengths \([a, b, c, d].map(\.count)) do not pair")
            return
        }
        let (left, right) = (zip(a, b).map(*), zip(c, d).map(*))
        let scale = (left + right).map(abs).reduce(1e-300, +)
        let (first, second) = (left.reduce(0, +), right.reduce(0, +))
        if !(abs(first - second) <= tolerance * scale) {
            failures.append("\(what): \(first) against \(second), scale \(scale)")
        }
    }
}
