import ArgumentParser

/// What a number on the command line may be.
struct NumberRange<Number: Comparable & Sendable>: Sendable {
    let flag: String
    let range: ClosedRange<Number>
    /// A further number that is allowed, which means that something is off.
    var off: Number?

    init(_ flag: String, _ range: ClosedRange<Number>, off: Number? = nil) {
        (self.flag, self.range, self.off) = (flag, range, off)
    }

    /// Whether a number may be given.
    func contains(_ value: Number) -> Bool { value == off || range.contains(value) }

    /// Refuses a number outside of the range; nil stands for a flag that is not given.
    ///
    /// - Throws: `ValidationError`.
    func check(_ value: Number?) throws {
        guard let value, !contains(value) else { return }
        throw ValidationError("\(flag) \(value): \(expectation)")
    }

    /// What is expected, in words.
    var expectation: String {
        "expected \(off.map { "\($0), or " } ?? "")a \(Number.self == Int.self ? "whole " : "")number"
            + " from \(range.lowerBound) to \(range.upperBound)"
    }
}

/// The numbers of the command line: each flag that takes one has its range here and nowhere else.
extension NumberRange where Number == Int {
    static let threads = NumberRange("--threads", 1...1024)
    static let workers = NumberRange("--workers", 1...1024)
    static let first = NumberRange("--first", 1...1_000_000_000)
    static let batchSize = NumberRange("--batch-size", 1...1_000_000)
    static let batches = NumberRange("--batches", 1...1_000_000_000)
    static let passes = NumberRange("--passes", 1...100_000)
    static let bins = NumberRange("--bins", 1...10_000)
    static let draws = NumberRange("--draws", 1...1_000_000)
    static let epochs = NumberRange("--epochs", 0...1_000_000)
    static let warmUp = NumberRange("--warm-up", 0...1_000_000)
    static let top = NumberRange("--top", 1...10_000)
    static let bottom = NumberRange("--bottom", 0...10_000)
    static let maxIterations = NumberRange("--max-iterations", 1...1_000_000)
    static let batch = NumberRange("--batch", 1...100_000)
    static let probes = NumberRange("--probes", 1...1_000_000)
    /// Steps of Lanczos, all of whose vectors are kept.
    static let steps = NumberRange("--steps", 2...10_000)
    static let ascentSteps = NumberRange("--steps", 1...10_000)
    static let rangeSize = NumberRange("--range", 1...10_000)
    /// Products for two eigenvalues, whose basis needs room for a few steps more.
    static let blockIterations = NumberRange("--max-iterations", 6...10_000)
    static let `repeat` = NumberRange("--repeat", 1...100_000)
    static let residuals = NumberRange("--residuals", 0...16_777_216)
    static let groupSize = NumberRange("--group-size", 1...100_000)
    static let attackSteps = NumberRange("--steps", 1...10_000)
    static let points = NumberRange("--points", 1...100_000)
    /// All points of a grid, whose rows are kept in memory.
    static let allPoints = NumberRange("--grid", 1...4_000_000)
}

extension NumberRange where Number == Double {
    static let share = NumberRange("--share", 1e-9...1)
    static let labelSmoothing = NumberRange("--label-smoothing", 0...1)
    static let mixup = NumberRange("--mixup", 0.001...1000, off: 0)
    static let cutmix = NumberRange("--cutmix", 0.001...1000, off: 0)
    static let learningRate = NumberRange("--lr", 1e-30...1e6)
    static let momentum = NumberRange("--momentum", 0...1)
    static let weightDecay = NumberRange("--weight-decay", 0...1e6)
    static let clip = NumberRange("--clip", 1e-30...1e30)
    static let l2 = NumberRange("--l2", 0...1e6)
    static let radius = NumberRange("--radii", 1e-9...1e6)
    static let epsilon = NumberRange("--epsilon", 1e-9...1e6)
    static let stepSize = NumberRange("--step-size", 1e-12...1e6)
    static let ringWidth = NumberRange("--ring-width", 1e-3...3.2)
    static let tolerance = NumberRange("--tolerance", 1e-15...0.999)
    /// An offset, in lengths of the direction.
    static let offset = NumberRange("--range", -1e6...1e6)
    static let plotted = NumberRange("--value-range", -1e100...1e100)
    static let ceiling = NumberRange("--ceiling", -1e100...1e100)
    static let elevation = NumberRange("--elevation", 0...90)
    static let azimuth = NumberRange("--azimuth", 0...90)
}
