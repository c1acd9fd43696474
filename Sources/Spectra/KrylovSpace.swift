import Execution
import Randomness

/// An orthonormal basis V of a Krylov space with the projection T = VᵀHV.
///
///     HV = VT + β·v₊·eᵀ + E
///
/// v₊ is the next basis vector and E what orthogonalisation removed from the products beyond the
/// recurrence: rounding, and any asymmetry of H. After a thick restart T is an arrowhead matrix
/// followed by a tridiagonal one, else it is tridiagonal.
///
/// - Source: Wu & Simon 2000, "Thick-restart Lanczos method for large symmetric eigenvalue
///   problems".
struct KrylovSpace {
    /// V, orthonormal.
    private(set) var basis: [ParameterVector] = []
    /// v₊, the unit vector that continues the basis; empty once the basis is complete.
    private(set) var next: ParameterVector
    /// β, the coupling of the last basis vector with v₊; 0 where the space is invariant.
    private(set) var coupling = 0.0

    /// Ritz values kept by the last restart: the head of the diagonal of T.
    private var kept: [Double] = []
    /// Their couplings with the basis vector that follows them.
    private var border: [Double] = []
    /// The rest of the diagonal of T, and the entries beside it.
    private var diagonal: [Double] = []
    private var offDiagonal: [Double] = []
    /// The norm of each column of E.
    private var removed: [Double] = []
    /// Draws that continue an invariant space.
    private let stream: RandomStream
    private var renewals = 0

    init(start: ParameterVector, stream: RandomStream) {
        next = start
        self.stream = stream
    }

    /// A space from its numbers and its vectors; nil where they are none.
    ///
    /// - Parameters:
    ///   - numbers: as `numbers` gave them; what follows them is of no meaning.
    ///   - vectors: the basis, then v₊.
    init?(numbers: [Double], vectors: [ParameterVector], stream: RandomStream) {
        guard numbers.count >= 4, let renewals = Int(exactly: numbers[0]),
            let count = Int(exactly: numbers[1]), count == vectors.count - 1, count >= 0,
            let keptCount = Int(exactly: numbers[3]), (0...count).contains(keptCount),
            numbers.count >= Self.numberCount(vectors: count, kept: keptCount)
        else { return nil }
        var rest = numbers.dropFirst(4)
        func stretch(_ length: Int) -> [Double] {
            defer { rest = rest.dropFirst(length) }
            return Array(rest.prefix(length))
        }
        self.stream = stream
        self.renewals = renewals
        coupling = numbers[2]
        (kept, border) = (stretch(keptCount), stretch(keptCount))
        (diagonal, offDiagonal) = (
            stretch(count - keptCount), stretch(max(count - keptCount - 1, 0))
        )
        removed = stretch(count)
        basis = vectors.dropLast()
        next = vectors[count]
    }

    /// All numbers of the space: with basis and v₊ they make it again.
    var numbers: [Double] {
        [Double(renewals), Double(basis.count), coupling, Double(kept.count)] + kept + border
            + diagonal + offDiagonal + removed
    }

    /// How many numbers a space of the given size has, of whose vectors a restart kept some.
    static func numberCount(vectors: Int, kept: Int) -> Int {
        4 + 2 * kept + (vectors - kept) + max(vectors - kept - 1, 0) + vectors
    }

    /// Extends the basis by one vector with one product.
    mutating func extend(_ target: inout CountedOperator) throws {
        let vector = next
        var product = try target.apply(vector)
        let size = product.norm()
        // First what the recurrence knows, then one pass against the whole basis: the two passes
        // that are enough to keep the basis orthonormal to working precision.
        if diagonal.isEmpty {
            for (index, value) in border.enumerated() {
                product.add(-value, basis[index])
            }
        } else if let last = basis.last {
            offDiagonal.append(coupling)
            product.add(-coupling, last)
        }
        var alpha = vector.dot(product)
        product.add(-alpha, vector)
        basis.append(vector)

        var before = product.norm()
        var excess = 0.0
        repeat {
            let components = product.components(along: basis)
            product.add(components.map(-), basis)
            alpha += components[components.count - 1]
            excess += components.dropLast().reduce(0) { $0 + $1 * $1 }
            coupling = product.norm()
            if coupling >= 0.7 * before { break }
            before = coupling
        } while coupling > 1e-14 * size
        diagonal.append(alpha)
        removed.append(excess.squareRoot())
        try continueBasis(product, size: size)
    }

    /// Sets v₊ to the remainder of a product, or to a random vector where nothing remains.
    private mutating func continueBasis(_ remainder: ParameterVector, size: Double) throws {
        if basis.count == remainder.count {
            next = []
            coupling = 0
            return
        }
        next = remainder
        // What is left of an invariant space is rounding error, which has no direction.
        if coupling > 1e-13 * size {
            next.scale(by: 1 / coupling)
            return
        }
        coupling = 0
        next = .gaussian(
            remainder.count, storage: remainder.storage, stream: stream.substream(renewals))
        renewals += 1
        for _ in 0..<2 {
            next.normalize()
            for other in basis { next.add(-other.dot(next), other) }
        }
        next.normalize()
    }

    /// T as a full matrix `[m, m]`.
    var projection: [Double] {
        let order = basis.count
        var matrix = [Double](repeating: 0, count: order * order)
        func set(_ row: Int, _ column: Int, _ value: Double) {
            matrix[row * order + column] = value
            matrix[column * order + row] = value
        }
        for (index, value) in (kept + diagonal).enumerated() { set(index, index, value) }
        for (index, value) in border.enumerated() where order > kept.count {
            set(index, kept.count, value)
        }
        for (index, value) in offDiagonal.enumerated() {
            set(kept.count + index, kept.count + index + 1, value)
        }
        return matrix
    }

    /// The Ritz values and, in the basis V, the Ritz vectors.
    func decomposition() throws -> EigenDecomposition {
        kept.isEmpty
            ? try SymmetricTridiagonal.eigen(diagonal: diagonal, offDiagonal: offDiagonal)
            : try SymmetricMatrix.eigen(projection, order: basis.count)
    }

    /// A bound of ‖Σ sⱼ Eⱼ‖, the part of a residual that the recurrence does not show.
    func removedNorm(_ coefficients: [Double]) -> Double {
        zip(coefficients, removed).reduce(0) { $0 + abs($1.0) * $1.1 }
    }

    /// The residual ‖Hy - θy‖ of the Ritz vector y = Vs, without a product.
    ///
    ///     ‖Hy - θy‖² = (β·s_m)² + ‖Es‖²
    func residual(_ coefficients: [Double]) -> Double {
        let recurrence = coupling * (coefficients.last ?? 0)
        let rest = removedNorm(coefficients)
        return (recurrence * recurrence + rest * rest).squareRoot()
    }

    /// Shrinks the basis to the given Ritz vectors; v₊ stays the vector that continues it.
    mutating func restart(_ decomposition: EigenDecomposition, keeping indices: [Int]) {
        let vectors = indices.map { decomposition.vectors[$0] }
        removed = vectors.map(removedNorm)
        border = vectors.map { coupling * ($0.last ?? 0) }
        kept = indices.map { decomposition.values[$0] }
        diagonal = []
        offDiagonal = []
        ParameterVector.combine(&basis, rows: vectors)
    }
}
