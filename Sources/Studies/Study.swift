import Foundation
import Results

/// An analysis as a list of items that are measured one by one.
///
/// `StudyRun` measures the items and keeps them safe; a study says what an item is and what its
/// numbers mean. The points of a landscape, the minibatches of a spectrum and the networks of a
/// lesion study are items.
public protocol Study {
    /// What the rows are put together to.
    associatedtype Outcome: MeasuredResult

    /// What decides the values beside the run's description, by name.
    var settings: [String: String] { get }
    /// The outcome before anything is measured: axes, names, sizes.
    var header: Outcome { get }
    /// The number of items, or the most that there can be of a study which ends by itself.
    var itemCount: Int { get }
    /// The largest number of values of an item.
    var valuesPerItem: Int { get }
    /// The items to measure, in order; by default all of them.
    var items: [Int] { get }

    /// Measures one item.
    ///
    /// - Parameters:
    ///   - item: its number, from 0.
    ///   - rows: what has been measured so far, for studies whose items build on earlier ones. Each
    ///     row has `valuesPerItem` values; what an item did not give is NaN at the end.
    /// - Returns: the item's row with a note for people who watch, or nil where the study needs no
    ///   further item.
    /// - Throws: one line where the item cannot be measured; what is there stays safe. A
    ///   `CancellationError` ends the run as if it had been stopped before the item.
    func measure(_ item: Int, after rows: [[Double]?]) throws -> (values: [Double], note: String)?

    /// The memory that measuring is foreseen to take, with what should be known of how programs
    /// run; nil where it is not known. Asked only where something is to be measured.
    func memory() throws -> MemoryForecast?

    // MARK: What lies beside the rows

    /// Whether the study has ended by itself with these rows.
    func isComplete(_ rows: [[Double]?]) -> Bool

    /// Takes up what an earlier run has laid aside beside its rows.
    ///
    /// - Parameter isStored: whether the file of the outcome holds all rows.
    /// - Returns: nil, or why the rows cannot be built on: then the study begins anew.
    func takeUp(_ rows: [[Double]?], isStored: Bool) -> String?

    /// Adds to the assembled outcome what rows do not hold.
    func complete(_ outcome: inout Outcome)

    /// Removes what was laid aside, once the file holds the outcome of the whole study.
    func removeAside() throws
}

extension Study {
    public var items: [Int] { Array(0..<itemCount) }

    public func memory() throws -> MemoryForecast? { nil }

    public func isComplete(_ rows: [[Double]?]) -> Bool { false }

    public func takeUp(_ rows: [[Double]?], isStored: Bool) -> String? { nil }

    public func complete(_ outcome: inout Outcome) {}

    public func removeAside() throws {}
}

/// A share of a study's items: every n-th from the k-th on, for runs side by side.
public struct StudyPart: Sendable, Hashable, CustomStringConvertible {
    /// k, from 1.
    public var number: Int
    /// n.
    public var count: Int

    /// The part `K/N`; nil where the text is none.
    public init?(_ text: String) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let number = numbers[0], let count = numbers[1], count >= 1,
            (1...count).contains(number)
        else { return nil }
        self.number = number
        self.count = count
    }

    /// The part as its text.
    public var description: String { "\(number)/\(count)" }

    /// The items of this part.
    public func of(_ items: [Int]) -> [Int] {
        stride(from: number - 1, to: items.count, by: count).map { items[$0] }
    }
}

extension StudyPart {
    /// Which parts the files of some runs hold together, in words: empty where one of them does not
    /// say that it holds a part.
    static func joined(_ parts: [String]) -> String {
        guard !parts.contains("") else { return "" }
        let texts = parts.flatMap { $0.components(separatedBy: ", ") }
        return Set(texts).sorted { $0.compare($1, options: .numeric) == .orderedAscending }
            .joined(separator: ", ")
    }

    /// The parts that are missing beside those of a text; none where it is not of parts of one
    /// division.
    static func missing(beside parts: String) -> [StudyPart] {
        let found = parts.components(separatedBy: ", ").map { StudyPart($0) }
        guard let first = found.first, let count = first?.count,
            found.allSatisfy({ $0?.count == count })
        else { return [] }
        return (1...count).compactMap { StudyPart("\($0)/\(count)") }
            .filter { !found.contains($0) }
    }
}
