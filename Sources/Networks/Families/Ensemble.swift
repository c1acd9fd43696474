import Autodiff

/// Several networks of one architecture, whose predicted probabilities are added up.
///
///     logits = log Σ_m softmax(logits_m),   M times the mean probability
///
/// - Source: Lakshminarayanan et al. 2017 (arXiv 1612.01474); keys of xxxnell/how-do-vits-work.
public struct Ensemble: Network {
    public let signature: NetworkSignature
    /// The networks; their parameters stand under `models.0`, `models.1`, ...
    public let members: [any Network]

    /// - Throws: `NetworkError` where there is no member, or members differ in images or classes.
    public init(name: String, members: [any Network]) throws {
        guard let first = members.first,
            members.allSatisfy({
                $0.imageShape == first.imageShape && $0.classes == first.classes
            })
        else {
            throw NetworkError("\(name): an ensemble needs members for the same images and classes")
        }
        self.members = members
        signature = NetworkSignature(
            name: name, imageShape: first.imageShape, classes: first.classes)
    }

    public func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let shape: Shape = [images.shape[0], classes, 1]
        let logarithms = try members.enumerated().map { index, member in
            try member.logits(images, scope["models"][index]).logSoftmax().reshaped(to: shape)
        }
        let joined = try Tensor.concatenation(logarithms, axis: 2)
        // log Σ exp(x) = x₀ − (log softmax x)₀, which is finite wherever x is.
        return try joined.element(0, axis: 2) - joined.logSoftmax().element(0, axis: 2)
    }
}
