import Autodiff
import Networks
import Training

/// What is computed of a feature map within the program, so that a few numbers leave it for each
/// example and not the map.
public protocol FeatureReduction: Hashable, Sendable {
    /// The numbers of each example, `[batch, ...]`.
    ///
    /// - Parameter map: `[batch, channels, height, width]`.
    /// - Throws: `ShapeError`.
    func reduced(_ map: Tensor) throws -> Tensor
}

/// What a reduction makes of the feature maps of units, a row for each example, under the names of
/// the units.
public struct FeatureQuestion<Reduction: FeatureReduction>: Question {
    /// Names of units whose outputs are feature maps.
    public let units: [String]
    public let reduction: Reduction

    /// The question after the named units.
    public init(_ reduction: Reduction, of units: [String]) {
        (self.reduction, self.units) = (reduction, units)
    }

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let known = context.trace.units.filter { $0.featureMap != nil }
        let reduced = try units.map { name in
            guard let unit = known.first(where: { $0.name == name }),
                let output = context.trace.captures[name]
            else {
                throw NetworkError(
                    "there is no unit \(name) that gives a feature map; name one of "
                        + known.map(\.name).joined(separator: ", "))
            }
            return try reduction.reduced(output.featureMap(unit.layout))
        }
        return zip(units, try context.builder.narrowed(reduced)).map { .rows($0, $1) }
    }
}
