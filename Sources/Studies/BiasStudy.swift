import Execution
import Figures
import Results
import Spectra
import Training

/// Minibatch curvature beside what a second minibatch says: minibatches are items, and all examples.
public struct BiasStudy: Study {
    public let measurement: BiasMeasurement
    public let header: BiasResult
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }
    private let target: (_ size: Int?, _ minibatch: Int) throws -> any SymmetricOperator

    /// A study of minibatches.
    ///
    /// - Parameter target: the matrix of a minibatch of the size with the given number; of all
    ///   examples where there is none.
    public init(
        _ measurement: BiasMeasurement,
        target: @escaping (_ size: Int?, _ minibatch: Int) throws -> any SymmetricOperator
    ) {
        (self.measurement, self.target) = (measurement, target)
        header = measurement.emptyResult
    }

    public var itemCount: Int { measurement.itemCount }
    public var valuesPerItem: Int { measurement.rowLength }

    public var settings: [String: String] {
        let sizes = measurement.sizes.map { "\($0.count) of \($0.batchSize)" }
        return [
            "bias": "\(sizes.joined(separator: ", ")), top \(measurement.top), tolerance"
                + " \(measurement.tolerance), \(measurement.maximumProducts) products"
        ]
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let place = header.place(ofItem: item)
        let first = try target(place?.size, place?.minibatch ?? 0)
        let row = try measurement.measure(first) {
            guard let (size, minibatch) = place else { return nil }
            return try target(size, (minibatch + 1) % measurement.sizes[size].count)
        }
        return (row, header.name(ofItem: item))
    }
}

extension Experiment {
    /// The study of the bias of minibatch curvature.
    ///
    /// - Parameters:
    ///   - minibatches: those of each batch size, at least two, each of a list of one size.
    ///   - configure: changes the numbers.
    /// - Throws: `ObjectiveError`, `DatasetError`, and what compiling throws.
    public func minibatchBias(
        minibatches: [[Range<Int>]], configure: (inout BiasMeasurement) -> Void = { _ in }
    ) throws -> BiasStudy {
        for few in minibatches where few.count < 2 {
            throw ObjectiveError.option(
                name: "--batch-sizes", value: "\(few.first?.count ?? 0)",
                reason: "the examples make one minibatch of it and two are needed; choose more examples or a"
                    + " smaller size")
        }
        var measurement = BiasMeasurement(
            sizes: minibatches.map { .init(batchSize: $0[0].count, count: $0.count) }, exampleCount: examples.count,
            seed: seed)
        configure(&measurement)
        let whole = try objective()
        // One batch size is measured after the other, so that one set of programs is kept.
        var current: (size: Int, objective: Objective)?
        func sized(_ size: Int, _ positions: Range<Int>) throws -> Objective {
            if let current, current.size == size {
                try current.objective.setExamples(positions)
                return current.objective
            }
            current = nil
            let made = try self.objective(batchSize: positions.count, positions: positions)
            current = (size, made)
            return made
        }
        var study = BiasStudy(measurement) { size, minibatch in
            let objective = try size.map { try sized($0, minibatches[$0][minibatch]) } ?? whole
            return ObservedOperator(
                curvature.restricted(
                    try objective.linearize(curvature.matrix, at: weights.vector)),
                observe: onProduct)
        }
        study.foresee = {
            try memory(
                of: whole, for: curvature.question,
                vectors: measurement.maximumProducts + measurement.top + 4)
        }
        return study
    }
}

extension Analysis {
    static let minibatchBias = measured(BiasResult.self) {
        try CurveFigure(.minibatchBias, $0, $1)
    }
}
