import Testing

extension GoldenCase {
    /// The largest magnitude of a logit, against which the errors of all of them are measured.
    var largestLogit: Double { logits.joined().map(abs).max() ?? 0 }

    /// Expects every number that the original gives.
    ///
    /// - Returns: the largest relative error among those that are not zero up to rounding.
    @discardableResult
    func check(_ result: Evaluation, relative: Double) -> Double {
        var largest = 0.0
        func expect(_ name: String, _ ours: Double, _ theirs: Double) {
            if abs(theirs) > 1e-9 { largest = max(largest, abs(ours - theirs) / abs(theirs)) }
            #expect(
                agree(ours, theirs, relative: relative), "\(name) \(ours), not \(theirs)")
        }
        let expected = logits.flatMap { $0 }
        #expect(result.logits.count == expected.count)
        let scale = largestLogit
        for (ours, theirs) in zip(result.logits, expected) {
            largest = max(largest, abs(ours - theirs) / scale)
            #expect(abs(ours - theirs) <= relative * scale, "logit \(ours), not \(theirs)")
        }
        for name in ["nll", "grad_norm"] {
            #expect(numbers[name] != nil, "the original gives no \(name)")
        }
        let computed = [
            ("nll", result.loss), ("gv", result.gradientDotVector),
            ("grad_norm", result.gradientNorm), ("vHv", result.curvature),
            ("Hv_norm", result.productNorm),
        ]
        for (name, ours) in computed {
            if let theirs = numbers[name] { expect(name, ours, theirs) }
        }
        #expect(Set(result.gradientNorms.keys) == Set(gradientNorms.keys))
        for (name, theirs) in gradientNorms {
            expect("gradient of \(name)", result.gradientNorms[name] ?? .nan, theirs)
        }
        return largest
    }
}
