import Autodiff

extension Scope {
    /// Declares the two-layer perceptron of a transformer: `fc2(gelu(fc1(x)))`.
    ///
    ///     [..., features] -> [..., outputs]
    public func perceptron(
        _ features: Int, hidden: Int, outputs: Int? = nil, dropout rate: Double = 0
    ) throws -> Layer {
        let first = try self["fc1"].transformerLinear(features, hidden)
        let second = try self["fc2"].transformerLinear(hidden, outputs ?? features)
        let drop = dropout(rate: rate)
        return { x in try drop(second(drop(first(x).applying(.gelu)))) }
    }
}
