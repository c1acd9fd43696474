import Datasets
import Execution
import Golden
import Networks
import Testing
import Training

/// Workers that share images, where there are fewer images than workers or some are left over,
/// change no result.
@Suite struct TeamworkTests {
    private struct Results {
        var losses: [Double]
        var logits: [Double]
        var gradient: ParameterVector
        var product: ParameterVector
    }

    private func results(
        _ name: String, count: Int, threads: Int, budget: Int? = nil, _ precision: Precision
    ) throws -> Results {
        let network = try ModelRegistry.network(name)
        let images = try DataSource("synthetic:classes=10,size=16,count=16").load(.train)
        let examples = try ExampleSet(
            images, indices: Array(0..<count), options: ExampleOptions(),
            normalization: ChannelNormalization(measuring: images))
        let weights = try Weights(network, seed: 3)
        var options = ObjectiveOptions()
        options.threads = threads
        options.groupSize = 1
        options.memoryBudget = budget
        let objective = try Objective(
            network, examples: examples, weights: weights, options: options,
            machine: CPUMachine(precision: precision))
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
            let exact = try results(name, count: count, threads: 1, .double)
            for threads in [2, 4] {
                let double = try results(name, count: count, threads: threads, .double)
                expectSame(double, exact, tolerance: 1e-11, "\(count) on \(threads)")
                let float = try results(name, count: count, threads: threads, .single)
                expectSame(float, exact, tolerance: 1e-3, "\(count) on \(threads), single")
            }
            let again = try results(name, count: count, threads: 2, budget: 0, .double)
            expectSame(again, exact, tolerance: 1e-11, "\(count), residuals computed again")
        }
        let (one, two) = (
            try results(name, count: 1, threads: 3, .single),
            try results(name, count: 1, threads: 3, .single)
        )
        #expect(one.logits == two.logits && one.gradient == two.gradient)
        #expect(one.product == two.product)
    }
}
