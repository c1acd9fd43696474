import Execution
import Randomness
import Results

/// How minibatch curvature compares with what a second minibatch says of the same directions.
///
/// The top eigenvalue of a minibatch is the largest curvature over all directions, so its direction
/// fits the noise of the minibatch: it is biased upwards. The curvature of another, independent
/// minibatch along that direction is not:
///
///     usual      λ = max uᵀH_A u, at u_A
///     debiased   u_AᵀH_B u_A
///
/// Both tend to the top eigenvalue of all examples as minibatches grow, the latter from below,
/// because u_A is not its eigenvector.
///
/// - Source: Tatzel et al. 2025, "Debiasing Mini-Batch Quadratics" (arXiv 2410.14325), section 5.
public struct BiasMeasurement: Sendable, Hashable {
    /// The sizes of minibatches, and how many there are of each.
    public var sizes: [BiasResult.Size]
    /// The number of top eigenvalues of a minibatch.
    public var top: Int
    /// The tolerance of the residual, relative.
    public var tolerance: Double
    /// The most products of a minibatch.
    public var maximumProducts: Int
    /// The seed of start vectors and resamples.
    public var seed: UInt64
    /// The number of all examples, whose top eigenvalue is the reference.
    public var exampleCount: Int

    /// A measurement of minibatches of some sizes, of each at least two.
    public init(
        sizes: [BiasResult.Size], exampleCount: Int, top: Int = 1,
        tolerance: Double = 1e-3, maximumProducts: Int = 100, seed: UInt64 = 0
    ) {
        (self.top, self.tolerance, self.maximumProducts) = (top, tolerance, maximumProducts)
        (self.seed, self.exampleCount) = (seed, exampleCount)
        self.sizes = sizes
    }

    /// All minibatches, and all examples together.
    public var itemCount: Int { sizes.map(\.count).reduce(1, +) }
    /// The largest number of values of an item.
    public var rowLength: Int { 1 + BiasResult.valuesPerPair * top }

    /// The eigenpairs of one minibatch, with the curvature that another one has along each.
    ///
    /// - Parameter second: the other minibatch; nil for all examples, which have none.
    /// - Throws: `SpectraError` where a product is not finite.
    public func measure(
        _ first: any SymmetricOperator,
        second: () throws -> (any SymmetricOperator)?
    ) throws -> [Double] {
        let result = try Lanczos(
            largest: top, smallest: 0, tolerance: tolerance, basisLimit: maximumProducts,
            maximumProducts: maximumProducts, verification: .recurrence,
            stream: RandomStream(seed: seed, name: "lanczos"), keepsVectors: true
        ).eigenvalues(of: first)
        let vectors = result.pairs.compactMap(\.vector)
        let products = try second().map { try $0.apply(block: vectors) }
        return [Double(result.products + (products?.count ?? 0))]
            + zip(result.pairs, vectors).enumerated().flatMap { number, found in
                [
                    found.0.value, found.0.residual, found.0.converged ? 1 : 0,
                    products.map { found.1.dot($0[number]) } ?? .nan,
                ]
            }
    }

    /// The result before anything has been measured.
    public var emptyResult: BiasResult {
        var result = BiasResult()
        result.sizes = sizes
        (result.top, result.tolerance, result.maximumProducts) = (top, tolerance, maximumProducts)
        (result.seed, result.exampleCount) = (seed, exampleCount)
        return result
    }
}

/// Top eigenvalues of minibatches beside what other minibatches say, by batch size.
public struct BiasResult: Sendable, Hashable {
    /// A size of minibatches.
    public struct Size: Fillable, Hashable {
        /// The examples of one.
        public var batchSize = 0
        /// How many there are when finished.
        public var count = 0

        public init() {}

        /// `count` minibatches of `batchSize` examples.
        public init(batchSize: Int, count: Int) {
            (self.batchSize, self.count) = (batchSize, count)
        }
    }

    /// One eigenpair of one minibatch.
    public struct Pair: Fillable, Hashable {
        /// The examples in the minibatch.
        public var batchSize = 0
        /// The number of the minibatch among those of its size.
        public var minibatch = 0
        /// 0 for the largest eigenvalue.
        public var rank = 0
        /// λ of the minibatch, in loss per squared weight.
        public var eigenvalue = Double.nan
        /// ‖Av - λv‖, in the same unit.
        public var residual = Double.nan
        /// Whether the residual is small enough.
        public var converged = false
        /// uᵀAu of the next minibatch; NaN for all examples, which have no next.
        public var debiased = Double.nan

        public init() {}
    }

    /// The mean of the top eigenvalue over minibatches of one size, by one way of estimating it.
    public struct Curve: Fillable, Hashable {
        /// The examples in a minibatch.
        public var batchSize = 0
        /// Whose curvature along whose eigenvector.
        public var estimate = BiasResult.Kind.usual
        /// The mean over minibatches, in loss per squared weight.
        public var curvature = Estimate()

        public init() {}
    }

    /// Ways of estimating.
    public enum Kind: String, StoredLabel, Sendable, CaseIterable {
        case usual = "one minibatch"
        case debiased = "second minibatch"
        case full = "all examples"
    }

    /// The sizes of minibatches.
    public var sizes: [Size] = []
    /// The top eigenvalues of a minibatch.
    public var top = 0
    /// The tolerance of the residual, relative.
    public var tolerance = Double.nan
    /// The most products of a minibatch.
    public var maximumProducts = 0
    /// The seed of start vectors and resamples.
    public var seed: UInt64 = 0
    /// The number of all examples.
    public var exampleCount = 0
    /// The products in total.
    public var products = 0
    /// The eigenpairs that have not converged and are left out of means.
    public var unconverged = 0
    /// The eigenpairs, minibatch by minibatch.
    public var pairs: [Pair] = []
    /// The means over minibatches, size by size.
    public var curves: [Curve] = []

    public init() {}

    static let valuesPerPair = 4
}

extension BiasResult: MeasuredResult {
    public static let kind = "minibatch-bias"
    public static let item = "minibatch"

    public var finding: String {
        let first = curves.filter { $0.batchSize == curves.first?.batchSize }
        return first.map { "\($0.estimate.rawValue) \(Readable.number($0.curvature.value))" }
            .joined(separator: ", ")
    }

    /// The size and the minibatch of an item; the last item is of all examples.
    public func place(ofItem item: Int) -> (size: Int, minibatch: Int)? {
        var rest = item
        for (number, size) in sizes.enumerated() {
            if rest < size.count { return (number, rest) }
            rest -= size.count
        }
        return nil
    }

    public func name(ofItem item: Int) -> String {
        place(ofItem: item).map { "minibatch \($0.minibatch) of size \(sizes[$0.size].batchSize)" }
            ?? "all examples"
    }

    public mutating func assemble(_ rows: [[Double]?]) throws {
        (pairs, curves, products) = ([], [], 0)
        for (item, row) in rows.enumerated() {
            guard let row else { continue }
            guard let spent = row.first.flatMap({ Int(exactly: $0) }), (0...1 << 32).contains(spent)
            else { throw RowError(name(ofItem: item), "is no minibatch; compute it again") }
            products += spent
            let place = place(ofItem: item)
            for rank in 0..<min(top, (row.count - 1) / Self.valuesPerPair) {
                let start = 1 + rank * Self.valuesPerPair
                guard row[start].isFinite else { continue }
                var pair = Pair()
                pair.batchSize = place.map { sizes[$0.size].batchSize } ?? exampleCount
                (pair.minibatch, pair.rank) = (place?.minibatch ?? 0, rank)
                (pair.eigenvalue, pair.residual) = (row[start], row[start + 1])
                (pair.converged, pair.debiased) = (row[start + 2] != 0, row[start + 3])
                pairs.append(pair)
            }
        }
        unconverged = pairs.count { !$0.converged }
        let bootstrap = Bootstrap(seed: seed)
        for size in sizes.map(\.batchSize) {
            let found = pairs.filter {
                $0.rank == 0 && $0.converged && $0.batchSize == size && $0.debiased.isFinite
            }
            guard !found.isEmpty else { continue }
            let means = bootstrap.means(of: [found.map(\.eigenvalue), found.map(\.debiased)])
            for (kind, mean) in zip([Kind.usual, .debiased], means) {
                curves.append(Self.curve(size, kind, mean))
            }
        }
        if let full = pairs.first(where: { $0.rank == 0 && $0.converged && $0.debiased.isNaN }) {
            curves.append(Self.curve(exampleCount, .full, Estimate(value: full.eigenvalue)))
        }
    }

    private static func curve(_ size: Int, _ kind: Kind, _ value: Estimate) -> Curve {
        var curve = Curve()
        (curve.batchSize, curve.estimate, curve.curvature) = (size, kind, value)
        return curve
    }

    public static var schema: Schema<BiasResult> {
        Schema(
            .field("examples", \.exampleCount, unit: .one, "number of all examples"),
            .field("top", \.top, unit: .one, "top eigenvalues of a minibatch"),
            .field("tolerance", \.tolerance, unit: .one, "tolerance of the residual, relative"),
            .field("maximum_products", \.maximumProducts, unit: .one, "products at most for a minibatch"),
            .field("seed", \.seed, unit: .one, "seed of start vectors and resamples"),
            .field("products", \.products, unit: .one, "products in total"),
            .field("unconverged", \.unconverged, unit: .one, "eigenpairs left out: not converged"),
            .table(
                "curves", axis: "mean", \.curves,
                [
                    .column("size", \.batchSize, unit: .one, "examples in a minibatch"),
                    .column("estimate", \.estimate, "whose curvature along whose eigenvector"),
                    .column(
                        "curvature", \.curvature, unit: .curvature,
                        "mean curvature over minibatches along their top eigenvectors"),
                ]),
            .table(
                "sizes", axis: "size", \.sizes,
                [
                    .column(
                        "minibatch_size", \.batchSize, unit: .one, "examples in a minibatch"),
                    .column(
                        "minibatch_count", \.count, unit: .one,
                        "minibatches of this size when finished"),
                ]),
            .table(
                "pairs", axis: "pair", \.pairs,
                [
                    .column("batch_size", \.batchSize, unit: .one, "examples in the minibatch"),
                    .column("minibatch", \.minibatch, unit: .one, "number of the minibatch"),
                    .column("rank", \.rank, unit: .one, "0 is the largest eigenvalue"),
                    .column(
                        "eigenvalue", \.eigenvalue, unit: .curvature,
                        "λ of the minibatch, at its eigenvector u"),
                    .column("residual", \.residual, unit: .curvature, "‖Av - λv‖"),
                    .column("converged", \.converged, "whether the residual is small enough"),
                    .column(
                        "debiased", \.debiased, unit: .curvature,
                        "uᵀAu of the next minibatch; NaN for all examples"),
                ]))
    }
}
