import Datasets
import Execution
import Foundation
import Golden
import Networks
import PublishedNetworks
import Testing
import Training

@Suite struct ObjectiveTests {
    @Test("A residual network equals the reference in Double (needs ../shared/data)", .needsData)
    func residualNetworkMatchesReferenceInDouble() throws {
        let sample = try PublishedNetwork.resnet20()
        let objective = try sample.objective(.double) { $0.workers = 2 }
        let w = sample.weights.vector
        let evaluation = try objective.evaluate(at: w)
        #expect(
            abs(evaluation.negativeLogLikelihood - (try sample.golden.number("nll"))) < 1e-10)
        #expect(
            abs(evaluation.metrics.accuracy - (try sample.golden.number("batch_accuracy"))) < 1e-12)
        let penalties = objective.penalties(at: w)
        #expect(deviation(penalties.l1, try sample.golden.number("seed_norm_l1")) < 1e-12)
        #expect(deviation(penalties.sumOfNorms, try sample.golden.number("seed_norm_l2")) < 1e-12)
        #expect(deviation(penalties.squaredNorm, try sample.golden.number("sum_sq")) < 1e-12)

        let hessian = try objective.linearize(at: w)
        #expect(abs(hessian.negativeLogLikelihood - (try sample.golden.number("nll"))) < 1e-10)
        let norms = objective.layout.norms(try hessian.gradient())
        let expected = try #require(sample.golden["grad_norms"] as? [String: Double])
        for (tensor, norm) in zip(objective.layout.tensors, norms) {
            #expect(deviation(norm, try #require(expected[tensor.name])) < 1e-9, "\(tensor.name)")
        }
        let v = sample.vector("v:")
        let product = try hessian.apply(v)
        #expect(deviation(v.dot(product), try sample.golden.number("vHv")) < 1e-9)
        #expect(deviation(product.norm(), try sample.golden.number("Hv_norm")) < 1e-9)
        let gradient = try objective.gradient(at: w)
        #expect(deviation(gradient.gradient, try hessian.gradient()) < 1e-12)
    }

    @Test("Groups and workers do not change Double (needs ../shared/data)", .needsData)
    func groupsAndWorkersDoNotChangeDouble() throws {
        let sample = try PublishedNetwork.resnet20()
        let (w, v) = (sample.weights.vector, sample.vector("v:"))
        let reference = try sample.objective(.double, count: 30) { $0.groupSize = 30 }
            .linearize(at: w)
        let expected = try reference.apply(v)
        for (workers, size) in [(1, 7), (2, 8), (2, 1), (2, 30)] {
            let other = try sample.objective(.double, count: 30) {
                $0.workers = workers
                $0.groupSize = size
            }
            let hessian = try other.linearize(at: w)
            #expect(deviation(try hessian.gradient(), try reference.gradient()) < 1e-11, "\(workers) \(size)")
            #expect(deviation(try hessian.apply(v), expected) < 1e-11, "\(workers) \(size)")
        }
        let small = try sample.objective(.double, count: 30) {
            $0.groupSize = 7
            $0.memoryBudget = 0
        }
        #expect(deviation(try small.linearize(at: w).apply(v), expected) < 1e-11)
    }

    @Test("Single precision is near and repeatable (needs ../shared/data)", .needsData)
    func singlePrecisionIsNearAndRepeatable() throws {
        let sample = try PublishedNetwork.resnet20()
        let (w, v) = (sample.weights.vector, sample.vector("v:"))
        func run(_ workers: Int) throws -> (loss: Double, gradient: ParameterVector, product: ParameterVector) {
            let objective = try sample.objective(.single) {
                $0.workers = workers
                $0.groupSize = 16
            }
            let hessian = try objective.linearize(at: w)
            return (hessian.negativeLogLikelihood, try hessian.gradient(), try hessian.apply(v))
        }
        let (one, two, again) = (try run(1), try run(2), try run(2))
        #expect(deviation(one.loss, try sample.golden.number("nll")) < 1e-4)
        #expect(deviation(v.dot(one.product), try sample.golden.number("vHv")) < 1e-4)
        #expect(deviation(one.product.norm(), try sample.golden.number("Hv_norm")) < 1e-4)
        #expect(deviation(two.gradient, one.gradient) < 1e-6)
        #expect(deviation(two.product, one.product) < 1e-6)
        #expect(two.loss == again.loss)
        #expect(two.gradient == again.gradient)
        #expect(two.product == again.product)
    }

    @Test("Penalties enter the Hessian (needs ../shared/data)", .needsData)
    func penaltiesEnterTheHessian() throws {
        let sample = try PublishedNetwork.resnet20()
        let (w, v) = (sample.weights.vector, sample.vector("v:"))
        let lambda = try sample.golden.number("wd")
        for (convention, key) in [
            (L2Convention.optimizer, "vHv_with_l2"), (.park2022, "vHv_with_seed_l2"),
        ] {
            let objective = try sample.objective(.double) {
                $0.l2 = lambda
                $0.l2Convention = convention
            }
            let product = try objective.linearize(at: w, includingPenalty: true).apply(v)
            #expect(deviation(v.dot(product), try sample.golden.number(key)) < 1e-9)
        }
        let objective = try sample.objective(.double, count: 1) { $0.l2 = lambda }
        #expect(deviation(objective.penalty.value(at: w), try sample.golden.number("l2")) < 1e-12)
        #expect(objective.layout.decayedRanges == [0..<objective.dimension])
    }

    @Test("Minibatches share one program (needs ../shared/data)", .needsData)
    func minibatchesShareOneProgram() throws {
        let sample = try PublishedNetwork.resnet20()
        let objective = try sample.objective(.double) { $0.workers = 2 }
        for batch in try sample.golden.objects("minibatch_eigs") {
            let start = Int(try batch.number("start"))
            try objective.setExamples(start..<start + Int(try batch.number("count")))
            let loss = try objective.gradient(at: sample.weights.vector).negativeLogLikelihood
            #expect(abs(loss - (try batch.number("nll"))) < 1e-10)
        }
    }

    @Test("A Hessian survives other points but not other data (needs ../shared/data)", .needsData)
    func aHessianSurvivesOtherPointsButNotOtherData() throws {
        let sample = try PublishedNetwork.resnet20()
        let objective = try sample.objective(.double, count: 8)
        let (w, v) = (sample.weights.vector, sample.vector("v:"))
        let here = try objective.linearize(at: w)
        let expected = try here.apply(v)
        let there = try objective.linearize(at: ParameterVector(w.map { $0 * 1.01 }))
        #expect(deviation(try there.apply(v), expected) > 1e-3)
        #expect(try here.apply(v) == expected)
        try objective.setExamples(0..<4)
        #expect(throws: ObjectiveError.staleHessian) { try here.apply(v) }
        #expect(throws: ObjectiveError.vectorLength(expected: w.count, actual: 3)) {
            try objective.evaluate(at: [1, 2, 3])
        }
    }
}
