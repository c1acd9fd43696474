import Execution

extension Objective {
    /// The Hessian of the mean NLL at `w`, or another curvature matrix, ready for products.
    ///
    /// - Parameter includingPenalty: whether products include the penalty's Hessian, where the
    ///   matrix takes one.
    public func linearize(
        _ matrix: CurvatureMatrix = .hessian, at w: ParameterVector, includingPenalty: Bool = false
    ) throws -> HessianOperator {
        try HessianOperator(
            matrix, of: self, at: w, includesPenalty: includingPenalty && matrix.takesPenalty)
    }
}

/// The Hessian of an objective at one point, or another curvature matrix, as a map of flat vectors.
///
/// The primal pass and its residuals are computed once; each product runs the linear program alone.
/// Another point or other examples of the same objective may be measured in between: the residuals
/// are then computed again, and where the examples have changed, products say so.
public final class HessianOperator: SymmetricOperator {
    /// The flat weights.
    public let point: ParameterVector
    /// The mean NLL at the point, without penalty.
    public private(set) var negativeLogLikelihood = 0.0
    /// Whether products include the penalty's Hessian.
    public let includesPenalty: Bool
    /// The number of products so far.
    public private(set) var products = 0
    private let objective: Objective
    private let question: HessianQuestion
    private let positions: Range<Int>
    /// The program that holds the residuals, and which of its points they are of.
    private var inquiry: Inquiry
    private var ownPoint = 0
    /// Whether the program's sums are still the gradient of the point.
    private var holdsGradient = false
    /// The gradient of the mean NLL where the examples do not fit at once: the sums of one chunk do
    /// not outlive the next. Else it is left in the program, for it is as long as the weights.
    private var gradientKept: ParameterVector?

    init(
        _ matrix: CurvatureMatrix, of objective: Objective, at point: ParameterVector,
        includesPenalty: Bool
    ) throws {
        self.objective = objective
        question = HessianQuestion(matrix)
        self.point = point
        self.includesPenalty = includesPenalty
        positions = objective.positions
        inquiry = try objective.prepared(question, at: point)
        try runPoint()
    }

    public var dimension: Int { point.count }
    public var storage: Precision { objective.storage }

    /// The gradient of the mean NLL, and of the penalty where that is included.
    ///
    /// - Throws: `ObjectiveError.staleHessian`, and what running throws.
    public func gradient() throws -> ParameterVector {
        try restorePoint()
        if !holdsGradient, gradientKept == nil { try runPoint() }
        var gradient = try gradientKept
            ?? inquiry.vector(
                GradientQuestion.gradient, times: share, storage: storage, addedTo: nil)
        if includesPenalty { objective.penalty.addGradient(at: point, to: &gradient) }
        return gradient
    }

    /// The gradient, which lies for the most part in the space of the leading eigenvectors.
    ///
    /// - Source: Gur-Ari et al. 2018, "Gradient Descent Happens in a Tiny Subspace"
    ///   (arXiv 1812.04754).
    public func leadingDirection() throws -> ParameterVector? { try gradient() }

    /// H v.
    ///
    /// - Throws: `ObjectiveError.vectorLength`, `.staleHessian`, and what running throws.
    public func apply(_ vector: ParameterVector) throws -> ParameterVector {
        try apply(block: [vector])[0]
    }

    /// H v for several vectors; where the examples do not fit at once, they share the points.
    ///
    /// - Throws: as `apply`.
    public func apply(block vectors: [ParameterVector]) throws -> [ParameterVector] {
        for vector in vectors where vector.count != dimension {
            throw ObjectiveError.vectorLength(expected: dimension, actual: vector.count)
        }
        try restorePoint()
        holdsGradient = false
        products += vectors.count
        var totals = [ParameterVector?](repeating: nil, count: vectors.count)
        try inquiry.forEachChunk(of: objective.examples, positions) { chunk in
            // Residuals cannot be kept either where the examples do not fit at once.
            if chunk != positions { try inquiry.runPoint() }
            for (index, vector) in vectors.enumerated() {
                try inquiry.runProduct(along: vector)
                totals[index] = try inquiry.vector(
                    HessianQuestion.product, times: share, storage: storage,
                    addedTo: totals[index].take())
            }
        }
        ownPoint = inquiry.points
        return zip(totals, vectors).map { total, vector in
            var product = total ?? ParameterVector(zeros: dimension, storage: storage)
            if includesPenalty {
                objective.penalty.addHessianProduct(at: point, vector, to: &product)
            }
            return product
        }
    }

    /// 1/N.
    private var share: Double { 1 / Double(positions.count) }

    /// Computes losses and residuals at the point, whose weights are loaded.
    private func runPoint() throws {
        var losses = 0.0
        var gradient: ParameterVector?
        try inquiry.forEachChunk(of: objective.examples, positions) { chunk in
            try inquiry.runPoint()
            losses += try inquiry.rows(LikelihoodQuestion.losses, chunk.count).reduce(0, +)
            if chunk != positions {
                gradient = try inquiry.vector(
                    GradientQuestion.gradient, times: share, storage: storage,
                    addedTo: gradient.take())
            }
        }
        negativeLogLikelihood = losses * share
        (gradientKept, holdsGradient) = (gradient, gradient == nil)
        ownPoint = inquiry.points
    }

    /// Makes sure that the objective's program holds the residuals of this point.
    private func restorePoint() throws {
        guard positions == objective.positions else { throw ObjectiveError.staleHessian }
        let current = try objective.inquiry(question)
        guard current !== inquiry || current.points != ownPoint else { return }
        inquiry = try objective.prepared(question, at: point)
        try runPoint()
    }
}
