import Execution
import Golden
import Landscapes
import PublishedNetworks
import Spectra
import Testing
import Training

/// The whole of what was recorded for the published network.
///
/// `ObjectiveTests` hold its NLL, gradient norms, Hessian product and penalties already. Each test
/// uses both workers, so one runs at a time.
@Suite("Reproduction (needs ../shared/data)", .serialized, .needsData) enum ReproductionTests {}

/// How near each precision must come to the original, which computed in double precision.
struct Standard: Sendable, CustomTestStringConvertible {
    let precision: Precision
    /// For values, gradients and Hessian products.
    let exact: Double
    /// For eigenvalues, which an iteration finds.
    let iterated: Double

    var testDescription: String { precision.rawValue }

    static let all = [
        Standard(precision: .double, exact: 1e-9, iterated: 1e-6),
        Standard(precision: .single, exact: 1e-4, iterated: 1e-4),
    ]
}

extension PublishedNetwork {
    /// The objective over the images of the records, computed by two workers.
    func recordedObjective(
        _ precision: Precision, lambda: Double = 0, convention: L2Convention = .optimizer
    ) throws -> Objective {
        func change(_ options: inout ObjectiveOptions) {
            (options.l2, options.l2Convention, options.workers) = (lambda, convention, 2)
        }
        return try objective(precision, change)
    }

    func hessian(_ precision: Precision) throws -> HessianOperator {
        try recordedObjective(precision).linearize(at: weights.vector)
    }

    /// Probe number `index` of the original's trace estimates.
    func probe(_ index: Int) -> ParameterVector {
        vector("rademacher:\(index):") { HashFill.rademacher($0, count: $1) }
    }

    var directionTensors: [DirectionTensor] {
        weights.layout.tensors.map {
            DirectionTensor(name: $0.name, shape: $0.shape, kind: $0.kind)
        }
    }
}
