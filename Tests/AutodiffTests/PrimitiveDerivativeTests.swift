import Execution
import Foundation
import Testing

@testable import Autodiff
@testable import GraphSamples

@Suite("Derivatives of each primitive")
struct PrimitiveDerivativeTests {
    static let seeds: ClosedRange<UInt64> = 1...6

    @Test(
        "orders one to three against differences, forward against reverse",
        arguments: PrimitiveCase.all)
    func derivatives(row: PrimitiveCase) throws {
        for seed in Self.seeds {
            var dice = Dice(seed: seed, name: row.name)
            let sample = row.sample(&dice)
            let check = DerivativeCheck(operands: sample.operands) { operands in
                try apply(sample.primitive, operands)
            }
            guard !sample.operands.isEmpty else {
                #expect(try constantTangent(sample.primitive) == nil)
                continue
            }
            let failures = try check.failures(&dice)
            #expect(
                failures.isEmpty,
                "\(row), seed \(seed), operands \(sample.operands.map(\.shape)): \(failures)")
        }
    }

    @Test("<u, f(v)> = <fᵀ(u), v> where linear, an error where not", arguments: PrimitiveCase.all)
    func transposes(row: PrimitiveCase) throws {
        for seed in Self.seeds {
            var dice = Dice(seed: seed, name: row.name)
            let sample = row.sample(&dice)
            for set in sample.linear {
                let failures = try transposeFailures(sample, set, &dice)
                #expect(
                    failures.isEmpty,
                    "\(row), seed \(seed), operands \(sample.operands.map(\.shape)): \(failures)")
            }
            let builder = GraphBuilder()
            let x = sample.operands.enumerated().map {
                builder.input("x\($0)", $1.shape, role: .parameter)
            }
            for operand in x.indices where !sample.linear.joined().contains(operand) {
                let y = try apply(sample.primitive, x, builder)
                let error = #expect(throws: NotLinearError.self, "\(row), operand \(operand)") {
                    try sample.primitive.transpose(
                        Call(operands: x, output: y), y, to: operand)
                }
                #expect(error?.description.hasPrefix(sample.primitive.description) == true)
            }
        }
    }

    @Test("the table has each primitive of the sources")
    func tableIsComplete() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Autodiff")
        let files = try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        ).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        let declaration = /struct (\w+): Primitive\b/
        let declared = try Set(
            files.flatMap { file in
                try String(contentsOf: file, encoding: .utf8).matches(of: declaration)
                    .map { String($0.output.1) }
            })
        let tabled = Set(
            PrimitiveCase.all.map { row in
                var dice = Dice(seed: 1, name: row.name)
                return String(describing: type(of: row.sample(&dice).primitive))
            })
        // Inputs and placeholders stand for values from outside, which have no derivative rule.
        #expect(declared == tabled.union(["Input", "Placeholder"]))
    }

    private func constantTangent(_ primitive: any Primitive) throws -> Tensor? {
        let call = try Call(operands: [], output: apply(primitive, [], GraphBuilder()))
        return try primitive.tangent(call, [])
    }

    /// Compares both sides for operands of `set` moved together and all others held.
    private func transposeFailures(
        _ sample: Sample, _ set: [Int], _ dice: inout Dice
    ) throws -> [String] {
        let builder = GraphBuilder()
        let x = sample.operands.enumerated().map {
            builder.input("x\($0)", $1.shape, role: .parameter)
        }
        let y = try apply(sample.primitive, x, builder)
        let u = builder.input("u", y.shape, role: .vector)
        let call = Call(operands: x, output: y)
        let cotangents = try set.map { operand in
            let part = try sample.primitive.transpose(call, u, to: operand)
            return ("x\(operand)", try part ?? builder.fill(0, x[operand].shape), Combination.sum)
        }
        let graph = builder.graph(outputs: cotangents + [("y", y, .sum)])
        var inputs: [String: [Double]] = [:]
        for (index, operand) in sample.operands.enumerated() {
            inputs["x\(index)"] = operand.domain.values(operand.shape.count, &dice)
        }
        inputs["u"] = (0..<y.shape.count).map { _ in dice.uniform(-1...1) }
        let result = try evaluate(graph, inputs)
        var report = Report()
        report.adjoint(
            "operands \(set)", inputs["u"] ?? [], result["y"] ?? [],
            set.flatMap { inputs["x\($0)"] ?? [] }, set.flatMap { result["x\($0)"] ?? [] }, 1e-12)
        return report.failures
    }
}

/// Applies a primitive whose type is known only when running.
func apply(
    _ primitive: any Primitive, _ operands: [Tensor], _ builder: GraphBuilder? = nil
) throws -> Tensor {
    let builder = try #require(builder ?? operands.first?.builder)
    return try builder.apply(primitive, operands)
}
