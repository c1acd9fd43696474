import Execution
import Records
import Spectra
import Training

/// How many vectors a Krylov basis may have.
public struct KrylovBasis: Sendable, Hashable {
    /// The name of the limit among the settings of a run.
    public static let setting = "krylov_basis"

    /// The largest number of vectors.
    public var limit: Int
    /// The number beyond which more are of little use.
    public var ideal: Int
    /// Whether an earlier run, which is gone on with, chose the limit.
    public var isEarlier = false

    /// The limit as the plan says it; nil where there is nothing to say.
    public var text: String? {
        guard limit < ideal else { return nil }
        return "basis up to \(limit) vectors, as "
            + (isEarlier ? "in the run before" : "--memory allows")
    }

    /// The limit of the run that a file or its journal holds, if there is one.
    static func earlier(_ path: String) -> Int? {
        RunIdentity.ofRun(at: path)?[setting].flatMap { Int($0) }
    }
}

extension Experiment {
    /// An objective for a Krylov method, and how long the basis may be.
    ///
    /// Residuals and basis share the memory budget: as many vectors as the residuals leave room
    /// for, and a least basis in any case, for which room is kept. A run that goes on keeps the
    /// basis of the run before, because the bits depend on it.
    ///
    /// - Parameters:
    ///   - wanted: the number of eigenvalues.
    ///   - ideal: the number of vectors where memory is ample.
    ///   - path: the file of the result, in which an earlier run may have stopped; nil for none.
    ///   - batchSize: the size of minibatches.
    ///   - positions: the examples; nil takes all.
    /// - Throws: what making the objective and compiling throw.
    public func krylov(
        wanted: Int, ideal: Int, goingOn path: String?, batchSize: Int? = nil,
        positions: Range<Int>? = nil
    ) throws -> (objective: Objective, basis: KrylovBasis) {
        let least = min(wanted + Lanczos.stepRoom, ideal)
        let room = least * vectorBytes
        var part = self
        part.options.memoryBudget = options.memoryBudget.map { max($0 - room, 0) }
        let objective = try part.objective(batchSize: batchSize, positions: positions)
        var basis = KrylovBasis(limit: ideal, ideal: ideal)
        if let earlier = path.flatMap(KrylovBasis.earlier) {
            (basis.limit, basis.isEarlier) = (earlier, true)
        } else if let budget = options.memoryBudget {
            let residuals = try objective.memory(for: curvature.question).residuals
            basis.limit = min(max((budget - residuals) / vectorBytes, least), ideal)
        }
        return (objective, basis)
    }

    /// Bytes of a vector as long as the parameters.
    var vectorBytes: Int {
        weights.layout.count * (options.vectors ?? machine.precision).bytes
    }
}
