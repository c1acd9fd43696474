import Robustness

extension CurveStatement {
    /// What accuracy perturbations of single rings of frequencies cost, a panel for each attack that
    /// all results have.
    ///
    /// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 2b.
    public static func frequencies(_ results: [FrequencyResult]) -> CurveStatement {
        let attacks = AttackKind.allCases.filter { kind in
            results.allSatisfy { $0.kinds.contains(kind) }
        }
        return CurveStatement(
            "Robustness by frequency", table: "rings", abscissa: "frequency",
            abscissaLabel: "frequency of the perturbation (π radian / pixel)",
            panels: attacks.map {
                Panel("\($0.rawValue)_accuracy_change", label: "Δ accuracy, \($0.rawValue) (%)")
            },
            notes: ["Δ accuracy is that on perturbed images minus that on clean ones; bars are paired"
                + " intervals over examples."])
    }

    /// How loss and accuracy change from step to step of an attack.
    public static let adversarial = CurveStatement(
        "Attack along the gradient", table: "steps", abscissa: "step", abscissaLabel: "steps",
        panels: [Panel("nll", label: "NLL (nats)"), Panel("accuracy", label: "accuracy (%)")],
        notes: ["Bars are intervals over examples; 0 steps is the start of the attack."])

    /// How steady predictions are along sequences, perturbation by perturbation.
    public static let consistency = CurveStatement(
        "Consistency along sequences", table: "perturbations", abscissa: "number",
        abscissaLabel: "perturbation", kind: "perturbation",
        panels: [
            Panel("flip_probability", label: "flip probability (%)"),
            Panel("consistency", label: "consistency (%)"),
        ], notes: ["Bars are intervals over sequences."])
}
