import Autodiff
import Foundation
import Testing

@testable import GraphSamples

/// Hessians that are known in closed form.
@Suite("Analytic derivatives")
struct AnalyticTests {
    /// ½ xᵀA x + bᵀx has the gradient ½(A + Aᵀ)x + b and the Hessian ½(A + Aᵀ).
    @Test func quadratic() throws {
        let n = 5
        var problem = Problem(name: "quadratic")
        let matrix = problem.values([n, n])
        let x = problem.parameter("x", [n])
        let a = try problem.builder.constant(matrix, [n, n])
        let b = try problem.builder.constant((0..<n).map(Double.init), [n])
        let image = try a.product(x.reshaped(to: [n, 1])).reshaped(to: [n])
        let scalar = try (x * image).sum().scaled(by: 0.5) + (b * x).sum()
        let result = try problem.hessianVectorProduct(of: scalar)

        let positionsOfTranspose = (0..<(n * n)).map { $0 % n * n + $0 / n }
        func symmetric(_ vector: [Double]) -> [Double] {
            let transposed = positionsOfTranspose.map { matrix[$0] }
            return zip(matrixVector(matrix, vector), matrixVector(transposed, vector)).map {
                0.5 * ($0 + $1)
            }
        }
        let gradient = zip(symmetric(problem.value("x")), (0..<n).map(Double.init)).map(+)
        expectEqual(result.gradient[0], gradient)
        expectEqual(result.product[0], symmetric(problem.vector("x")))
    }

    /// With p = softmax(W x), the Hessian of the mean negative log-likelihood maps V to
    /// mean_n (diag(p) − p pᵀ) V x xᵀ.
    @Test func softmaxRegression() throws {
        let (examples, classes, features) = (6, 4, 3)
        var problem = Problem(name: "softmax regression")
        let data = problem.values([examples, features])
        let labels = (0..<examples).map { $0 % classes }
        let weight = problem.parameter("W", [classes, features])
        let x = try problem.builder.constant(data, [examples, features])
        let target = try problem.builder.constant(
            labels.flatMap { label in (0..<classes).map { $0 == label ? 1 : 0 } },
            [examples, classes])
        let logits = try x.linear(weight: weight)
        let scalar = try -(logits.logSoftmax() * target).sum(over: [1]).mean()
        let result = try problem.hessianVectorProduct(of: scalar)

        var gradient = [Double](repeating: 0, count: classes * features)
        var product = gradient
        for n in 0..<examples {
            let row = Array(data[(n * features)..<((n + 1) * features)])
            let scores = matrixVector(problem.value("W"), row).map { exp($0) }
            let p = scores.map { $0 / scores.reduce(0, +) }
            let moved = matrixVector(problem.vector("W"), row)
            let mean = zip(p, moved).map(*).reduce(0, +)
            for i in 0..<classes {
                let residual = p[i] - (labels[n] == i ? 1 : 0)
                for j in 0..<features {
                    gradient[i * features + j] += residual * row[j] / Double(examples)
                    product[i * features + j] +=
                        p[i] * (moved[i] - mean) * row[j] / Double(examples)
                }
            }
        }
        expectEqual(result.gradient[0], gradient)
        expectEqual(result.product[0], product)
    }

    /// With one token the attention weight is 1 whatever query and key are, so the output is the
    /// value: queries and keys have no derivative of any order.
    @Test func attentionWithOneToken() throws {
        let channels = 4
        var problem = Problem(name: "attention")
        let token = try problem.builder.constant(problem.values([1, channels]), [1, channels])
        let weights = ["query", "key", "value"].map { problem.parameter($0, [channels, channels]) }
        let (q, k, v) = try (
            token.linear(weight: weights[0]), token.linear(weight: weights[1]),
            token.linear(weight: weights[2])
        )
        let attention = try q.product(k, transposeOther: true).scaled(by: 0.5).softmax()
        let scalar = try attention.product(v).applying(.square).sum().scaled(by: 0.5)
        let result = try problem.hessianVectorProduct(of: scalar)

        for index in 0..<2 {
            let zeros = [Double](repeating: 0, count: channels * channels)
            expectEqual(result.gradient[index], zeros)
            expectEqual(result.product[index], zeros)
        }
        // s = ½ |V x|², so ∇s = V x xᵀ and H U = U x xᵀ.
        let row = try problem.constantValue(token)
        func outer(_ left: [Double]) -> [Double] { left.flatMap { a in row.map { a * $0 } } }
        expectEqual(result.gradient[2], outer(matrixVector(problem.value("value"), row)))
        expectEqual(result.product[2], outer(matrixVector(problem.vector("value"), row)))
    }

    /// s = ½ |B A x − t|². With r = B A x − t and ṙ = Ḃ A x + B Ȧ x:
    /// H(Ȧ) = (Ḃᵀ r + Bᵀ ṙ) xᵀ and H(Ḃ) = ṙ (A x)ᵀ + r (Ȧ x)ᵀ.
    @Test func linearNetworkOfTwoLayers() throws {
        let (inputs, hidden, outputs) = (3, 4, 2)
        var problem = Problem(name: "linear network")
        let (x, t) = (problem.values([inputs]), problem.values([outputs]))
        let first = problem.parameter("A", [hidden, inputs])
        let second = problem.parameter("B", [outputs, hidden])
        let y = try problem.builder.constant(x, [1, inputs]).linear(weight: first)
            .linear(weight: second)
        let residual = try y - problem.builder.constant(t, [1, outputs])
        let scalar = try residual.applying(.square).sum().scaled(by: 0.5)
        let result = try problem.hessianVectorProduct(of: scalar)

        let (a, b) = (problem.value("A"), problem.value("B"))
        let (da, db) = (problem.vector("A"), problem.vector("B"))
        let h = matrixVector(a, x)
        let dh = matrixVector(da, x)
        let r = zip(matrixVector(b, h), t).map(-)
        let dr = zip(matrixVector(db, h), matrixVector(b, dh)).map(+)
        func back(_ matrix: [Double], _ vector: [Double]) -> [Double] {
            (0..<hidden).map { j in
                zip(stride(from: j, to: matrix.count, by: hidden), vector)
                    .reduce(0.0) { $0 + matrix[$1.0] * $1.1 }
            }
        }
        func outer(_ left: [Double], _ right: [Double]) -> [Double] {
            left.flatMap { a in right.map { a * $0 } }
        }
        expectEqual(result.gradient[0], outer(back(b, r), x))
        expectEqual(result.gradient[1], outer(r, h))
        expectEqual(result.product[0], outer(zip(back(db, r), back(b, dr)).map(+), x))
        expectEqual(result.product[1], zip(outer(dr, h), outer(r, dh)).map(+))
    }
}

/// A scalar function of named parameters with random values and random vectors.
private struct Problem {
    let builder = GraphBuilder()
    private var dice: Dice
    private var parameters: [(name: String, tensor: Tensor)] = []
    private var inputs: [String: [Double]] = [:]

    init(name: String) {
        dice = Dice(seed: 1, name: name)
    }

    mutating func values(_ shape: Shape) -> [Double] {
        Domain.any.values(shape.count, &dice)
    }

    mutating func parameter(_ name: String, _ shape: Shape) -> Tensor {
        let tensor = builder.input(name, shape, role: .parameter)
        parameters.append((name, tensor))
        inputs[name] = values(shape)
        return tensor
    }

    func value(_ name: String) -> [Double] { inputs[name] ?? [] }
    func vector(_ name: String) -> [Double] { inputs["vector " + name] ?? [] }

    func constantValue(_ tensor: Tensor) throws -> [Double] {
        try evaluate(builder.graph(outputs: [("value", tensor, .sum)]), inputs)["value"] ?? []
    }

    mutating func hessianVectorProduct(
        of scalar: Tensor
    ) throws -> (gradient: [[Double]], product: [[Double]]) {
        var vectors: [Tensor] = []
        for (name, tensor) in parameters {
            vectors.append(builder.input("vector " + name, tensor.shape, role: .vector))
            inputs["vector " + name] = values(tensor.shape)
        }
        let (gradient, product) = try builder.hessianVectorProduct(
            of: scalar, at: parameters.map(\.tensor), vector: vectors)
        let outputs = gradient.enumerated().map { ("g\($0)", $1, Combination.sum) }
            + product.enumerated().map { ("p\($0)", $1, Combination.sum) }
        let result = try evaluate(builder.graph(outputs: outputs), inputs)
        return (
            parameters.indices.map { result["g\($0)"] ?? [] },
            parameters.indices.map { result["p\($0)"] ?? [] }
        )
    }
}

/// `matrix` `[rows, vector.count]` times `vector`.
private func matrixVector(_ matrix: [Double], _ vector: [Double]) -> [Double] {
    stride(from: 0, to: matrix.count, by: vector.count).map { start in
        zip(matrix[start...], vector).map(*).reduce(0, +)
    }
}

/// The closed forms are sums of a few dozen terms: 10⁻¹³ is some hundred rounding errors.
private func expectEqual(
    _ a: [Double], _ b: [Double], sourceLocation: SourceLocation = #_sourceLocation
) {
    var report = Report()
    report.equal("elements", a, b, 1e-13)
    #expect(report.failures.isEmpty, "\(report.failures)", sourceLocation: sourceLocation)
}
