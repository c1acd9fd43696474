import Results

/// Eigenvalues of one symmetric operator, with the cost and the settings of the computation.
public struct EigenvalueResult: Sendable, Hashable {
    /// How eigenvalues are computed.
    public enum Method: String, StoredLabel, Sendable, Codable, CaseIterable {
        /// Power iteration with deflation: largest magnitudes.
        case power
        /// Lanczos with full reorthogonalisation and thick restarts: both ends.
        case lanczos
    }

    /// The method.
    public var method: Method
    /// The eigenpairs: those of the largest end first, then the smallest end, each by rank.
    public var pairs: [Eigenpair]
    /// The number of operator products in total, those for residuals included.
    public var products: Int
    /// How often the Lanczos basis was shrunk to the best of it.
    public var restarts = 0
    /// The number of parameters.
    public var dimension: Int
    /// The residual relative to the eigenvalue at which a pair has converged.
    public var tolerance: Double
    /// λ of the L2 penalty whose Hessian was added on the decayed parameters; 0 for none.
    public var l2 = 0.0
    /// The tensors of the flat vector, in order: which stretch of an eigenvector is which.
    public var parameters: [ParameterStretch] = []

    /// The NLL at the point, in nats, where it is known.
    public var negativeLogLikelihood: Double?
    /// The norm of the gradient there, where it is known.
    public var gradientNorm: Double?
    /// What was checked of the operator, where it was checked.
    public var checks: OperatorChecks?

    /// The pairs of one end, by rank.
    public func pairs(at end: SpectrumEnd) -> [Eigenpair] {
        pairs.filter { $0.end == end }
    }

    /// The number of pairs whose residual is too large, see `ConvergenceCriterion`.
    public var unconvergedCount: Int { pairs.count { !$0.converged } }
}

/// A stretch of a flat vector that is one tensor of the network.
public struct ParameterStretch: Fillable, Codable, Hashable {
    /// The state-dict key.
    public var name = ""
    /// The number of entries.
    public var count = 0

    public init() {}

    /// A stretch from its parts.
    public init(name: String, count: Int) {
        self.name = name
        self.count = count
    }
}

extension EigenvalueResult: MeasuredResult {
    public static let kind = "eigenvalues"
    public static let item = "cycle"
    public static let isSequential = true

    public init() {
        self.init(method: .lanczos, pairs: [], products: 0, dimension: 0, tolerance: .nan)
    }

    public var finding: String {
        let values = pairs.map(\.value)
        return "\(values.count) eigenvalues from \(Readable.number(values.min() ?? .nan)) to"
            + " \(Readable.number(values.max() ?? .nan))"
    }

    public func name(ofItem item: Int) -> String {
        switch method {
        case .power: "eigenpair \(item)"
        case .lanczos: "cycle \(item)"
        }
    }

    public mutating func assemble(_ rows: [[Double]?]) throws {
        let measured = try rows.prefix { $0 != nil }.enumerated().map { item, row in
            guard let part = EigenvalueRow(row ?? []) else {
                throw RowError(name(ofItem: item), "is no part of eigenvalues; compute it again")
            }
            return part
        }
        pairs = measured.flatMap(\.pairs)
        products = measured.last?.products ?? 0
        restarts = measured.last?.restarts ?? 0
        let point = measured.first?.point
        negativeLogLikelihood = point?.negativeLogLikelihood
        gradientNorm = point?.gradientNorm
        checks = point?.checks
    }

    public static var schema: Schema<EigenvalueResult> {
        Schema(
            .field("method", \.method, "how the eigenvalues were computed"),
            .field(
                "products", \.products, unit: .one,
                "products in total, those for residuals included"),
            .field("restarts", \.restarts, unit: .one, "how often the Lanczos basis was shrunk"),
            .field("dimension", \.dimension, unit: .one, "number of parameters"),
            .field(
                "tolerance", \.tolerance, unit: .one,
                "a pair has converged when ‖Hv - λv‖ ≤ tolerance · max(|λ|, 0.01 · max|λ|)"),
            .field(
                "l2", \.l2, unit: .curvature,
                "coefficient λ of the L2 penalty in the Hessian"),
            .derived("unconverged", unit: .one, "number of pairs that have not converged") {
                $0.unconvergedCount
            },
            .field("nll", \.negativeLogLikelihood, unit: .nats, "NLL at the point"),
            .field("gradient_norm", \.gradientNorm, unit: .slope, "norm of the gradient there"),
            .child("checks", \.checks),
            .table(
                "eigenvalues", axis: "eigenpair", \.pairs,
                [
                    .column("end", \.end, "the end of the spectrum"),
                    .column(
                        "rank", \.rank, unit: .one, "the place at that end; 0 is the extreme one"),
                    .column("eigenvalue", \.value, unit: .curvature, "eigenvalue of the matrix"),
                    .column("residual", \.residual, unit: .curvature, "‖Hv - λv‖"),
                    .column("iterations", \.iterations, unit: .one, "products behind the pair"),
                    .column(
                        "residual_bound", \.bound, unit: .curvature,
                        "what the residual is at most of a pair that has converged"),
                    .column("converged", \.converged, "whether the residual is at most that"),
                ]),
            .table(
                "parameters", axis: "tensor", \.parameters,
                [
                    .column("parameter_name", \.name, "state-dict key of a stretch of a vector"),
                    .column(
                        "parameter_count", \.count, unit: .one, "number of entries of the stretch"),
                ]),
            .matrix(
                "eigenvector", axes: ["eigenpair", "parameter"], unit: .one,
                "unit eigenvectors, one per row"
            ) { result in
                let vectors = result.pairs.compactMap(\.vector)
                guard !vectors.isEmpty, vectors.count == result.pairs.count else { return nil }
                return (
                    [vectors.count, vectors[0].count],
                    { vectors[$0].values(in: vectors[$0].range) })
            })
    }
}

extension OperatorChecks: StoredFields {
    public init() { self.init(repetitionMismatch: .nan, asymmetry: .nan) }

    public static var schema: Schema<OperatorChecks> {
        Schema(
            .field(
                "repetition_mismatch", \.repetitionMismatch, unit: .one,
                "largest difference of two products with one vector, relative"),
            .field("asymmetry", \.asymmetry, unit: .one, "|⟨u, Hv⟩ - ⟨v, Hu⟩| / (‖u‖‖Hv‖)"))
    }
}
