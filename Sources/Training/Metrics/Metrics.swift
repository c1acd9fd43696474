/// What is said about a classifier's predictions in Park & Kim 2022.
public struct Metrics: Sendable, Hashable, Codable {
    public var negativeLogLikelihood = Double.nan

    public init(
        probabilities: [Double], labels: [Double], exampleLosses: [Double], classCount: Int
    ) {
        negativeLogLikelihood = exampleLosses.reduce(0, +) / Double(exampleLosses.count)
    }
}
