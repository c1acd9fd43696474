import Autodiff
import Networks
import Training

/// How much the tokens of units differ, and what their attention maps are like.
public struct OversmoothingQuestion: Question {
    /// Names of units whose outputs are feature maps.
    public let units: [String]
    /// Names of units with attention weights of at least two queries.
    public let attentions: [String]
    /// Names of those among them whose input and output are known.
    public let mapped: Set<String>
    /// Whether tokens that stand for no place, such as that of the class, count as tokens.
    public let keepsClassTokens: Bool

    /// The question after units with feature maps and units with attention among the given ones.
    ///
    /// - Parameter mapped: names of units whose attention has a mapping in the trace.
    public init(_ units: [UnitDescription], mapped: Set<String>, keepsClassTokens: Bool) {
        self.units = units.filter { $0.featureMap != nil }.map(\.name)
        attentions = units.filter { ($0.attentionShape?.suffix(2).first ?? 0) > 1 }.map(\.name)
        self.mapped = mapped
        self.keepsClassTokens = keepsClassTokens
    }

    static func tokens(_ unit: String) -> String { "tokens of \(unit)" }
    static func heads(_ unit: String) -> String { "heads of \(unit)" }
    static func spectrum(_ unit: String) -> String { "spectrum of \(unit)" }
    static func decay(_ unit: String) -> String { "decay in \(unit)" }

    /// The outputs in the order of a row: tokens of all units, then of each attention its heads,
    /// spectrum and, where it is mapped, decay.
    public var outputNames: [String] {
        units.map(Self.tokens)
            + attentions.flatMap { name in
                [Self.heads(name), Self.spectrum(name)]
                    + (mapped.contains(name) ? [Self.decay(name)] : [])
            }
    }

    public func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let tensors = try context.builder.narrowed(tensors(context.trace))
        return zip(outputNames, tensors).map { .rows($0, $1) }
    }

    /// The outputs in a trace, in the order of their names.
    func tensors(_ trace: NetworkTrace) throws -> [Tensor] {
        var tensors: [Tensor] = []
        for name in units {
            guard let unit = trace.units.first(where: { $0.name == name }),
                let output = trace.captures[name]
            else { throw NetworkError("there is no unit \(name)") }
            tensors.append(try TokenMeasure.all(of: tokens(output, unit.layout)))
        }
        for name in attentions {
            guard let weights = trace.attention[name] else {
                throw NetworkError("the unit \(name) has no attention weights")
            }
            tensors += [
                try AttentionMeasure.heads(weights), try AttentionMeasure.spectrum(weights),
            ]
            guard mapped.contains(name) else { continue }
            guard let mapping = trace.attentionMappings[name] else {
                throw NetworkError("the attention of \(name) has no known input")
            }
            tensors.append(try Self.decay(mapping))
        }
        return tensors
    }

    /// `[batch, tokens, features]`.
    private func tokens(_ output: Tensor, _ layout: FeatureLayout) throws -> Tensor {
        if keepsClassTokens, case .tokens = layout { return output }
        let map = try output.featureMap(layout)
        return try map.reshaped(to: [map.shape[0], map.shape[1], map.shape[2] * map.shape[3]])
            .permuted([0, 2, 1])
    }

    /// ‖HC[output]‖ / ‖HC[input]‖ of an attention, `[batch, 1]`.
    private static func decay(_ mapping: AttentionMapping) throws -> Tensor {
        func high(_ x: Tensor) throws -> Tensor {
            try (x - x.mean(over: [1], keepingAxes: true)).applying(.square).sum(over: [1, 2])
        }
        return try (high(mapping.output) / high(mapping.input)).applying(.squareRoot)
            .reshaped(to: [mapping.input.shape[0], 1])
    }
}
