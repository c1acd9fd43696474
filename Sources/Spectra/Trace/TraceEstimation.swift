import Execution
import Randomness
import Results

/// How a trace is estimated from products, and when that is good enough.
public struct TraceEstimation: Sendable, Hashable {
    /// The estimators.
    public enum Method: String, StoredLabel, Sendable, Codable, CaseIterable {
        /// The mean of vᵀAv over vectors of random signs (Hutchinson 1990).
        case hutchinson
        /// The trace in the range of A times some random vectors, exactly, and Hutchinson's estimate
        /// of the rest (Meyer et al. 2021, arXiv 2010.09649).
        case hutchPlusPlus = "hutch++"
        /// Each vector in turn left out of the range and used for the rest (Epperly, Tropp & Webber
        /// 2024, arXiv 2301.07825).
        case xtrace
    }

    public var method: Method
    /// The standard error relative to the trace at which the estimation ends.
    public var tolerance: Double
    /// The largest number of products.
    public var maximumProducts: Int
    /// The number of vectors whose range Hutch++ takes out.
    public var rangeSize: Int
    /// The number of parameters.
    public var dimension: Int
    /// The seed of the random vectors.
    public var seed: UInt64

    /// An estimation.
    public init(
        _ method: Method = .xtrace, tolerance: Double = 0.01, maximumProducts: Int = 500,
        rangeSize: Int = 20, dimension: Int, seed: UInt64 = 0
    ) {
        self.method = method
        self.tolerance = tolerance
        self.maximumProducts = maximumProducts
        self.rangeSize = method == .hutchPlusPlus ? min(rangeSize, dimension) : 0
        self.dimension = dimension
        self.seed = seed
    }

    /// Samples before which a standard error is not trusted.
    static let leastSamples = 10

    /// The products of one item.
    func products(ofItem item: Int) -> Int {
        switch method {
        case .hutchinson: 1
        case .hutchPlusPlus: item < rangeSize ? 2 : 1
        case .xtrace: 2
        }
    }

    /// The products of the first `count` items.
    func products(of count: Int) -> Int {
        (0..<count).reduce(0) { $0 + products(ofItem: $1) }
    }

    /// The most items that there can be.
    public var itemCount: Int {
        switch method {
        case .hutchinson: maximumProducts
        case .hutchPlusPlus: max(maximumProducts - rangeSize, 1)
        // A range as large as the space has nothing left.
        case .xtrace: max(min(maximumProducts / 2, dimension), 1)
        }
    }

    /// The largest number of values of an item.
    public var rowLength: Int { method == .xtrace ? XTraceRow.length(itemCount) : 2 }

    /// The vectors that items build on, those of the range among them.
    public struct Space: Sendable {
        /// Q, orthonormal.
        var range: [ParameterVector] = []
        /// The random vectors behind it, which XTrace needs.
        var draws: [ParameterVector] = []

        /// Nothing yet.
        public init() {}
    }

    /// How many items a space has behind it that later items build on.
    public func builtItems(_ space: Space) -> Int { space.range.count }

    /// How many items must be behind the space before an item is measured.
    public func neededItems(_ item: Int) -> Int {
        switch method {
        case .hutchinson: 0
        case .hutchPlusPlus: min(item, rangeSize)
        case .xtrace: item
        }
    }

    /// Measures one item.
    ///
    /// - Parameter space: what the items before it built; is built on.
    /// - Throws: `SpectraError` where a product is not finite.
    public func measure(
        _ item: Int, _ space: inout Space, of target: any SymmetricOperator
    ) throws -> [Double] {
        let stream = RandomStream(seed: seed, name: "trace").substream(item)
        func signs() -> ParameterVector {
            .rademacher(dimension, storage: target.storage, stream: stream)
        }
        var counted = CountedOperator(target, products: products(of: item))
        switch method {
        case .hutchinson:
            let probe = signs()
            let product = try counted.apply(probe)
            return [probe.dot(product), product.squaredNorm()]
        case .hutchPlusPlus where item < rangeSize:
            let (row, _) = try extend(&space, by: signs(), &counted)
            return [row.image.last ?? 0, row.squaredProduct]
        case .hutchPlusPlus:
            var probe = signs()
            Self.remove(space.range, from: &probe)
            return [probe.dot(try counted.apply(probe)), .nan]
        case .xtrace:
            // The sphere's symmetry is what its normalisation rests on.
            let draw = ParameterVector.gaussian(
                dimension, storage: target.storage, stream: stream)
            var (row, vector) = try extend(&space, by: draw, &counted)
            row.drawAlongRange = draw.components(along: space.range)
            row.earlierDraws = space.draws.map { vector.dot($0) }
            row.squaredDraw = draw.squaredNorm()
            space.draws.append(draw)
            return row.values
        }
    }

    /// Extends Q by the direction of A times a vector.
    ///
    /// - Returns: what the estimators need of it, and the new vector of Q; zero where A times the
    ///   vector lies in the range already.
    private func extend(
        _ space: inout Space, by draw: ParameterVector, _ target: inout CountedOperator
    ) throws -> (row: XTraceRow, vector: ParameterVector) {
        var row = XTraceRow()
        var product = try target.apply(draw)
        row.squaredProduct = product.squaredNorm()
        row.column = Self.remove(space.range, from: &product)
        let rest = product.norm()
        // What rounding leaves of a product within the range has no direction.
        let rounding = target.base.storage == .double ? 1e-12 : 1e-5
        let isNew = rest > rounding * row.squaredProduct.squareRoot()
        row.column.append(isNew ? rest : 0)
        product.scale(by: isNew ? 1 / rest : 0)
        if isNew {
            Self.remove(space.range, from: &product)
            product.normalize()
        }
        space.range.append(product)
        row.image = isNew
            ? try target.apply(product).components(along: space.range)
            : [Double](repeating: 0, count: space.range.count)
        return (row, product)
    }

    /// Makes a vector orthogonal to an orthonormal set, twice because once leaves rounding.
    ///
    /// - Returns: its components along the set.
    @discardableResult
    private static func remove(
        _ basis: [ParameterVector], from vector: inout ParameterVector
    ) -> [Double] {
        var total = [Double](repeating: 0, count: basis.count)
        guard !basis.isEmpty else { return total }
        for _ in 0..<2 {
            let part = vector.components(along: basis)
            vector.add(part.map(-), basis)
            total = zip(total, part).map(+)
        }
        return total
    }
}
