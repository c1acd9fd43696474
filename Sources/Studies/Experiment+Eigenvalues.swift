import Execution
import Randomness
import Records
import Spectra
import Training

/// What eigenvalues are asked for.
public struct EigenvalueRequest: Sendable, Hashable {
    public var method: EigenvalueResult.Method
    /// The number of largest eigenvalues, or of those of largest magnitude.
    public var largest: Int
    /// The number of smallest eigenvalues; none by power iteration.
    public var smallest: Int
    /// When a pair has converged, by its residual: see `ConvergenceCriterion`.
    public var tolerance: Double
    /// Products at most: per eigenvalue by power iteration, in all by the Lanczos method.
    public var maximumProducts: Int
    /// Whether eigenvectors are stored too.
    public var storesVectors: Bool

    /// A request; nil takes what is usual for the method.
    public init(
        _ method: EigenvalueResult.Method, largest: Int, smallest: Int? = nil,
        tolerance: Double? = nil, maximumProducts: Int? = nil, storesVectors: Bool = false
    ) {
        let isPower = method == .power
        self.method = method
        self.largest = largest
        self.smallest = isPower ? 0 : smallest ?? largest
        self.tolerance = tolerance ?? 1e-4
        self.maximumProducts = maximumProducts ?? (isPower ? 100 : 500)
        self.storesVectors = storesVectors
    }

    /// The request in words.
    public var text: String {
        switch method {
        case .power:
            "\(largest) of largest magnitude by power iteration with deflation, tolerance"
                + " \(tolerance) of the residual, \(maximumProducts) iterations"
        case .lanczos:
            "\(largest) largest and \(smallest) smallest by Lanczos, tolerance \(tolerance) of the"
                + " residual, \(maximumProducts) products"
        }
    }

    /// The number of Krylov vectors where memory is ample.
    var idealBasis: Int { max(100, 2 * (largest + smallest)) }

    func search(dimension: Int, basisLimit: Int, seed: UInt64) -> EigenvalueSearch {
        switch method {
        case .power:
            EigenvalueSearch(
                .power(
                    PowerIteration(
                        count: largest, maximumIterations: maximumProducts, tolerance: tolerance,
                        criterion: .residual,
                        stream: RandomStream(seed: seed, name: "power iteration"),
                        keepsVectors: storesVectors)), dimension: dimension)
        case .lanczos:
            EigenvalueSearch(
                .lanczos(
                    Lanczos(
                        largest: largest, smallest: smallest, tolerance: tolerance,
                        basisLimit: basisLimit, maximumProducts: maximumProducts,
                        stream: RandomStream(seed: seed, name: "lanczos"),
                        keepsVectors: storesVectors)), dimension: dimension)
        }
    }
}

extension Experiment {
    /// The study of extreme eigenvalues of the Hessian, or of another curvature matrix, with the
    /// penalty.
    ///
    /// - Parameter path: the file of the result; vectors are laid aside beside it.
    /// - Throws: what making the objective and compiling throw.
    public func eigenvalues(
        _ request: EigenvalueRequest, path: String
    ) throws -> EigenvalueStudy {
        var settings = ["eigenvalues": request.text]
        var (objective, basis): (Objective, KrylovBasis?)
        switch request.method {
        case .power: (objective, basis) = (try self.objective(), nil)
        case .lanczos:
            (objective, basis) = try krylov(
                wanted: request.largest + request.smallest, ideal: request.idealBasis,
                goingOn: path)
        }
        if let basis { settings[KrylovBasis.setting] = "\(basis.limit)" }
        settings["stores_vectors"] = "\(request.storesVectors)"
        var linearized: HessianOperator?
        func hessian() throws -> HessianOperator {
            if let linearized { return linearized }
            let made = try objective.linearize(
                curvature.matrix, at: weights.vector, includingPenalty: true)
            linearized = made
            return made
        }
        let study = EigenvalueStudy(
            request.search(
                dimension: curvatureDimension, basisLimit: basis?.limit ?? 0, seed: seed),
            settings: settings,
            aside: BasisFile(
                beside: path,
                identity: description.identity.merging(settings) { _, new in new }),
            configure: { result in
                result.l2 = curvatureL2
                guard request.storesVectors else { return }
                result.parameters = weights.layout.tensors.map {
                    ParameterStretch(name: $0.name, count: $0.count)
                }
            },
            point: {
                let hessian = try hessian()
                return PointFacts(
                    negativeLogLikelihood: hessian.negativeLogLikelihood,
                    gradientNorm: try hessian.gradient().norm(),
                    checks: try OperatorChecks(of: hessian))
            },
            hessian: {
                ObservedOperator(curvature.restricted(try hessian()), observe: onProduct)
            })
        study.expand = { curvature.expanded($0, to: weights.layout.count) }
        // Point, iterate and product; a difference or the gradient; and what is kept.
        let kept = request.method == .power
            ? request.largest * (request.storesVectors ? 2 : 1)
            : min(basis?.limit ?? 0, request.maximumProducts)
                + (request.storesVectors ? request.largest + request.smallest : 1)
        study.basis = basis
        study.foresee = { try memory(of: objective, for: curvature.question, vectors: kept + 4) }
        return study
    }
}
