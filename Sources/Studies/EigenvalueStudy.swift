import Execution
import Records
import Results
import Spectra

/// Extreme eigenvalues of one operator: the steps of the search are items, each built on the one
/// before.
///
/// The vectors that a step leaves to the next lie aside in a `BasisFile`; without it the search
/// begins anew.
public final class EigenvalueStudy: Study {
    public let header: EigenvalueResult
    public let settings: [String: String]
    /// How long the Krylov basis may be, where there is one.
    public internal(set) var basis: KrylovBasis?
    /// What may stop the search between two products, and hears what is left of it.
    public var observer = SearchObserver()
    /// Makes a vector of all parameters of one of those that the search is over.
    var expand: (ParameterVector) -> ParameterVector = { $0 }
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }
    private var search: EigenvalueSearch
    private let aside: BasisFile
    private let point: () throws -> PointFacts
    private let hessian: () throws -> any SymmetricOperator
    /// The row that an earlier run laid aside and was killed before it was in the journal.
    private var pending: (item: Int, row: [Double])?
    private let fresh: EigenvalueSearch

    /// A study of eigenvalues.
    ///
    /// - Parameters:
    ///   - search: one that has not begun.
    ///   - settings: what decides the values beside the run's description, by name.
    ///   - aside: where vectors are laid aside.
    ///   - configure: tells the result more than the search knows.
    ///   - point: is asked once, before the first product of the search.
    ///   - hessian: the operator, asked for where something is to be measured.
    public init(
        _ search: EigenvalueSearch, settings: [String: String], aside: BasisFile,
        configure: (inout EigenvalueResult) -> Void = { _ in },
        point: @escaping () throws -> PointFacts = { PointFacts() },
        hessian: @escaping () throws -> any SymmetricOperator
    ) {
        (self.search, fresh, self.settings, self.aside) = (search, search, settings, aside)
        (self.point, self.hessian) = (point, hessian)
        var result = search.emptyResult
        configure(&result)
        header = result
    }

    public var itemCount: Int { fresh.stepLimit }

    public var valuesPerItem: Int { fresh.rowLength }

    /// The products so far: those behind the given rows and those of an item that was stopped.
    public func products(_ rows: [[Double]?]) -> Int {
        search.productsWithin
            ?? Self.last(rows).flatMap { EigenvalueSearch.progress($0.row) }?.products ?? 0
    }

    public func isComplete(_ rows: [[Double]?]) -> Bool {
        Self.last(rows).flatMap { EigenvalueSearch.progress($0.row) }?.isLast ?? false
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        if isComplete(rows) { return nil }
        if let (found, row) = pending, found == item { return (row, note(row)) }
        guard search.steps == item else {
            throw RowError(
                header.name(ofItem: item), "was ended within; open the file again")
        }
        // What is thrown in between leaves a search that is of no use.
        var search = self.search
        self.search = fresh
        let (row, isWhole) = try search.step(
            after: Self.last(rows)?.row, of: hessian(),
            point: item == 0 ? point() : PointFacts(), observer: observer)
        self.search = search
        let vectors = search.vectors
        // Without a next step and without stored vectors there is nothing to lay aside. A space
        // that is complete has no next vector; it is so small that it is made anew.
        if !vectors.isEmpty, vectors.allSatisfy({ !$0.isEmpty }),
            search.keepsVectors || !isComplete([row])
        {
            try aside.write(BasisFile.Content(item: item, row: row, vectors: vectors))
        }
        guard isWhole else { throw CancellationError() }
        return (row, note(row))
    }

    public func takeUp(_ rows: [[Double]?], isStored: Bool) -> String? {
        (search, pending) = (fresh, nil)
        let last = Self.last(rows)
        guard !(isComplete(rows) && (isStored || !search.keepsVectors)) else { return nil }
        let content = aside.read()
        if let content, content.item == (last?.item ?? -1) + 1 {
            // A row of a whole item is not in the journal yet; one from within is no item.
            let isWhole = EigenvalueSearch.isWhole(content.row)
            if search.takeUp(
                content.row, content.vectors, steps: content.item + (isWhole ? 1 : 0))
            {
                if isWhole { pending = (content.item, content.row) }
                return nil
            }
        }
        guard let last else { return nil }
        if let content, content.item == last.item, Self.isSame(content.row, last.row),
            search.takeUp(content.row, content.vectors, steps: content.item + 1)
        {
            return nil
        }
        search = fresh
        return "\(aside.path): is missing or of another run; the search begins anew"
    }

    public func complete(_ outcome: inout EigenvalueResult) {
        guard search.eigenvectors.count == outcome.pairs.count else { return }
        for (number, vector) in search.eigenvectors.enumerated() {
            outcome.pairs[number].vector = expand(vector)
        }
    }

    public func removeAside() throws { try aside.remove() }

    private func note(_ row: [Double]) -> String {
        let products = EigenvalueSearch.progress(row)?.products ?? 0
        return "\(products) products"
    }

    /// The last of the rows that follow each other from the first on.
    private static func last(_ rows: [[Double]?]) -> (item: Int, row: [Double])? {
        let measured = rows.prefix { $0 != nil }
        return measured.last.flatMap { $0 }.map { (measured.count - 1, $0) }
    }

    /// Whether a stored row is the given one, filled up at the end.
    private static func isSame(_ row: [Double], _ stored: [Double]) -> Bool {
        row.count <= stored.count
            && zip(row, stored).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}
