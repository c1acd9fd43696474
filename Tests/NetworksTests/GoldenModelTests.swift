import Autodiff
import Execution
import Golden
import Networks
import Testing

@Suite struct GoldenModelTests {
    @Test(arguments: try GoldenCase.all("models.json"))
    func stateEqualsOriginal(_ reference: GoldenCase) throws {
        try checkState(reference)
    }

    @Test(arguments: try GoldenCase.all("models_paper.json"))
    func paperStateEqualsOriginal(_ reference: GoldenCase) throws {
        try checkState(reference)
    }

    @Test(arguments: try GoldenCase.all("models.json"))
    func valuesEqualOriginal(_ reference: GoldenCase) throws {
        let result = try Evaluator(machine: CPUMachine(precision: .double)).evaluate(
            reference.network(), batch: reference.inputShape[0], options: reference.options)
        reference.check(result, relative: 1e-9)
    }

    @Test(arguments: try GoldenCase.all("models.json"))
    func narrowedValuesEqualOriginal(_ reference: GoldenCase) throws {
        let result = try Evaluator(machine: CPUMachine(precision: .double)).evaluate(
            reference.network(), batch: reference.inputShape[0], options: reference.options,
            narrowed: true)
        reference.check(result, relative: 1e-9)
    }

    /// Single precision keeps every number within 1e-3 of its size.
    @Test(arguments: try GoldenCase.all("models.json"))
    func singlePrecisionIsNear(_ reference: GoldenCase) throws {
        let result = try Evaluator(machine: CPUMachine(precision: .single)).evaluate(
            reference.network(), batch: reference.inputShape[0], options: reference.options)
        let scale = reference.largestLogit
        for (ours, theirs) in zip(result.logits, reference.logits.joined()) {
            #expect(abs(ours - theirs) <= 1e-3 * scale, "logit \(ours), not \(theirs)")
        }
        // v·Hv is a sum of terms of both signs: its error is measured against ‖v‖‖Hv‖.
        let product = try #require(reference.numbers["Hv_norm"])
        let vector = try #require(reference.numbers["v_norm"])
        let comparisons = [
            ("nll", result.loss, 0), ("grad_norm", result.gradientNorm, 0),
            ("Hv_norm", result.productNorm, 0), ("vHv", result.curvature, product * vector),
        ]
        for (name, ours, size) in comparisons {
            let theirs = try #require(reference.numbers[name])
            #expect(
                abs(ours - theirs) <= 1e-3 * max(abs(theirs), size),
                "\(name) \(ours), not \(theirs)")
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
