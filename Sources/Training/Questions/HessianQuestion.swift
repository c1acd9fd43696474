/// The NLL of each example, the gradient of their sum, and products of its Hessian, or of another
/// curvature matrix, with a vector.
public struct HessianQuestion: Question {
    /// The matrix of the products.
    public let matrix: CurvatureMatrix

    /// The question after products of the given matrix.
    public init(_ matrix: CurvatureMatrix = .hessian) { self.matrix = matrix }

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let needed = try context.narrowed([context.trace.logits])
        let gradient = try context.builder.gradient(
            of: needed.sum, withRespectTo: context.parameters)
        let product = try context.product(
            matrix, with: context.vector(), of: (needed.sum, needed.losses, needed.others[0]))
        return [
            .rows(LikelihoodQuestion.losses, needed.losses),
            .vector(GradientQuestion.gradient, gradient), .vector(Self.product, product),
        ]
    }

    /// The product, summed over examples.
    public static let product = "product"
}
