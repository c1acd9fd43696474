import Execution
import Golden
import PublishedNetworks
import Spectra
import Testing
import Training

/// A Hessian that notes vᵀHv of each product with a unit vector.
private final class QuotientLog: SymmetricOperator {
    let base: HessianOperator
    private(set) var quotients: [Double] = []

    init(_ base: HessianOperator) { self.base = base }

    var dimension: Int { base.dimension }

    func apply(_ vector: ParameterVector) throws -> ParameterVector {
        let product = try base.apply(vector)
        quotients.append(vector.dot(product))
        return product
    }
}

extension ReproductionTests {
    @Suite struct HessianTests {
        @Test(arguments: Standard.all) func gradientsAndProducts(_ standard: Standard) throws {
            let sample = try PublishedNetwork.resnet20()
            let lambda = try sample.golden.number("wd")
            let objective = try sample.recordedObjective(standard.precision, lambda: lambda)
            let w = sample.weights.vector
            let loss = try objective.gradient(at: w).negativeLogLikelihood
            let nll = try sample.golden.number("nll")
            #expect(abs(loss - nll) < (standard.precision == .double ? 1e-10 : 1e-4))
            let hessian = try objective.linearize(at: w, includingPenalty: true)
            let norm = try hessian.gradient().norm()
            let recorded = try sample.golden.number("grad_norm_with_l2")
            #expect(deviation(norm, recorded) < standard.exact)

            let v = sample.vector("v:")
            #expect(deviation(v.dot(v), try sample.golden.number("vv")) < 1e-12)
            let product = try hessian.apply(v)
            let curvature = try sample.golden.number("vHv_with_l2")
            #expect(deviation(v.dot(product), curvature) < standard.exact)

            let plain = try objective.linearize(at: w)
            let norms = objective.layout.norms(try plain.apply(v))
            let expected = try sample.golden.object("Hv_norms")
            for (tensor, norm) in zip(objective.layout.tensors, norms) {
                let original = try expected.number(tensor.name)
                #expect(deviation(norm, original) < standard.exact, "\(tensor.name)")
            }
        }

        @Test func logitsOfTheFirstImages() throws {
            let sample = try PublishedNetwork.resnet20()
            let rows = try #require(sample.golden["logits_first8"] as? [[Double]])
            for standard in Standard.all {
                let logits = try sample.recordedObjective(standard.precision)
                    .evaluate(at: sample.weights.vector).logits
                for (logit, original) in zip(logits, rows.joined()) {
                    #expect(abs(logit - original) < standard.exact)
                }
            }
        }

        @Test func paperPenaltyInTheLoss() throws {
            let sample = try PublishedNetwork.resnet20()
            let lambda = try sample.golden.number("wd")
            let objective = try sample.recordedObjective(
                .double, lambda: lambda, convention: .park2022)
            let w = sample.weights.vector
            let hessian = try objective.linearize(at: w, includingPenalty: true)
            let loss = hessian.negativeLogLikelihood + objective.penalty.value(at: w)
            let recorded = try sample.golden.number("loss_nll_plus_seed_l2")
            #expect(abs(loss - recorded) < 1e-10)
        }

        @Test(arguments: Standard.all) func traceProbes(_ standard: Standard) throws {
            let sample = try PublishedNetwork.resnet20()
            let hessian = try sample.hessian(standard.precision)
            let recorded = try sample.golden.numbers("trace_probes")
            for (index, original) in recorded.prefix(4).enumerated() {
                let v = sample.probe(index)
                let curvature = try v.dot(hessian.apply(v))
                #expect(deviation(curvature, original) < standard.exact, "probe \(index)")
            }
        }

        @Test(arguments: Standard.all) func largestEigenvalues(_ standard: Standard) throws {
            let sample = try PublishedNetwork.resnet20()
            let hessian = try sample.hessian(standard.precision)
            // An eigenvalue's error is of the order of its squared residual.
            let tolerance = standard.iterated.squareRoot() * 1e-1
            let lanczos = Lanczos(
                largest: 5, smallest: 0, tolerance: tolerance, verification: .product)
            let pairs = try lanczos.eigenvalues(of: hessian).pairs(at: .largest)
            for (pair, original) in zip(pairs, try sample.golden.numbers("eigs_top5")) {
                #expect(deviation(pair.value, original) < standard.iterated)
                #expect(pair.residual < tolerance * pair.value)
            }
            // λ acts on every parameter here and moves the whole spectrum by itself.
            let lambda = try sample.golden.number("wd")
            let shifted = try sample.golden.numbers("eigs_top5_with_l2")
            for (pair, original) in zip(pairs, shifted) {
                #expect(deviation(pair.value + lambda, original) < standard.iterated)
            }
            #expect(pairs.count == 5 && shifted.count == 5)
        }

        @Test(arguments: Standard.all) func minibatchEigenvalues(_ standard: Standard) throws {
            let sample = try PublishedNetwork.resnet20()
            let objective = try sample.recordedObjective(standard.precision)
            for batch in try sample.golden.objects("minibatch_eigs") {
                let start = Int(try batch.number("start"))
                try objective.setExamples(start..<start + Int(try batch.number("count")))
                let hessian = try objective.linearize(at: sample.weights.vector)
                let lanczos = Lanczos(
                    largest: 5, smallest: 0, tolerance: standard.iterated.squareRoot() * 1e-1,
                    verification: .recurrence)
                let pairs = try lanczos.eigenvalues(of: hessian).pairs(at: .largest)
                let recorded = try batch.numbers("top5")
                #expect(pairs.count == recorded.count)
                for (pair, original) in zip(pairs, recorded) {
                    #expect(deviation(pair.value, original) < standard.iterated, "from \(start)")
                }
            }
        }

        /// PyHessian stops at the same product but reports the quotient before the last.
        @Test(arguments: Standard.all) func powerIteration(_ standard: Standard) throws {
            let sample = try PublishedNetwork.resnet20()
            let recorded = try sample.golden.object("pyhessian").numbers("eigenvalues")
            let log = QuotientLog(try sample.hessian(standard.precision))
            let power = PowerIteration(
                count: recorded.count, maximumIterations: 40, tolerance: 1e-3,
                startVectors: recorded.indices.map { sample.vector("eig:\($0):") })
            let pairs = try power.eigenvalues(of: log).pairs
            var end = 0
            for (pair, original) in zip(pairs, recorded) {
                end += pair.iterations
                let reported = log.quotients[pair.converged ? end - 2 : end - 1]
                // Its vectors of norm 1 are divided by 1 + 1e-6.
                let scaled = reported / ((1 + 1e-6) * (1 + 1e-6))
                #expect(deviation(scaled, original) < standard.exact)
            }
            #expect(end == log.quotients.count && pairs.count == recorded.count)
        }

        /// The nodes of stochastic Lanczos quadrature: all Ritz values of twenty steps. The
        /// original keeps its tridiagonal matrix in single precision.
        @Test func densityNodes() throws {
            let sample = try PublishedNetwork.resnet20()
            let density = try #require(
                try sample.golden.object("pyhessian").objects("density").first)
            let recorded = try density.numbers("eigenvalues")
            let lanczos = Lanczos(
                largest: recorded.count, smallest: 0, tolerance: 0,
                basisLimit: recorded.count + 4, maximumProducts: recorded.count,
                verification: .recurrence, start: sample.probe(0))
            let pairs = try lanczos.eigenvalues(of: sample.hessian(.single)).pairs
            #expect(pairs.count == recorded.count)
            let largest = recorded[recorded.count - 1]
            for (pair, original) in zip(pairs, recorded.reversed()) {
                #expect(abs(pair.value - original) < 1e-5 * largest)
            }
        }
    }
}
