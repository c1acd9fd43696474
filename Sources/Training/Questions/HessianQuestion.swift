/// The NLL of each example, the gradient of their sum, and products of its Hessian with a vector.
public struct HessianQuestion: Question {
    public init() {}

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let needed = try context.narrowed()
        let (gradient, product) = try context.builder.hessianVectorProduct(
            of: needed.sum, at: context.parameters, vector: context.vector())
        return [
            .rows(LikelihoodQuestion.losses, needed.losses),
            .vector(GradientQuestion.gradient, gradient), .vector(Self.product, product),
        ]
    }

    /// The product, summed over examples.
    public static let product = "product"
}
