/// A result that is put together from rows of numbers, each measured as one item.
///
/// The rows are stored beside the result, so that a run which was stopped goes on and parts are
/// joined for any kind of result in the same way.
public protocol MeasuredResult: StoredResult {
    /// What an item is, such as `point`.
    static var item: String { get }
    /// Whether each item builds on the one before, so that a run cannot be shared in parts.
    static var isSequential: Bool { get }

    /// What the item with the given number is called.
    func name(ofItem item: Int) -> String

    /// Recomputes everything that depends on rows, which may not all be there yet.
    ///
    /// Nothing else than the result itself and the rows is needed, so files are joined without
    /// the network that was measured.
    ///
    /// - Parameter rows: one entry per item, nil where it has not been measured.
    /// - Throws: one line where rows are no rows of this result.
    mutating func assemble(_ rows: [[Double]?]) throws
}

extension MeasuredResult {
    public static var isSequential: Bool { false }

    public func name(ofItem item: Int) -> String { "\(Self.item) \(item)" }
}

/// A measured row that is not one of its result.
public struct RowError: Error, CustomStringConvertible, Hashable {
    public let description: String

    /// An error about the given item.
    public init(_ item: String, _ problem: String) { description = "\(item): \(problem)" }
}
