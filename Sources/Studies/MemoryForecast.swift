import Datasets
import Execution
import Training

/// What a computation is foreseen to take of the memory, in bytes.
public struct MemoryForecast: Sendable, Hashable {
    /// Compiled programs with their examples, residuals and working memory.
    public var programs = 0
    /// Vectors as long as the parameters: the weights and what is computed of them.
    public var vectors = 0
    /// The images of the data set.
    public var images = 0
    /// What a user should know of how the programs run, one sentence each.
    public var notes: [String] = []

    /// All together.
    public var total: Int { programs + vectors + images }
}

extension Experiment {
    /// The memory that a question takes.
    ///
    /// - Parameters:
    ///   - vectors: how many vectors as long as the parameters are held at a time.
    ///   - doubles: how many of them are stored in double precision whatever the others are.
    /// - Throws: what compiling throws.
    public func memory(
        of objective: Objective, for question: some Question, vectors: Int, doubles: Int = 0
    ) throws -> MemoryForecast {
        memory(
            programs: try objective.memory(for: question).total, notes: objective.notes,
            vectors: vectors, doubles: doubles)
    }

    /// The memory that programs of the given size take together with vectors.
    public func memory(
        programs: Int, notes: [String], vectors: Int, doubles: Int = 0
    ) -> MemoryForecast {
        let inDouble = weights.layout.count * Precision.double.bytes
        return MemoryForecast(
            programs: programs, vectors: vectors * vectorBytes + doubles * inDouble,
            images: examples.images.bytes, notes: notes)
    }
}
