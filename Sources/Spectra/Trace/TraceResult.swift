import Randomness
import Results

/// The trace and the Frobenius norm of a symmetric matrix, estimated from products.
public struct TraceResult: Sendable, Hashable {
    /// The estimate after some of the products.
    public struct Step: Fillable, Hashable {
        /// The products behind the estimate.
        public var products = 0
        /// The trace with a normal interval of 95%.
        public var trace = Estimate()
        /// The standard error of the trace.
        public var standardError = Double.nan

        public init() {}
    }

    /// The estimator.
    public var method = TraceEstimation.Method.xtrace
    /// What the standard error is to be at most, relative to the trace.
    public var tolerance = Double.nan
    /// The most products.
    public var maximumProducts = 0
    /// The vectors whose range Hutch++ takes out.
    public var rangeSize = 0
    /// The number of parameters.
    public var dimension = 0
    /// The seed of the random vectors.
    public var seed: UInt64 = 0
    /// λ of the L2 penalty in the matrix.
    public var l2 = 0.0
    /// The products in total.
    public var products = 0
    /// The trace, in loss per squared weight, with a normal interval of 95%.
    public var trace = Estimate()
    /// The standard error of the trace.
    public var standardError = Double.nan
    /// Whether the standard error is at most the tolerance times the trace.
    public var converged = false
    /// ‖A‖_F, with a normal interval of 95%.
    public var frobenius = Estimate()
    /// The estimate after each vector.
    public var history: [Step] = []

    public init() {}
}

extension TraceEstimation {
    /// The result before anything has been measured.
    public var emptyResult: TraceResult {
        var result = TraceResult()
        (result.method, result.tolerance) = (method, tolerance)
        (result.maximumProducts, result.rangeSize) = (maximumProducts, rangeSize)
        (result.dimension, result.seed) = (dimension, seed)
        return result
    }

    /// Whether the given rows are enough.
    ///
    /// - Throws: `RowError` where a row is none of the estimator.
    public func isEnough(_ rows: [[Double]?]) throws -> Bool {
        var result = emptyResult
        try result.assemble(rows, steps: 1)
        return result.converged
    }

    init(_ result: TraceResult) {
        self.init(
            result.method, tolerance: result.tolerance, maximumProducts: result.maximumProducts,
            rangeSize: result.rangeSize, dimension: result.dimension, seed: result.seed)
    }
}

/// A mean with its standard error, taken up number by number.
struct RunningMean {
    private(set) var count = 0.0
    private(set) var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let difference = value - mean
        mean += difference / count
        squares += difference * (value - mean)
    }

    /// NaN for fewer than two numbers.
    var standardError: Double {
        count > 1 ? (squares / (count * (count - 1))).squareRoot() : .nan
    }
}

extension TraceResult: MeasuredResult {
    public static let kind = "trace"
    public static let item = "vector"
    public static let isSequential = true

    public var finding: String {
        "trace \(Readable.number(trace.value)) ± \(Readable.number(standardError)) of"
            + " \(products) products" + (converged ? "" : ", not converged")
    }

    /// Points of the history of XTrace, each of which costs the cube of the number of vectors.
    private static let historyLimit = 40

    public mutating func assemble(_ rows: [[Double]?]) throws {
        try assemble(rows, steps: Self.historyLimit)
    }

    /// - Parameter steps: how many estimates of XTrace the history has at most.
    mutating func assemble(_ rows: [[Double]?], steps: Int) throws {
        let rows = rows.prefix { $0 != nil }.compactMap { $0 }
        let estimation = TraceEstimation(self)
        (history, products) = ([], estimation.products(of: rows.count))
        var squares = RunningMean()
        for row in rows where row.count > 1 {
            // Hutch++ knows the length of products of whole vectors alone.
            let square = row[method == .xtrace ? 0 : 1]
            if !square.isNaN { squares.add(square) }
        }
        let root = squares.mean.squareRoot()
        // The error of a root is that of the square over twice the root.
        frobenius = Self.interval(root, squares.standardError / (2 * root))
        switch method {
        case .hutchinson, .hutchPlusPlus: means(rows)
        case .xtrace: try leavingOut(rows, steps)
        }
        trace = history.last?.trace ?? Estimate()
        standardError = history.last?.standardError ?? .nan
        converged = standardError <= tolerance * abs(trace.value)
            && (standardError == 0
                || rows.count >= TraceEstimation.leastSamples + rangeSize)
    }

    private mutating func means(_ rows: [[Double]]) {
        let inside = rows.prefix(rangeSize).reduce(0) { $0 + $1[0] }
        let estimation = TraceEstimation(self)
        var rest = RunningMean()
        for (number, row) in rows.enumerated().dropFirst(rangeSize) {
            rest.add(row[0])
            step(inside + rest.mean, rest.standardError, estimation.products(of: number + 1))
        }
    }

    private mutating func leavingOut(_ rows: [[Double]], _ steps: Int) throws {
        var xtrace = XTrace(dimension: dimension)
        let every = max((rows.count + steps - 1) / steps, 1)
        for (number, values) in rows.enumerated() {
            guard let row = XTraceRow(values, number: number) else {
                throw RowError(name(ofItem: number), "is none of XTrace; compute it again")
            }
            let wasExact = xtrace.isExact
            xtrace.append(row)
            guard (number + 1).isMultiple(of: every) || number == rows.count - 1 || xtrace.isExact,
                !wasExact, let (value, error) = xtrace.estimate()
            else { continue }
            step(value, error, 2 * (number + 1))
        }
    }

    private mutating func step(_ value: Double, _ error: Double, _ products: Int) {
        var step = Step()
        (step.products, step.standardError) = (products, error)
        step.trace = Self.interval(value, error)
        history.append(step)
    }

    private static func interval(_ value: Double, _ error: Double) -> Estimate {
        Estimate(value: value, lower: value - 1.96 * error, upper: value + 1.96 * error)
    }

    public static var schema: Schema<TraceResult> {
        Schema(
            .field("method", \.method, "the estimator"),
            .field("trace", \.trace, unit: .curvature, "the trace"),
            .field(
                "standard_error", \.standardError, unit: .curvature,
                "standard error of the trace"),
            .field(
                "converged", \.converged,
                "whether the standard error is at most the tolerance times the trace"),
            .field("frobenius", \.frobenius, unit: .curvature, "Frobenius norm"),
            .derived("mean_eigenvalue", unit: .curvature, "trace / dimension") {
                $0.trace.value / Double($0.dimension)
            },
            .field(
                "tolerance", \.tolerance, unit: .one,
                "the standard error is to be at most this, relative"),
            .field("products", \.products, unit: .one, "products in total"),
            .field("maximum_products", \.maximumProducts, unit: .one, "products at most"),
            .field("range_size", \.rangeSize, unit: .one, "vectors whose range hutch++ takes out"),
            .field("dimension", \.dimension, unit: .one, "number of parameters"),
            .field("seed", \.seed, unit: .one, "seed of the random vectors"),
            .field(
                "l2", \.l2, unit: .curvature,
                "coefficient λ of the L2 penalty in the matrix"),
            .table(
                "history", axis: "step", \.history,
                [
                    .column(
                        "products_so_far", \.products, unit: .one, "products behind the estimate"),
                    .column(
                        "trace_so_far", \.trace, unit: .curvature,
                        "trace with a normal interval"),
                    .column(
                        "standard_error_so_far", \.standardError, unit: .curvature,
                        "its standard error"),
                ]))
    }
}
