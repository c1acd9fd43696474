import Results
import Robustness

/// A result of which a row holds, for each example of a minibatch, NLL and whether it was right, under
/// one perturbation after the other.
public protocol PerturbationResult: MeasuredResult {
    var exampleCount: Int { get }
    var batchSize: Int { get }
    /// The numbers of one example.
    var valuesPerExample: Int { get }
    /// The positions of a minibatch's examples.
    func positions(ofItem item: Int) -> Range<Int>
}

extension FrequencyResult: PerturbationResult {}
extension AdversarialResult: PerturbationResult {}

/// Examples under perturbations: minibatches are items.
public struct PerturbationStudy<Outcome: PerturbationResult>: Study {
    public let header: Outcome
    public let settings: [String: String]
    private let outcomes: (_ positions: Range<Int>) throws -> [[Double]]
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }

    /// A study of which nothing has been measured yet.
    ///
    /// - Parameter outcomes: of the examples at some positions, under one perturbation after the other,
    ///   the NLL of each example, then 1 for each that was right and 0 for the others.
    public init(
        _ header: Outcome, settings: [String: String],
        outcomes: @escaping (_ positions: Range<Int>) throws -> [[Double]]
    ) {
        (self.header, self.settings, self.outcomes) = (header, settings, outcomes)
    }

    public var itemCount: Int {
        (header.exampleCount + header.batchSize - 1) / header.batchSize
    }

    public var valuesPerItem: Int {
        min(header.batchSize, header.exampleCount) * header.valuesPerExample
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let positions = header.positions(ofItem: item)
        let columns = try outcomes(positions)
        let count = positions.count
        let values = (0..<count).flatMap { example in
            columns.flatMap { [$0[example], $0[count + example]] }
        }
        return (values, "\(count) examples")
    }
}
