import Execution
import Figures
import Results
import Spectra
import Training

/// The trace of a matrix: random vectors are items, until the standard error is small enough.
///
/// What later vectors build on, the range of Hutch++ and XTrace, is computed again where a run goes
/// on; the rows of the vectors behind it are kept.
public final class TraceStudy: Study {
    public let estimation: TraceEstimation
    public let header: TraceResult
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }
    private let target: () throws -> any SymmetricOperator
    private var space = TraceEstimation.Space()

    /// A study of the trace.
    ///
    /// - Parameters:
    ///   - l2: λ of the penalty in the operator, which the result names.
    ///   - target: the operator, asked for where something is to be measured.
    public init(
        _ estimation: TraceEstimation, l2: Double = 0,
        target: @escaping () throws -> any SymmetricOperator
    ) {
        (self.estimation, self.target) = (estimation, target)
        var header = estimation.emptyResult
        header.l2 = l2
        self.header = header
    }

    public var itemCount: Int { estimation.itemCount }
    public var valuesPerItem: Int { estimation.rowLength }

    public var settings: [String: String] {
        [
            "trace": "\(estimation.method.rawValue), tolerance \(estimation.tolerance),"
                + " \(estimation.maximumProducts) products, range \(estimation.rangeSize)"
        ]
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func isComplete(_ rows: [[Double]?]) -> Bool {
        (try? estimation.isEnough(rows)) ?? false
    }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        if isComplete(rows) { return nil }
        let target = try target()
        for missing in estimation.builtItems(space)..<max(
            estimation.neededItems(item), estimation.builtItems(space))
        {
            _ = try estimation.measure(missing, &space, of: target)
        }
        var result = header
        let row = try estimation.measure(item, &space, of: target)
        try result.assemble(rows.prefix(item) + [row])
        return (row, "\(Readable.number(result.trace.value)) ± "
            + Readable.number(result.standardError))
    }

    public func takeUp(_ rows: [[Double]?], isStored: Bool) -> String? {
        space = TraceEstimation.Space()
        return nil
    }
}

extension Experiment {
    /// The study of the trace of the curvature matrix.
    ///
    /// - Parameter configure: changes the estimator's numbers.
    /// - Throws: `ObjectiveError`, and what compiling throws.
    public func trace(
        _ method: TraceEstimation.Method = .xtrace, tolerance: Double = 0.01,
        maximumProducts: Int = 500, rangeSize: Int = 20
    ) throws -> TraceStudy {
        let estimation = TraceEstimation(
            method, tolerance: tolerance, maximumProducts: maximumProducts, rangeSize: rangeSize,
            dimension: curvatureDimension, seed: seed)
        let objective = try objective()
        let study = TraceStudy(
            estimation, l2: curvatureL2, target: curvatureOperator(of: objective))
        // Range and draws grow until the error is small enough; what is foreseen is the most.
        let kept = method == .xtrace ? 2 * estimation.itemCount : estimation.rangeSize
        study.foresee = {
            try memory(of: objective, for: curvature.question, vectors: kept + 4)
        }
        return study
    }
}

extension Analysis {
    static let trace = measured(TraceResult.self) { try CurveFigure(.trace, $0, $1) }
}
