import Datasets
import Execution
import Golden
import Networks
import Testing
import Training

/// Workers that share images, where there are fewer images than workers or some are left over,
/// change no result.
@Suite struct TeamworkTests {
    private struct Results: Equatable {
        var losses: [Double]
        var logits: [Double]
        var gradient: ParameterVector
        var product: ParameterVector
    }

    private func results(
        _ name: String, count: Int, workers: Int, budget: Int? = nil, _ precision: Precision,
        threads: Int? = nil, batchNorm: BatchNormMode = .running
    ) throws -> Results {
        let network = try ModelRegistry.network(name)
        let images = try DataSource("synthetic:classes=10,size=16,count=16").load(.train)
        let examples = try ExampleSet(
            images, indices: Array(0..<count), options: ExampleOptions(),
            normalization: ChannelNormalization(measuring: images))
        let weights = try Weights(network, seed: 3)
        var options = ObjectiveOptions()
        options.workers = workers
        options.groupSize = 1
        options.batchNorm = batchNorm
        options.memoryBudget = budget
        let objective = try Objective(
            network, examples: examples, weights: weights, options: options,
            machine: CPUMachine(precision: precision, threads: threads))
        let w = weights.vector
        let evaluation = try objective.evaluate(at: w)
        let vector = ParameterVector(w.indices.map { Double(($0 * 7919) % 13 - 6) / 6 })
        return Results(
            losses: evaluation.exampleLosses, logits: evaluation.logits,
            gradient: try objective.gradient(at: w).gradient,
            product: try objective.linearize(at: w).apply(vector))
    }

    private func expectSame(
        _ ours: Results, _ expected: Results, tolerance: Double, _ what: String
    ) {
        #expect(deviation(ours.losses, expected.losses) < tolerance, "\(what)")
        #expect(deviation(ours.logits, expected.logits) < tolerance, "\(what)")
        #expect(deviation(ours.gradient, expected.gradient) < tolerance, "\(what)")
        #expect(deviation(ours.product, expected.product) < tolerance, "\(what)")
    }

    @Test(arguments: [
        // Products, rows, fused passes and copies.
        "vit,size=16,patch=2,width=48,depth=2,heads=3,classes=10",
        // Direct convolutions and tiles in channel blocks, folded in forward passes.
        "resnet50,size=16,blocks=1-1-1-1,classes=10",
    ])
    func sharedImagesGiveTheSame(_ name: String) throws {
        for count in [1, 3] {
            let exact = try results(name, count: count, workers: 1, .double)
            for workers in [2, 4] {
                let double = try results(name, count: count, workers: workers, .double)
                expectSame(double, exact, tolerance: 1e-11, "\(count) on \(workers)")
                let float = try results(name, count: count, workers: workers, .single)
                expectSame(float, exact, tolerance: 1e-3, "\(count) on \(workers), single")
            }
            let again = try results(name, count: count, workers: 2, budget: 0, .double)
            expectSame(again, exact, tolerance: 1e-11, "\(count), residuals computed again")
        }
    }

    /// The order of sums is that of the workers, whatever threads run them.
    @Test(arguments: [
        ("vit,size=16,patch=4,width=24,depth=1,heads=3,classes=10", BatchNormMode.running),
        ("resnet,depth=8,width=4,size=16", .running), ("resnet,depth=8,width=4,size=16", .batch),
    ])
    func anyNumberOfThreadsGivesTheSameBits(_ name: String, _ batchNorm: BatchNormMode) throws {
        var seen: [Results] = []
        for workers in [1, 3, 4, 8] {
            for count in batchNorm == .batch ? [16] : [1, 7] {
                let all = try results(
                    name, count: count, workers: workers, .single, batchNorm: batchNorm)
                for threads in 1...3 {
                    let some = try results(
                        name, count: count, workers: workers, .single, threads: threads,
                        batchNorm: batchNorm)
                    #expect(some == all, "\(count) by \(workers) on \(threads)")
                }
                seen.append(all)
            }
        }
        // Otherwise there would be nothing to test.
        #expect(Set(seen.map(\.product)).count > 1)
    }
}
