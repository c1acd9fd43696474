import Execution
import Training

/// What a computation is foreseen to take of the memory, in bytes.
public struct MemoryForecast: Sendable, Hashable {
    /// Compiled programs with their examples, residuals and working memory.
    public var programs = 0
    /// Vectors as long as the parameters: the weights and what is computed of them.
    public var vectors = 0
    /// What a user should know of how the programs run, one sentence each.
    public var notes: [String] = []

    /// Both together.
    public var total: Int { programs + vectors }
}

extension Experiment {
    /// The memory that a question takes.
    ///
    /// - Parameter vectors: how many vectors as long as the parameters are held at a time.
    /// - Throws: what compiling throws.
    public func memory(
        of objective: Objective, for question: some Question, vectors: Int
    ) throws -> MemoryForecast {
        let programs = try objective.memory(for: question).total
        return MemoryForecast(
            programs: programs, vectors: vectors * vectorBytes, notes: objective.notes)
    }
}
