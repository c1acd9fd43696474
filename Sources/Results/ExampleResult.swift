import Randomness

/// A result that is made of some numbers for each example: estimates are means over examples with
/// bootstrap intervals. Minibatches of examples are items.
public protocol ExampleResult: MeasuredResult {
    /// The number of examples.
    var exampleCount: Int { get set }
    /// The number of examples that have been measured so far.
    var measuredCount: Int { get set }
    /// The number of examples that are measured at a time.
    var batchSize: Int { get set }
    /// The seed of the resamples.
    var seed: UInt64 { get set }
    /// The number of numbers that are measured of an example.
    var numbersPerExample: Int { get }

    /// Takes up what has been measured, a row for each example; there may be none.
    mutating func take(_ examples: [[Double]])
}

extension ExampleResult {
    public static var item: String { "minibatch" }

    /// The number of minibatches, the last of which may be smaller.
    public var itemCount: Int { (exampleCount + batchSize - 1) / batchSize }

    /// The positions of a minibatch's examples.
    public func positions(ofItem item: Int) -> Range<Int> {
        item * batchSize..<min((item + 1) * batchSize, exampleCount)
    }

    /// A row holds the numbers of the first example, then those of the next.
    public mutating func assemble(_ rows: [[Double]?]) throws {
        let width = numbersPerExample
        var examples: [[Double]] = []
        for (item, row) in rows.enumerated() {
            guard let row else { continue }
            let count = positions(ofItem: item).count
            guard row.count >= count * width else {
                throw RowError(
                    name(ofItem: item), "is not measured on \(count) examples of \(width) numbers")
            }
            examples += (0..<count).map { Array(row[$0 * width..<($0 + 1) * width]) }
        }
        measuredCount = examples.count
        take(examples)
    }

    /// The mean of each number over examples, all with the same resamples; NaN where there are none.
    public func means(of examples: [[Double]]) -> [Estimate] {
        guard !examples.isEmpty else {
            return Array(repeating: Estimate(), count: numbersPerExample)
        }
        return Bootstrap(seed: seed).means(
            of: (0..<numbersPerExample).map { number in examples.map { $0[number] } })
    }

    /// The fields that all such results have.
    public static var counts: Schema<Self> {
        Schema(
            .field("examples", \.exampleCount, unit: .one, "number of examples"),
            .field(
                "measured", \.measuredCount, unit: .one,
                "number of examples that have been measured"),
            .field("batch_size", \.batchSize, unit: .one, "number of examples of a minibatch"),
            .field("seed", \.seed, unit: .one, "seed of the resamples"))
    }
}
