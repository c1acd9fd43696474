import Datasets
import Execution
import Golden
import Networks
import Testing
import Training

@testable import Autodiff

/// `y = x³`, elementwise: known to no machine, so it brings its own evaluation.
private struct Cube: ReferenceEvaluable {
    var description: String { "cube" }

    func outputShape(_ operands: [Shape]) -> Shape { operands[0] }

    func tangent(_ call: Call, _ tangents: [Tensor?]) throws -> Tensor? {
        let x = call.operands[0]
        return try tangents[0].map { try (x * x * $0).scaled(by: 3) }
    }

    func value(_ operands: [ReferenceOperand]) -> [Double] {
        operands[0].values.map { $0 * $0 * $0 }
    }
}

/// A classifier whose activation is a cube.
private struct CubicNetwork: Network {
    let signature = NetworkSignature(name: "cubic", imageShape: [1, 2, 2], classes: 3)

    func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
        let weight = try scope.parameter("weight", [4, 3], initial: .fanInUniform(4))
        let flat = try images.reshaped(to: [images.shape[0], 4])
        return try images.builder.apply(Cube(), [flat.product(weight)])
    }
}

/// In what precision an objective takes and gives vectors, and what it says of its programs.
@Suite struct StorageTests {
    private func objective(
        _ network: any Network, _ precision: Precision, vectors: Precision? = nil,
        change: (inout ObjectiveOptions) -> Void = { _ in }
    ) throws -> (Objective, ParameterVector) {
        let size = network.imageShape.reduce(1, *)
        let images = try LabelledImages(
            pixels: .doubles(HashFill.symmetric("input", count: 6 * size)),
            shape: [6] + network.imageShape, labels: .classes([0, 1, 2, 0, 1, 2]),
            classNames: (0..<network.classes).map(String.init), source: "hash")
        let examples = try ExampleSet(
            images, indices: Array(0..<6), options: ExampleOptions(), normalization: nil)
        // Numbers that both precisions hold.
        let weights = try Weights(network, seed: 4).stored(in: .single)
        var options = ObjectiveOptions()
        options.workers = 2
        options.groupSize = 2
        options.l2 = 0.01
        options.vectors = vectors
        change(&options)
        return (
            try Objective(
                network, examples: examples, weights: weights, options: options,
                machine: CPUMachine(precision: precision)),
            weights.vector
        )
    }

    private let networks = [
        "resnet,depth=8,size=8,width=4,classes=3",
        "vit,size=8,patch=4,width=12,depth=1,heads=2,classes=3",
    ]

    /// Sums are taken in double whatever the storage, and rounded once.
    @Test func singleStorageIsDoubleStorageRounded() throws {
        for name in networks {
            let network = try ModelRegistry.network(name)
            let (single, w) = try objective(network, .single)
            let (double, _) = try objective(network, .single, vectors: .double)
            #expect(single.storage == .single && double.storage == .double)
            let rounded = try double.gradient(at: w).gradient.stored(in: .single)
            #expect(try single.gradient(at: w).gradient == rounded)
            let v = ParameterVector(
                w.indices.map { Double(($0 * 7919) % 13 - 6) / 8 }, storage: .single)
            let (hessian, wide) = (try single.linearize(at: w), try double.linearize(at: w))
            #expect(try hessian.apply(v) == wide.apply(v).stored(in: .single))
            #expect(try hessian.apply(v).storage == .single)
            #expect(try hessian.gradient() == rounded)
            // The penalty is added after the rounding.
            let penalized = try single.linearize(at: w, includingPenalty: true).apply(v)
            let exact = try double.linearize(at: w, includingPenalty: true).apply(v)
            #expect(deviation(penalized, exact) < 1e-6)
            // A point with more digits than programs have is rounded to theirs.
            var between = w.stored(in: .double)
            between[0] *= 1 + 1e-12
            #expect(try single.gradient(at: between).gradient == rounded)
        }
    }

    @Test(arguments: [Precision.single, .double], [1 << 20, 2000])
    func aBlockIsItsProductsOneByOne(precision: Precision, chunkBytes: Int) throws {
        for name in networks {
            let (objective, w) = try objective(ModelRegistry.network(name), precision) {
                $0.chunkBytes = chunkBytes
            }
            let hessian = try objective.linearize(at: w, includingPenalty: true)
            let vectors = (1...3).map { number in
                ParameterVector(w.indices.map { Double(($0 * 7919 * number) % 13 - 6) / 8 })
            }
            let block = try hessian.apply(block: vectors)
            #expect(hessian.products == 3 && block.count == 3)
            for (product, vector) in zip(block, vectors) {
                #expect(try hessian.apply(vector) == product)
                #expect(product.storage == precision)
            }
            #expect(block[0] != block[1])
            #expect(try hessian.apply(block: []).isEmpty)
            let short = ParameterVector(zeros: 3)
            #expect(throws: ObjectiveError.vectorLength(expected: w.count, actual: 3)) {
                try hessian.apply(block: [vectors[0], short])
            }
        }
    }

    @Test func aPrimitiveWithoutAKernelIsSaid() throws {
        let (objective, w) = try objective(CubicNetwork(), .double)
        #expect(objective.notes.isEmpty)
        let (loss, gradient) = try objective.gradient(at: w)
        #expect(
            objective.notes == [
                "Cube has no kernel of its own here and runs by plain loops, which are slow."
            ])
        let step = 1e-6
        for index in w.indices {
            var moved = w.stored(in: .double)
            moved[index] += step
            let other = try objective.gradient(at: moved).negativeLogLikelihood
            #expect(abs((other - loss) / step - gradient[index]) < 1e-5)
        }
        let (plain, p) = try self.objective(ModelRegistry.network(networks[0]), .double)
        _ = try plain.evaluate(at: p)
        #expect(plain.notes.isEmpty)
    }
}
