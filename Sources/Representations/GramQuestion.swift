import Autodiff
import Networks
import Training

/// The products of the outputs of all pairs of examples that are computed together, a row for each
/// example, after the mean over these examples is taken off: what is compared between units.
///
///     K_ij = (x_i − x̄)·(x_j − x̄)
///
/// The groups of examples must be whole minibatches, see `ObjectiveOptions.groupSize`.
public struct GramQuestion: Question {
    /// Names of units.
    public let units: [String]

    /// The question after the named units.
    public init(_ units: [String]) { self.units = units }

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let trace = context.trace
        let tensors = try units.map { name in
            guard let unit = trace.units.first(where: { $0.name == name }),
                let output = trace.captures[name]
            else { throw NetworkError("there is no unit \(name)") }
            return try Self.gram(Self.places(output, unit))
        }
        return zip(units, try context.builder.narrowed(tensors)).map { .rows($0, $1) }
    }

    /// The output without tokens that stand for no place.
    private static func places(_ output: Tensor, _ unit: UnitDescription) throws -> Tensor {
        guard case .tokens(let height, let width, let others) = unit.layout,
            unit.featureMap != nil, others > 0
        else { return output }
        return try output.slice(axis: 1, others..<others + height * width)
    }

    /// `[examples, ...]` to `[examples, examples]`.
    private static func gram(_ output: Tensor) throws -> Tensor {
        let examples = output.shape[0]
        let flat = try output.reshaped(to: [examples, output.shape.count / examples])
        // Nothing that follows depends on the mean; without it, fewer digits are lost.
        let centred = try flat - flat.mean(over: [0], keepingAxes: true)
        return try centred.product(centred, transposeOther: true)
    }
}
