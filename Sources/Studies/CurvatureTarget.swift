import Execution
import Spectra
import Training

/// Whose spectrum the studies of curvature are of: a matrix, and the parameters that are not held
/// fixed.
public struct CurvatureTarget: Sendable, Hashable {
    public var matrix: CurvatureMatrix
    /// The parameters; nil takes all.
    public var parameters: ParameterSelection?

    /// A target; by default the whole Hessian.
    public init(_ matrix: CurvatureMatrix = .hessian, parameters: ParameterSelection? = nil) {
        (self.matrix, self.parameters) = (matrix, parameters)
    }

    /// The question whose products are those of the matrix.
    public var question: HessianQuestion { HessianQuestion(matrix) }

    /// What decides the values, by name; nothing for the whole Hessian.
    var settings: [String: String] {
        var settings: [String: String] = [:]
        if matrix != .hessian { settings["operator"] = matrix.rawValue }
        if let parameters {
            settings["parameters"] = "\(parameters.text), \(parameters.count) of them"
        }
        return settings
    }

    /// The target in words.
    public var text: String {
        matrix.text
            + (parameters.map { " of \($0.text), \($0.count) parameters" } ?? "")
    }

    /// The block of an operator that acts on all parameters.
    func restricted(_ whole: any SymmetricOperator) -> any SymmetricOperator {
        parameters.map { RestrictedOperator(whole, to: $0.ranges) } ?? whole
    }

    /// A vector of the block as one of all `count` parameters.
    func expanded(_ vector: ParameterVector, to count: Int) -> ParameterVector {
        parameters.map { vector.scattered(to: $0.ranges, of: count) } ?? vector
    }
}

extension Experiment {
    /// The same experiment with another matrix or some of the parameters.
    public func measuring(_ target: CurvatureTarget) -> Experiment {
        var result = self
        result.curvature = target
        result.description.settings.merge(target.settings) { _, new in new }
        return result
    }

    /// The number of parameters of the matrix.
    var curvatureDimension: Int { curvature.parameters?.count ?? weights.layout.count }

    /// λ of the penalty whose Hessian, a multiple of the identity where it acts, is in the matrix.
    var curvatureL2: Double {
        options.l2Convention == .optimizer && curvature.matrix.takesPenalty ? options.l2 : 0
    }

    /// The operator that studies are of, made when it is first asked for: the matrix of an objective
    /// with the penalty, restricted to the parameters, which tells of each product.
    func curvatureOperator(
        of objective: Objective
    ) -> () throws -> any SymmetricOperator {
        var made: (any SymmetricOperator)?
        return {
            if let made { return made }
            let whole = try objective.linearize(
                curvature.matrix, at: weights.vector, includingPenalty: true)
            let observed = ObservedOperator(curvature.restricted(whole), observe: onProduct)
            made = observed
            return observed
        }
    }
}
