import Foundation

/// What one random vector ω adds to the small matrices of XTrace: with Q and R of AΩ = QR.
struct XTraceRow {
    /// The new column of R.
    var column: [Double] = []
    /// The new column of QᵀAQ, which is symmetric.
    var image: [Double] = []
    /// Qᵀω, the new vector of Q included.
    var drawAlongRange: [Double] = []
    /// The new vector of Q along the earlier ω.
    var earlierDraws: [Double] = []
    /// ‖ω‖².
    var squaredDraw = 0.0
    /// ‖Aω‖².
    var squaredProduct = 0.0

    /// The largest number of values where there are `count` rows.
    static func length(_ count: Int) -> Int { 2 + 4 * count }

    /// The row: two norms, then three columns of the same length and one that is one shorter.
    var values: [Double] {
        [squaredProduct, squaredDraw] + column + image + drawAlongRange + earlierDraws
    }

    init() {}

    /// The row with the given number; nil where the values are none.
    init?(_ values: [Double], number: Int) {
        let size = number + 1
        guard values.count >= 2 + 4 * size - 1 else { return nil }
        (squaredProduct, squaredDraw) = (values[0], values[1])
        func stretch(_ place: Int, _ count: Int) -> [Double] {
            Array(values[(2 + place * size)..<(2 + place * size + count)])
        }
        (column, image) = (stretch(0, size), stretch(1, size))
        (drawAlongRange, earlierDraws) = (stretch(2, size), stretch(3, number))
        guard values.prefix(2 + 4 * size - 1).allSatisfy(\.isFinite) else { return nil }
    }
}

/// The XTrace estimate from its small matrices.
///
/// Each ωᵢ in turn is left out of the range and estimates what lies outside of it:
///
///     tᵢ = tr Q₍ᵢ₎ᵀAQ₍ᵢ₎ + cᵢ ωᵢᵀ(I - Q₍ᵢ₎Q₍ᵢ₎ᵀ)A(I - Q₍ᵢ₎Q₍ᵢ₎ᵀ)ωᵢ
///     Q₍ᵢ₎Q₍ᵢ₎ᵀ = Q(I - sᵢsᵢᵀ)Qᵀ,   sᵢ ∝ R⁻ᵀeᵢ
///     cᵢ = (n - m + 1) / ‖(I - Q₍ᵢ₎Q₍ᵢ₎ᵀ)ωᵢ‖²
///
/// - Source: Epperly, Tropp & Webber 2024 (arXiv 2301.07825), algorithm 2.1 and section 2.3.
struct XTrace {
    /// The rows of the vectors so far; those after a product that lay in the range are left aside.
    private var rows: [XTraceRow] = []
    /// Whether the range of A is complete, so that the trace is exact.
    private(set) var isExact = false
    private let dimension: Int

    init(dimension: Int) { self.dimension = dimension }

    mutating func append(_ row: XTraceRow) {
        guard !isExact else { return }
        if row.column.last == 0 { isExact = true } else { rows.append(row) }
        if rows.count == dimension { isExact = true }
    }

    /// The estimate with its standard error, the error that leaving one out shows; nil where it
    /// takes more vectors.
    func estimate(_ count: Int? = nil) -> (value: Double, error: Double)? {
        let size = count ?? rows.count
        let trace = (0..<size).reduce(0) { $0 + rows[$1].image[$1] }
        if isExact, size == rows.count { return (trace, 0) }
        guard size > 1 else { return nil }
        let samples = (0..<size).map { sample($0, size, trace: trace) }
        let mean = samples.reduce(0, +) / Double(size)
        let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(size * (size - 1))).squareRoot())
    }

    private func sample(_ left: Int, _ size: Int, trace: Double) -> Double {
        let out = leftOut(left, size)
        // The entry (i, j) of QᵀAQ.
        func image(_ i: Int, _ j: Int) -> Double { rows[max(i, j)].image[min(i, j)] }
        func times(_ vector: [Double]) -> [Double] {
            (0..<size).map { i in (0..<size).reduce(0) { $0 + image(i, $1) * vector[$1] } }
        }
        let draw = (0..<size).map {
            $0 <= left ? rows[left].drawAlongRange[$0] : rows[$0].earlierDraws[left]
        }
        let along = Self.dot(out, draw)
        let inside = zip(draw, out).map { $0 - along * $1 }
        // QᵀAω is the column of R.
        let column = rows[left].column
        let rest = Self.dot(column, draw) - 2 * Self.dot(column, inside)
            + Self.dot(inside, times(inside))
        let length = rows[left].squaredDraw - Self.dot(inside, inside)
        let scale = Double(dimension - size + 1) / length
        return trace - Self.dot(out, times(out)) + scale * rest
    }

    /// The direction of R⁻ᵀeᵢ: Q times it is orthogonal to all columns of AΩ but the i-th.
    private func leftOut(_ left: Int, _ size: Int) -> [Double] {
        var solution = [Double](repeating: 0, count: size)
        for place in left..<size {
            var value = place == left ? 1.0 : 0.0
            for earlier in left..<place {
                value -= rows[place].column[earlier] * solution[earlier]
            }
            solution[place] = value / rows[place].column[place]
        }
        let length = Self.dot(solution, solution).squareRoot()
        return solution.map { $0 / length }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
