import Autodiff
import Datasets
import Execution
import Golden
import Networks
import PublishedNetworks
import Testing
import Training

/// The product of the Gauss-Newton matrix with a vector, as a question of its own.
///
///     G v = Σ_n J_nᵀ (diag p − p pᵀ) J_n v,   J the Jacobian of the logits by the weights
///
/// - Source: Schraudolph 2002, "Fast curvature matrix-vector products", eq. 6.
private struct GaussNewtonQuestion: Question {
    func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        let builder = context.builder
        let logits = try builder.narrowed([context.trace.logits])[0]
        let moved = try builder.pushforward(
            of: [logits], from: context.parameters, along: context.vector())[0]
        let movement = try moved ?? builder.fill(0, logits.shape)
        let p = try logits.softmax()
        let weights = try context.exampleWeights.reshaped(to: [logits.shape[0], 1])
        let inner = try (p * movement).sum(over: [1], keepingAxes: true)
        let curved = try p * (movement - inner) * weights
        let product = try builder.pullback(
            of: [logits], to: context.parameters, cotangents: [curved])
        return [.vector("product", product)]
    }
}

/// A reduction within the program: the mean over features of the squares of what a unit puts out.
private struct PowerQuestion: Question {
    let unit: String

    func outputs(_ context: QuestionContext) throws -> [QuestionOutput] {
        guard let output = context.trace.captures[unit] else { throw MissingKey(unit) }
        let axes = Array(1..<output.shape.rank)
        let power = try output.applying(.square).mean(over: axes)
        return [
            .rows("power", power),
            .sum("sum of powers", try (power * context.exampleWeights).sum()),
        ]
    }
}

@Suite struct QuestionTests {
    private func objective(
        _ model: String, count: Int, machine: any Machine = CPUMachine(precision: .double),
        _ change: (inout ObjectiveOptions) -> Void = { _ in }
    ) throws -> (objective: Objective, w: ParameterVector) {
        let network = try ModelRegistry.network(model)
        let images = try DataSource("synthetic:classes=10,size=16,count=64").load(.train)
        let examples = try ExampleSet(
            images, indices: Array(0..<count), options: ExampleOptions(),
            normalization: ChannelNormalization(measuring: images))
        let weights = try Weights(network, seed: 3)
        var options = ObjectiveOptions()
        options.workers = 2
        change(&options)
        return (
            try Objective(
                network, examples: examples, weights: weights, options: options, machine: machine),
            weights.vector
        )
    }

    private let transformer = "vit,size=16,patch=4,width=24,depth=2,heads=3,classes=10"
    private let convolutional = "resnet,depth=8,size=16,width=8"

    /// The spectrum that the original computed of the whole matrix.
    @Test(arguments: ["vit_tiny_d8", "mixer_tiny"])
    func aGaussNewtonProductIsOneMoreQuestion(name: String) throws {
        let tiny = try TinyNetwork(name)
        let (golden, objective, w) = (tiny.golden, tiny.objective, tiny.weights.vector)
        let n = w.count
        var matrix: [Double] = []
        for column in 0..<n {
            var unit = ParameterVector(zeros: n)
            unit[column] = 1
            matrix += try objective.product(GaussNewtonQuestion(), at: w, with: unit)
        }
        let found = try SymmetricMatrix.eigen(matrix, order: n).values.reversed()
        let expected = try golden.numbers("ggn_eigs_top10")
        #expect(expected.count == 10)
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-11 * expected[0]) }
        #expect(deviation(found.reduce(0, +), try golden.number("ggn_trace")) < 1e-10)
        let v = ParameterVector(
            objective.layout.tensors.flatMap {
                HashFill.symmetric("v:" + $0.name, count: $0.count)
            })
        let product = try objective.product(GaussNewtonQuestion(), at: w, with: v)
        #expect(deviation(v.dot(product), try golden.number("vGv")) < 1e-10)
    }

    @Test(arguments: [64 << 20, 20_000])
    func rowsAndSumsOfAReductionAgree(chunkBytes: Int) throws {
        let (objective, w) = try objective(convolutional, count: 13) {
            $0.groupSize = 3
            $0.chunkBytes = chunkBytes
        }
        let unit = try #require(try objective.units().first).name
        var (powers, sum, chunks) = ([Double](), 0.0, 0)
        try objective.ask(PowerQuestion(unit: unit), at: w) { answer in
            powers += try answer.rows("power")
            sum += try answer.sum("sum of powers")[0]
            chunks += 1
        }
        #expect(powers.count == 13)
        #expect((chunks > 1) == (chunkBytes == 20_000))
        #expect(deviation(sum, powers.reduce(0, +)) < 1e-12)
        var captured: [Double] = []
        try objective.ask(CaptureQuestion([unit]), at: w) { captured += try $0.rows(unit) }
        let size = captured.count / 13
        for (index, power) in powers.enumerated() {
            let values = captured[index * size..<(index + 1) * size]
            let mean = values.reduce(0) { $0 + $1 * $1 } / Double(size)
            #expect(deviation(power, mean) < 1e-12)
        }
    }

    @Test func whatDoesNotFitAtOnceGivesTheSame() throws {
        for model in [transformer, convolutional] {
            let (whole, w) = try objective(model, count: 21) { $0.groupSize = 2 }
            let (cut, _) = try objective(model, count: 21) {
                $0.groupSize = 2
                $0.chunkBytes = 5 * 3 * 16 * 16 * 8
            }
            let v = ParameterVector(w.indices.map { Double(($0 * 7919) % 13 - 6) / 6 })
            let expected = try whole.linearize(at: w)
            let found = try cut.linearize(at: w)
            #expect(deviation(found.negativeLogLikelihood, expected.negativeLogLikelihood) < 1e-13)
            #expect(deviation(try found.gradient(), try expected.gradient()) < 1e-11)
            #expect(deviation(try found.apply(v), try expected.apply(v)) < 1e-11)
            // After products, too, and several vectors at once.
            #expect(deviation(try found.gradient(), try expected.gradient()) < 1e-11)
            let block = try found.apply(block: [w, v])
            #expect(deviation(block[0], try expected.apply(w)) < 1e-11)
            #expect(deviation(block[1], try expected.apply(v)) < 1e-11)
            #expect(
                deviation(
                    try cut.gradient(at: w).gradient, try whole.gradient(at: w).gradient) < 1e-11)
            #expect(try cut.evaluate(at: w).logits.count == 210)
        }
    }

    /// Examples are changed in number and back: the program that held the residuals is gone.
    @Test func aHessianSurvivesOtherNumbersOfExamples() throws {
        let (objective, w) = try objective(convolutional, count: 12)
        let v = ParameterVector(w.indices.map { Double(($0 * 7919) % 13 - 6) / 6 })
        try objective.setExamples(0..<8)
        let hessian = try objective.linearize(at: w)
        let expected = try hessian.apply(v)
        try objective.setExamples(0..<4)
        try objective.setExamples(0..<8)
        #expect(deviation(try hessian.apply(v), expected) < 1e-14)
        // A gradient that is asked for late is that of the same point.
        let gradient = try objective.gradient(at: w).gradient
        #expect(deviation(try hessian.gradient(), gradient) < 1e-14)
    }

    @Test func attentionIsStreamedInBoundedPieces() throws {
        let (objective, w) = try objective(transformer, count: 40) {
            $0.groupSize = 2
            $0.chunkBytes = 1 << 18
        }
        let unit = try #require(try objective.units().first { $0.kind == .attention }).name
        var (positions, chunks) = (0, 0)
        try objective.ask(CaptureQuestion([unit], .attention), at: w) { answer in
            let maps = try answer.rows(unit)
            // 3 heads, 16 tokens and the class token, in the working type and in double.
            #expect(maps.count * 16 <= 1 << 18 && maps.count == answer.positions.count * 3 * 289)
            for row in 0..<maps.count / 17 {
                #expect(abs(maps[row * 17..<(row + 1) * 17].reduce(0, +) - 1) < 1e-12)
            }
            positions += answer.positions.count
            chunks += 1
        }
        #expect(positions == 40 && chunks > 2)
    }

    /// A network of a user's own may call its parameters what it likes.
    @Test func parametersMayBeCalledLikeInputs() throws {
        struct Plain: Network {
            let signature = NetworkSignature(name: "plain", imageShape: [1, 2, 2], classes: 3)
            func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor {
                let weight = try scope.parameter(
                    "images", [4, 3], initial: .fanInUniform(4))
                let bias = try scope.parameter("labels", [3], .bias, initial: .zeros)
                let flat = try images.reshaped(to: [images.shape[0], 4])
                return try flat.product(weight) + bias
            }
        }
        let images = try LabelledImages(
            pixels: .doubles(HashFill.symmetric("input", count: 20)), shape: [5, 1, 2, 2],
            labels: .classes([0, 1, 2, 0, 1]), classNames: ["a", "b", "c"], source: "hash")
        let examples = try ExampleSet(
            images, indices: Array(0..<5), options: ExampleOptions(), normalization: nil)
        let weights = try Weights(Plain(), seed: 1)
        let objective = try Objective(
            Plain(), examples: examples, weights: weights,
            machine: CPUMachine(precision: .double))
        let (w, step) = (weights.vector, 1e-6)
        let (loss, gradient) = try objective.gradient(at: w)
        for index in w.indices {
            var moved = w
            moved[index] += step
            let other = try objective.gradient(at: moved).negativeLogLikelihood
            #expect(abs((other - loss) / step - gradient[index]) < 1e-5)
        }
    }

    /// Whole objectives on the reference machine.
    @Test func theReferenceMachineGivesTheSame() throws {
        for (model, mode) in [
            (transformer, BatchNormMode.running), (convolutional, .running),
            (convolutional, .batch), (convolutional, .recalibrated),
        ] {
            for (precision, tolerance) in [(Precision.double, 1e-9), (.single, 1e-4)] {
                func measured(_ machine: any Machine) throws -> (Evaluation, [ParameterVector]) {
                    let (objective, w) = try objective(model, count: 6, machine: machine) {
                        $0.batchNorm = mode
                        if mode != .running { $0.batchSize = 6 }
                    }
                    let v = ParameterVector(w.indices.map { Double(($0 * 7919) % 13 - 6) / 6 })
                    let hessian = try objective.linearize(at: w)
                    let gradient = try hessian.gradient()
                    return (try objective.evaluate(at: w), [gradient, try hessian.apply(v)])
                }
                let (found, vectors) = try measured(CPUMachine(precision: precision))
                let (expected, exact) = try measured(ReferenceMachine(precision: precision))
                #expect(deviation(found.logits, expected.logits) < tolerance)
                #expect(deviation(found.exampleLosses, expected.exampleLosses) < tolerance)
                for (own, reference) in zip(vectors, exact) {
                    #expect(deviation(own, reference) < tolerance * 10, "\(model) \(mode)")
                }
            }
        }
    }
}

extension Objective {
    /// A question's product, the mean over examples.
    fileprivate func product(
        _ question: some Question, at w: ParameterVector, with vector: ParameterVector
    ) throws -> ParameterVector {
        var total: ParameterVector?
        try ask(question, at: w, with: [vector]) { answer, _ in
            total = try answer.vector(
                "product", times: 1 / Double(positions.count), addedTo: total.take())
        }
        return total ?? ParameterVector(zeros: w.count)
    }
}
