import Autodiff
import Networks

/// What units put out, or the attention maps within them, a row for each example.
public struct CaptureQuestion: Question {
    /// What is observed of a unit.
    public enum Observed: String, Hashable, Sendable {
        /// Its output, without the batch of the shape `UnitDescription.outputShape`.
        case output
        /// Its attention maps `[heads, queries, keys]`; rows sum to 1.
        case attention
    }

    /// Names of units.
    public let units: [String]
    public let observed: Observed

    /// The question after the named units.
    public init(_ units: [String], _ observed: Observed = .output) {
        (self.units, self.observed) = (units, observed)
    }

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let trace = context.trace
        let found = try units.map { unit in
            let tensor = observed == .output ? trace.captures[unit] : trace.attention[unit]
            guard let tensor else {
                let known = trace.units.map(\.name).filter {
                    observed == .output || trace.attention[$0] != nil
                }
                throw NetworkError(
                    "there is no unit \(unit) with \(observed.rawValue); name one of "
                        + known.joined(separator: ", "))
            }
            return tensor
        }
        return zip(units, try context.builder.narrowed(found)).map { .rows($0, $1) }
    }
}
