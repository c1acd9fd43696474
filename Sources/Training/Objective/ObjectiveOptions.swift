import Execution

/// What the L2 penalty of the objective is.
public enum L2Convention: String, Sendable, Hashable, CaseIterable, Codable {
    /// (λ/2)·Σ‖w‖² over the decayed parameters, which is what weight decay means.
    case optimizer
    /// λ·Σ_k‖w_k‖₂, un-squared norms of all parameter tensors, as the repository of
    /// Park & Kim 2022 (arXiv 2202.06709) has it.
    case park2022
    /// No penalty.
    case none
}

/// What batch norm normalises with when the objective is measured.
public enum BatchNormMode: String, Sendable, Hashable, CaseIterable, Codable {
    /// The statistics stored with the weights.
    case running
    /// Those of each minibatch, differentiated through.
    case batch
    /// Running statistics estimated anew at each point, constants for derivatives.
    case recalibrated
}

/// How an objective is computed.
public struct ObjectiveOptions: Sendable, Hashable {
    /// λ, in loss per squared weight (per weight norm in `park2022`).
    public var l2 = 0.0
    public var l2Convention = L2Convention.optimizer
    public var batchNorm = BatchNormMode.running
    /// Into how many parts sums over examples are divided, each with a worker of its own; at least
    /// 1. The last bits depend on it, on the threads that run the workers they do not.
    public var workers = 1
    /// Bytes that kept residuals of Hessian products may take; nil keeps all.
    public var memoryBudget: Int?
    /// The precision in which gradients and products are stored; nil takes that of programs.
    public var vectors: Precision?
    /// Bytes of examples, and of rows that are answered for them, in memory at a time. Sums depend on
    /// it, so it does not follow the machine.
    public var chunkBytes = Self.standardChunkBytes
    /// Examples that a worker takes at a time; nil chooses by the size of the images.
    public var groupSize: Int?
    /// With `batch` and `recalibrated`: examples whose statistics are shared; nil takes all.
    public var batchSize: Int?
    /// Units whose residual branch is removed, by index.
    public var lesions: Set<Int> = []
    /// Seeds the masks of Monte Carlo dropout.
    public var maskSeed: UInt64 = 0

    public static let standardChunkBytes = 512 << 20

    /// No penalty, stored statistics, one worker.
    public init() {}

    /// The objective as a formula.
    public var formula: String {
        if l2 == 0 || l2Convention == .none { return "NLL" }
        return l2Convention == .optimizer
            ? "NLL + (\(l2)/2) * sum of squared decayed weights"
            : "NLL + \(l2) * sum of the norms of all tensors"
    }

    /// - Throws: `ObjectiveError.option` for a value out of range.
    func validate() throws {
        func require(_ holds: Bool, _ name: String, _ value: Any, _ reason: String) throws {
            if !holds {
                throw ObjectiveError.option(name: name, value: "\(value)", reason: reason)
            }
        }
        try require(l2 >= 0 && l2.isFinite, "--l2", l2, "expected a number of at least 0")
        try require(workers >= 1, "--workers", workers, "expected at least 1")
        try require((groupSize ?? 1) >= 1, "--group-size", groupSize ?? 0, "expected at least 1")
        try require((batchSize ?? 1) >= 1, "--batch-size", batchSize ?? 0, "expected at least 1")
        try require((memoryBudget ?? 0) >= 0, "--memory", memoryBudget ?? 0, "expected at least 0")
    }
}

/// An objective that cannot be set up or measured as asked.
public enum ObjectiveError: Error, CustomStringConvertible, Equatable {
    /// An option is out of range.
    case option(name: String, value: String, reason: String)
    /// The images or classes of data and network differ.
    case dataDoesNotFit(network: String, expected: String, actual: String)
    /// A flat vector has another length than the network has parameters.
    case vectorLength(expected: Int, actual: Int)
    /// Positions that the data do not have.
    case positions(Range<Int>, count: Int)
    /// The examples do not split into whole minibatches.
    case unevenBatches(count: Int, batchSize: Int)
    /// The Hessian is of other examples than those now in use.
    case staleHessian

    public var description: String {
        switch self {
        case .option(let name, let value, let reason): "\(name) \(value): \(reason)"
        case .dataDoesNotFit(let network, let expected, let actual):
            "\(network) takes \(expected), the data are \(actual); choose a --model or --data"
                + " that fit each other"
        case .vectorLength(let expected, let actual):
            "the vector has \(actual) entries, the network has \(expected) parameters; use a"
                + " vector made for this network"
        case .positions(let range, let count):
            "examples \(range) were asked for, the data have \(count); choose a range of at least"
                + " one among them"
        case .unevenBatches(let count, let batchSize):
            "\(count) examples are not a multiple of the batch size \(batchSize), and batch"
                + " statistics need whole minibatches; change --first or --batch-size"
        case .staleHessian:
            "a Hessian was applied after its objective moved on to other examples; linearize again"
        }
    }
}
