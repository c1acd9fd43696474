import Foundation

/// The learning rate as a function of the step.
public struct Schedule: Sendable, Hashable, Codable {
    /// The course after the warm-up.
    public enum Course: Sendable, Hashable, Codable {
        case constant
        /// minimum + (base − minimum)(1 + cos(πe/E))/2 in epoch e of E.
        ///
        /// - Source: Loshchilov & Hutter 2017 (arXiv 1608.03983), eq. 5.
        case cosine(minimum: Double)
        /// base·factor^k after k milestones, given as epochs.
        case steps(milestones: [Int], factor: Double)
    }

    /// How often the rate changes after the warm-up.
    public enum Granularity: String, Sendable, Hashable, Codable, CaseIterable {
        case epoch
        case step
    }

    /// The rate at the top.
    public var base: Double
    public var course: Course
    /// E, without the warm-up.
    public var epochs: Int
    /// Epochs before the others in which the rate grows as base·step/steps, from 0 on.
    ///
    /// - Source: Park & Kim 2022 (arXiv 2202.06709), `ops/schedulers.py`.
    public var warmUpEpochs: Int
    public var granularity: Granularity

    public init(
        base: Double, course: Course, epochs: Int, warmUpEpochs: Int = 0,
        granularity: Granularity = .epoch
    ) {
        self.base = base
        self.course = course
        self.epochs = epochs
        self.warmUpEpochs = warmUpEpochs
        self.granularity = granularity
    }

    /// Epochs with the warm-up.
    public var totalEpochs: Int { epochs + warmUpEpochs }

    /// The rate of step number `step`, counted from 0 with the warm-up.
    public func rate(step: Int, stepsPerEpoch: Int) -> Double {
        let warmUp = warmUpEpochs * stepsPerEpoch
        guard step >= warmUp else { return base * Double(step) / Double(warmUp) }
        let past = step - warmUp
        switch granularity {
        case .epoch: return rate(epoch: Double(past / stepsPerEpoch))
        case .step: return rate(epoch: Double(past) / Double(stepsPerEpoch))
        }
    }

    /// The rate after `epoch` epochs beyond the warm-up.
    public func rate(epoch: Double) -> Double {
        switch course {
        case .constant: return base
        case .cosine(let minimum):
            let angle = Double.pi * min(epoch / Double(epochs), 1)
            return minimum + (base - minimum) * (1 + cos(angle)) / 2
        case .steps(let milestones, let factor):
            return milestones.filter { Double($0) <= epoch }.reduce(base) { rate, _ in
                rate * factor
            }
        }
    }
}
