import Networks
import Representations
import Results
import Training

/// A study of numbers that are measured example by example: minibatches are items.
public struct ExampleStudy<Outcome: ExampleResult>: Study {
    public let header: Outcome
    private let subject: String
    private let numbers: (_ positions: Range<Int>) throws -> [[Double]]
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }

    /// A study that fills a result.
    ///
    /// - Parameters:
    ///   - header: the result of which nothing has been measured.
    ///   - subject: what is measured, with everything that decides the numbers.
    ///   - numbers: of the examples at some positions, a row for each.
    public init(
        _ header: Outcome, subject: String,
        numbers: @escaping (_ positions: Range<Int>) throws -> [[Double]]
    ) {
        (self.header, self.subject, self.numbers) = (header, subject, numbers)
    }

    public var itemCount: Int { header.itemCount }

    public var valuesPerItem: Int {
        min(header.batchSize, header.exampleCount) * header.numbersPerExample
    }

    public var settings: [String: String] {
        ["study": "\(subject), \(header.batchSize) examples at a time"]
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let positions = header.positions(ofItem: item)
        return (try numbers(positions).flatMap(\.self), "\(positions.count) examples")
    }
}

extension Experiment {
    /// The study of what a reduction makes of feature maps.
    ///
    /// - Throws: `ObjectiveError`.
    func study<Outcome: ExampleResult>(
        _ header: Outcome, subject: String, _ reduction: some FeatureReduction,
        of units: [UnitDescription]
    ) throws -> ExampleStudy<Outcome> {
        try study(
            header, subject: subject, FeatureQuestion(reduction, of: units.map(\.name)),
            outputs: units.map(\.name))
    }

    /// The study of a question's rows.
    ///
    /// - Parameter outputs: the outputs of the question whose numbers stand side by side in a row.
    /// - Throws: `ObjectiveError`.
    func study<Outcome: ExampleResult>(
        _ header: Outcome, subject: String, _ question: some Question, outputs: [String]
    ) throws -> ExampleStudy<Outcome> {
        let objective = try objective()
        var study = ExampleStudy(
            header, subject: subject, numbers: try rows(question, outputs, by: objective))
        study.foresee = {
            try objective.setExamples(header.positions(ofItem: 0))
            return try memory(of: objective, for: question, vectors: 1)
        }
        return study
    }
}
