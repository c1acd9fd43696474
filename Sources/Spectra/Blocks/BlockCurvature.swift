import Execution
import Randomness
import Results

/// A block of parameters whose curvature is told apart.
public struct ParameterBlock: Sendable, Hashable {
    /// Its name, such as a state-dict key.
    public var name: String
    /// Its parameters: ascending, disjoint ranges of the flat vector.
    public var ranges: [Range<Int>]

    /// A block.
    public init(name: String, ranges: [Range<Int>]) {
        (self.name, self.ranges) = (name, ranges)
    }

    /// The number of its parameters.
    public var count: Int { ranges.reduce(0) { $0 + $1.count } }
}

/// How the curvature of all blocks of a matrix is measured in one run.
///
/// The traces of all blocks come from the same probes, each of one product: vᵦ·(Av)ᵦ is unbiased for
/// the trace of block β, and what the other blocks add to it is noise. The ends of the spectrum of
/// each block take a Lanczos run of their own.
public struct BlockMeasurement: Sendable, Hashable {
    /// The blocks, each of which the matrix is restricted to.
    public var blocks: [ParameterBlock]
    /// Vectors of random signs for the traces.
    public var probes: Int
    /// When an eigenvalue has converged, relative to it.
    public var tolerance: Double
    /// Products at most for a block's eigenvalues.
    public var maximumProducts: Int
    /// The seed of the random vectors.
    public var seed: UInt64

    /// A measurement of the given blocks.
    public init(
        blocks: [ParameterBlock], probes: Int = 30, tolerance: Double = 1e-3,
        maximumProducts: Int = 60, seed: UInt64 = 0
    ) {
        (self.blocks, self.probes, self.tolerance) = (blocks, probes, tolerance)
        (self.maximumProducts, self.seed) = (maximumProducts, seed)
    }

    /// Probes first, then blocks.
    public var itemCount: Int { probes + blocks.count }
    /// The largest number of values of an item.
    public var rowLength: Int { max(blocks.count, BlockResult.valuesPerBlock) }

    /// Measures one item.
    ///
    /// - Throws: `SpectraError` where a product is not finite.
    public func measure(_ item: Int, of target: any SymmetricOperator) throws -> [Double] {
        guard item >= probes else {
            let probe = ParameterVector.rademacher(
                target.dimension, storage: target.storage,
                stream: RandomStream(seed: seed, name: "blocks").substream(item))
            var counted = CountedOperator(target)
            let product = try counted.apply(probe)
            return blocks.map { block in
                block.ranges.reduce(0) { $0 + probe.dot(product, in: $1) }
            }
        }
        let block = RestrictedOperator(target, to: blocks[item - probes].ranges)
        let result = try Lanczos(
            largest: 1, smallest: 1, tolerance: tolerance, basisLimit: maximumProducts,
            maximumProducts: maximumProducts, verification: .recurrence,
            stream: RandomStream(seed: seed, name: "lanczos")
        ).eigenvalues(of: block)
        let top = result.pairs.first ?? Eigenpair()
        // A block of one parameter has one eigenvalue, which is both ends.
        let bottom = result.pairs.last ?? Eigenpair()
        return [
            Double(result.products), top.value, top.residual, top.converged ? 1 : 0, bottom.value,
            bottom.residual, bottom.converged ? 1 : 0,
        ]
    }

    /// The result before anything has been measured.
    public var emptyResult: BlockResult {
        var result = BlockResult()
        (result.probes, result.tolerance, result.seed) = (probes, tolerance, seed)
        result.maximumProducts = maximumProducts
        result.blocks = blocks.enumerated().map { number, block in
            var row = BlockResult.Block()
            (row.number, row.name, row.count) = (number, block.name, block.count)
            return row
        }
        return result
    }
}

/// The ends of the spectrum and the trace of each block of a matrix.
public struct BlockResult: Sendable, Hashable {
    /// What is known of one block.
    public struct Block: Fillable, Hashable {
        /// The place of the block, from the input on.
        public var number = 0
        /// The name of the block.
        public var name = ""
        /// The number of its parameters.
        public var count = 0
        /// The largest eigenvalue, in loss per squared weight.
        public var top = Double.nan
        /// Its residual ‖Av - λv‖, in the same unit.
        public var topResidual = Double.nan
        /// Whether it has converged.
        public var topConverged = false
        /// The smallest eigenvalue, in loss per squared weight.
        public var bottom = Double.nan
        /// Its residual ‖Av - λv‖, in the same unit.
        public var bottomResidual = Double.nan
        /// Whether it has converged.
        public var bottomConverged = false
        /// With a normal interval of 95%.
        public var trace = Estimate()
        /// The standard error of the trace.
        public var traceError = Double.nan

        public init() {}
    }

    /// The random vectors behind the traces.
    public var probes = 0
    /// The tolerance of the residual of an eigenvalue, relative.
    public var tolerance = Double.nan
    /// The most products of a block.
    public var maximumProducts = 0
    /// The seed of the random vectors.
    public var seed: UInt64 = 0
    /// The coefficient λ of the L2 penalty in the matrix.
    public var l2 = 0.0
    /// The products in total.
    public var products = 0
    /// From the input on.
    public var blocks: [Block] = []

    public init() {}

    static let valuesPerBlock = 7
}

extension BlockResult: MeasuredResult {
    public static let kind = "blocks"
    public static let item = "item"

    public var finding: String {
        guard let top = blocks.filter({ $0.top.isFinite }).max(by: { $0.top < $1.top }) else {
            return "\(blocks.count) blocks, no eigenvalue yet"
        }
        return "\(blocks.count) blocks, the sharpest \(top.name) with"
            + " \(Readable.number(top.top))"
    }

    public func name(ofItem item: Int) -> String {
        item < probes
            ? "probe \(item)"
            : blocks.indices.contains(item - probes) ? blocks[item - probes].name : "item \(item)"
    }

    public mutating func assemble(_ rows: [[Double]?]) throws {
        var traces = blocks.map { _ in RunningMean() }
        products = 0
        for (item, row) in rows.enumerated() {
            guard let row else { continue }
            if item < probes {
                guard row.count >= blocks.count else {
                    throw RowError(name(ofItem: item), "is no probe; compute it again")
                }
                products += 1
                for index in blocks.indices { traces[index].add(row[index]) }
                continue
            }
            guard row.count >= Self.valuesPerBlock, blocks.indices.contains(item - probes),
                let spent = Int(exactly: row[0]), (0...1 << 32).contains(spent)
            else { throw RowError(name(ofItem: item), "is no block; compute it again") }
            products += spent
            let index = item - probes
            (blocks[index].top, blocks[index].topResidual) = (row[1], row[2])
            (blocks[index].bottom, blocks[index].bottomResidual) = (row[4], row[5])
            (blocks[index].topConverged, blocks[index].bottomConverged) = (row[3] != 0, row[6] != 0)
        }
        for (index, mean) in traces.enumerated() where mean.count > 0 {
            let (value, error) = (mean.mean, mean.standardError)
            blocks[index].traceError = error
            blocks[index].trace = Estimate(
                value: value, lower: value - 1.96 * error, upper: value + 1.96 * error)
        }
    }

    public static var schema: Schema<BlockResult> {
        Schema(
            .field("probes", \.probes, unit: .one, "vectors of random signs behind the traces"),
            .field(
                "tolerance", \.tolerance, unit: .one,
                "tolerance of the residual of an eigenvalue, relative"),
            .field("maximum_products", \.maximumProducts, unit: .one, "products at most for a block"),
            .field("seed", \.seed, unit: .one, "seed of the random vectors"),
            .field(
                "l2", \.l2, unit: .curvature,
                "coefficient λ of the L2 penalty in the matrix"),
            .field("products", \.products, unit: .one, "products in total"),
            .table(
                "blocks", axis: "block", \.blocks,
                [
                    .column(
                        "number", \.number, unit: .one, "place of the block, from the input on"),
                    .column("name", \.name, "name of the block"),
                    .column("count", \.count, unit: .one, "number of its parameters"),
                    .column(
                        "top_eigenvalue", \.top, unit: .curvature,
                        "largest eigenvalue of the block"),
                    .column(
                        "top_residual", \.topResidual, unit: .curvature, "its ‖Av - λv‖"),
                    .column("top_converged", \.topConverged, "whether it has converged"),
                    .column(
                        "bottom_eigenvalue", \.bottom, unit: .curvature,
                        "smallest eigenvalue of the block"),
                    .column(
                        "bottom_residual", \.bottomResidual, unit: .curvature,
                        "its ‖Av - λv‖"),
                    .column("bottom_converged", \.bottomConverged, "whether it has converged"),
                    .column(
                        "trace", \.trace, unit: .curvature,
                        "trace of the block with a normal interval"),
                    .column(
                        "trace_error", \.traceError, unit: .curvature,
                        "standard error of the trace"),
                ]))
    }
}
