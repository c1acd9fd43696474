import ArgumentParser
import Results
import Robustness
import Studies

extension AttackNorm: ExpressibleByArgument {}

/// `saddle robustness`: accuracy on images that were changed.
struct RobustnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "robustness",
        abstract: "Measure accuracy on corrupted images, under noise by frequency, and under attack.",
        discussion: """
            Example: saddle robustness --model resnet20 --weights resnet20.th --data cifar10:DIR \
            --out corruptions.h5
            Example: saddle robustness --frequency --model vit_tiny --weights vit.safetensors \
            --data cifar10:DIR --first 1000 --out frequency.h5
            Example: saddle robustness --adversarial pgd --epsilon 0.03 --model resnet20 \
            --weights resnet20.th --data cifar10:DIR --first 1000 --out pgd.h5

            Without further flags each corruption of CIFAR-10-C is made at each severity; --corrupted \
            DIR takes the images from its files instead. `saddle corrupt` stores them. \
            --sequences tells how often predictions change along CIFAR-10-P's sequences. \
            --frequency passes each perturbation through rings of frequencies around .1π to .9π; as in \
            the paper's repository its bounds are in normalised grey levels and nothing is clipped. \
            --adversarial tells loss and accuracy after each step; its bounds are in grey levels from \
            0 to 1, and attacked images stay between black and white. What is measured is safe on \
            the disk; the same command goes on where a stopped run was.
            """)

    @OptionGroup var options: ExperimentOptions

    @Flag(help: "Accuracy under perturbations of single rings of frequencies.")
    var frequency = false

    @Option(help: "Loss and accuracy under this attack, step by step; default: none.")
    var adversarial: AttackKind?

    @Option(
        help: ArgumentHelp(
            "Consistency along the sequences in this folder of CIFAR-10-P; default: none.",
            valueName: "dir"))
    var sequences: String?

    @OptionGroup(title: "Corruptions") var corruption: CorruptionOptions

    @OptionGroup(title: "Attacks") var attack: AttackOptions

    @OptionGroup(title: "Sharing the work") var sharing: StudyOptions

    func validate() throws {
        if adversarial == .random {
            throw ValidationError("--adversarial random: expected fgsm or pgd; random has no steps")
        }
        if [frequency, adversarial != nil, sequences != nil].count(where: { $0 }) > 1 {
            throw ValidationError(
                "--frequency, --adversarial and --sequences: choose one of them")
        }
    }

    func run() throws {
        let session = StudySession(command: "robustness", options: sharing, output: options.output)
        if !sharing.merge.isEmpty { return try session.merge() }
        let experiment = try Experiment(options, split: .test, batchSize: 128)
        func measure<S: Study>(
            _ name: String, _ plan: [(String, String)], _ study: (inout Experiment) throws -> S
        ) throws {
            try session.measure(
                experiment, options, named: name, settings: plan.map { "\($0) \($1)" }
            ) { (try study(&$0), plan) }
        }
        if let adversarial {
            let chosen = attack.attack(adversarial, epsilon: 8.0 / 255)
            try measure("adversarial", [("attack", chosen.text)]) {
                try $0.adversarial(chosen)
            }
        } else if let sequences {
            try measure("consistency", [("sequences", sequences)]) {
                try $0.consistency(alongSequencesIn: sequences)
            }
        } else if frequency {
            let chosen = try attack.filtered()
            let plan = chosen.map { ("attack", $0.text) }
                + [("rings", ".1π to .9π, half width \(attack.ringWidth)")]
            try measure("frequency", plan) {
                try $0.frequencyRobustness(chosen, halfWidth: attack.ringWidth)
            }
        } else {
            let chosen = try corruption.chosen()
            let severities = try corruption.levels()
            let source: any CorruptedImages = corruption.corrupted.map(StoredCorruptions.init)
                ?? MadeCorruptions(seed: experiment.seed)
            let plan = [
                ("corruptions", chosen.map(\.name).joined(separator: ", ")),
                ("severities", severities.map(String.init).joined(separator: ", ")),
                ("images", source.origin),
            ]
            try measure("corruptions", plan) {
                try $0.corruptions(chosen, severities: severities, from: source)
            }
        }
    }
}
