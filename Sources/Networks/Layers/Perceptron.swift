import Autodiff

extension Scope {
    /// Declares the two-layer perceptron of timm's transformers: `fc2(gelu(fc1(x)))`.
    ///
    ///     [..., features] -> [..., features]
    ///
    /// - Parameter startsUniform: whether its maps start as PyTorch's do, not from a truncated
    ///   normal distribution.
    public func perceptron(
        _ features: Int, hidden: Int, startsUniform: Bool = false
    ) throws -> Layer {
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws -> Layer {
            startsUniform
                ? try self[name].linear(inputs, outputs)
                : try self[name].transformerLinear(inputs, outputs)
        }
        let first = try linear("fc1", features, hidden)
        let second = try linear("fc2", hidden, features)
        return { x in try second(first(x).applying(.gelu)) }
    }

    /// Declares the perceptron of xxxnell/how-do-vits-work: `net.3(gelu(net.0(x)))`.
    ///
    /// - Parameter kernelAxes: axes of extent 1 that weights end in, see `linear`.
    func feedForward(_ features: Int, hidden: Int, kernelAxes: Int = 0) throws -> Layer {
        let first = try self["net"][0].linear(features, hidden, kernelAxes: kernelAxes)
        let second = try self["net"][3].linear(hidden, features, kernelAxes: kernelAxes)
        return { x in try second(first(x).applying(.gelu)) }
    }
}
