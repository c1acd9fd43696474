import ArgumentParser
import Robustness

extension AttackKind: ExpressibleByArgument {}

/// How images are changed.
struct AttackOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What passes through the rings of --frequency: random, fgsm, pgd.", valueName: "a,b..."))
    var attacks = "random,fgsm"

    @Option(
        help: ArgumentHelp(
            "The bound of the change; default: 0.7 (--frequency), 8/255 (--adversarial).",
            valueName: "e"))
    var epsilon: Double?

    @Option(
        help: ArgumentHelp("The length of a step of pgd; default: a quarter of --epsilon.", valueName: "a"))
    var stepSize: Double?

    @Option(help: ArgumentHelp("The steps of pgd.", valueName: "n"))
    var steps = 10

    @Option(help: "What bounds the change of an attack: the largest of a value, or its length.")
    var norm = AttackNorm.linf

    @Flag(inversion: .prefixedNo, help: "Begin pgd at a random place.")
    var randomStart = true

    @Option(help: ArgumentHelp("Half the width of a ring, in radians for each pixel.", valueName: "s"))
    var ringWidth = 0.2

    func validate() throws {
        try NumberRange.epsilon.check(epsilon)
        try NumberRange.stepSize.check(stepSize)
        try NumberRange.attackSteps.check(steps)
        try NumberRange.ringWidth.check(ringWidth)
    }

    /// The attack of a kind, with the bound that it has where none is given.
    func attack(_ kind: AttackKind, epsilon standard: Double) -> Attack {
        let epsilon = epsilon ?? standard
        return Attack(
            kind, norm: norm, epsilon: epsilon, stepSize: stepSize ?? epsilon / 4, steps: steps,
            startsAtRandom: randomStart)
    }

    /// The attacks that pass through rings.
    ///
    /// - Throws: `UsageError` where one is none or is given twice.
    func filtered() throws -> [Attack] {
        let kinds = try CommaList.items(attacks, flag: "--attacks").map { name in
            guard let kind = AttackKind(rawValue: name) else {
                throw UsageError(
                    "--attacks", name,
                    "expected " + AttackKind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return kind
        }
        guard Set(kinds).count == kinds.count else {
            throw UsageError("--attacks", attacks, "an attack is given twice")
        }
        return kinds.map { attack($0, epsilon: 0.7) }
    }
}
