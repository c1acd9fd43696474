import Autodiff
import Execution
import Golden
import Networks
import Testing

@Suite struct GoldenModelTests {
    @Test(.enabled(if: Golden.isPresent), arguments: GoldenCase.all("models.json"))
    func stateEqualsOriginal(_ reference: GoldenCase) throws {
        try checkState(reference)
    }

    @Test(.enabled(if: Golden.isPresent), arguments: GoldenCase.all("models_paper.json"))
    func paperStateEqualsOriginal(_ reference: GoldenCase) throws {
        try checkState(reference)
    }

    @Test(.enabled(if: Golden.isPresent), arguments: GoldenCase.all("models.json"))
    func valuesEqualOriginal(_ reference: GoldenCase) throws {
        var options = TraceOptions()
        if reference.usesHashDropout { Evaluator<CPUBackend<Double>>.hashDropout(&options) }
        let result = try Evaluator(backend: CPUBackend<Double>()).evaluate(
            reference.network(), batch: reference.inputShape[0], options: options)
        let logits = reference.logits.flatMap { $0 }
        #expect(result.logits.count == logits.count)
        let scale = logits.map(abs).max() ?? 0
        for (ours, theirs) in zip(result.logits, logits) {
            #expect(abs(ours - theirs) <= 1e-9 * scale, "logit \(ours), not \(theirs)")
        }
        let numbers: [(String, Double)] = [
            ("nll", result.loss), ("gv", result.gradientDotVector), ("vHv", result.curvature),
            ("Hv_norm", result.productNorm),
            ("grad_norm", result.gradientNorms.values.map { $0 * $0 }.reduce(0, +).squareRoot()),
        ]
        for (name, ours) in numbers {
            let theirs = try #require(reference.numbers[name])
            #expect(agree(ours, theirs), "\(name) \(ours), not \(theirs)")
        }
        #expect(Set(result.gradientNorms.keys) == Set(reference.gradientNorms.keys))
        for (name, theirs) in reference.gradientNorms {
            let ours = try #require(result.gradientNorms[name])
            #expect(agree(ours, theirs), "gradient of \(name) \(ours), not \(theirs)")
        }
    }

    private func checkState(_ reference: GoldenCase) throws {
        let trace = try reference.network().trace(
            in: GraphBuilder(), batch: reference.inputShape[0])
        #expect(trace.state.map(\.name) == reference.keys)
        #expect(trace.state.map(\.shape.dimensions) == reference.shapes)
        let trainable = Set(trace.parameters.map(\.name))
        #expect(trainable == Set(reference.gradientNorms.keys))
    }
}
