import Execution
import Golden
import PublishedNetworks
import Testing
import Training

/// Two models whose whole Hessian, and all that stands for it, is known.
@Suite struct TinyHessianTests {
    /// A symmetric matrix, row-major.
    private struct Matrix {
        let entries: [Double]
        let order: Int

        init(_ entries: [Double], _ order: Int) { (self.entries, self.order) = (entries, order) }

        subscript(row: Int, column: Int) -> Double { entries[row * order + column] }
        var diagonal: [Double] { (0..<order).map { self[$0, $0] } }
        var trace: Double { diagonal.reduce(0, +) }
        var frobenius: Double { entries.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        /// Ascending.
        func eigenvalues() throws -> [Double] {
            try SymmetricMatrix.eigen(entries, order: order).values
        }
        /// The block of the given rows and columns.
        func block(_ ranges: [Range<Int>]) -> Matrix {
            let places = ranges.flatMap { Array($0) }
            return Matrix(
                places.flatMap { row in places.map { self[row, $0] } }, places.count)
        }
        func product(_ vector: ParameterVector) -> [Double] {
            (0..<order).map { row in (0..<order).reduce(0) { $0 + self[row, $1] * vector[$1] } }
        }
    }

    private static func dense(
        _ tiny: TinyNetwork, _ matrix: CurvatureMatrix = .hessian
    ) throws -> Matrix {
        Matrix(try tiny.dense(matrix), tiny.objective.dimension)
    }

    @Test(arguments: TinyNetwork.names) func wholeSpectrum(name: String) throws {
        let tiny = try TinyNetwork(name)
        let (golden, w) = (tiny.golden, tiny.weights.vector)
        let hessian = try tiny.objective.linearize(at: w)
        #expect(deviation(hessian.negativeLogLikelihood, try golden.number("nll")) < 1e-12)
        #expect(
            deviation(try hessian.gradient().norm(), try golden.number("grad_norm")) < 1e-11)
        let n = hessian.dimension
        let matrix = try Self.dense(tiny)
        var asymmetry = 0.0
        for row in 0..<n {
            for column in 0..<row {
                asymmetry = max(asymmetry, abs(matrix[row, column] - matrix[column, row]))
            }
        }
        #expect(asymmetry < 1e-12)
        let expected = try golden.numbers("hessian_eigenvalues_ascending")
        let decomposition = try SymmetricMatrix.eigen(matrix.entries, order: n)
        let found = decomposition.values
        #expect(found.count == expected.count)
        let largest = expected.map(abs).max() ?? 1
        for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-11 * largest) }

        #expect(deviation(matrix.trace, try golden.number("trace")) < 1e-9)
        #expect(deviation(matrix.frobenius, try golden.number("frobenius")) < 1e-11)
        let diagonal = matrix.diagonal.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(deviation(diagonal, try golden.number("diag_norm")) < 1e-10)
        let row = try golden.numbers("hessian_row0_first16")
        #expect(deviation(matrix.entries.prefix(16), row) < 1e-10)
        let first = try golden.numbers("hessian_diag_first16")
        #expect(deviation(matrix.diagonal.prefix(16), first) < 1e-10)
        let blocks = try golden.object("block_traces")
        let masses = try golden.object("top_eigenvector_layer_mass")
        let top = ParameterVector(decomposition.vectors[n - 1])
        for tensor in tiny.weights.layout.tensors {
            let trace = matrix.block([tensor.range]).trace
            #expect(abs(trace - (try blocks.number(tensor.name))) < 1e-10, "\(tensor.name)")
            let mass = top.squaredNorm(in: tensor.range)
            #expect(abs(mass - (try masses.number(tensor.name))) < 1e-9, "\(tensor.name)")
        }
        #expect(blocks.count == tiny.weights.layout.tensors.count)

        let v = tiny.vector("v:")
        let product = try hessian.apply(v)
        #expect(deviation(v.dot(product), try golden.number("vHv"), floor: product.norm()) < 1e-9)
        #expect(deviation(product.norm(), try golden.number("Hv_norm")) < 1e-9)

        // The sub-Hessian of parameters of more than one dimension.
        let weights = tiny.weights.layout.tensors.filter { $0.shape.count > 1 }.map(\.range)
        let block = matrix.block(weights)
        #expect(block.order == Int(try golden.number("weights_only_params")))
        let ends = try block.eigenvalues()
        #expect(
            deviation(ends[ends.count - 1], try golden.number("weights_only_eig_max")) < 1e-9)
        #expect(deviation(ends[0], try golden.number("weights_only_eig_min")) < 1e-9)
    }

    @Test(arguments: TinyNetwork.names) func matricesThatStandForTheHessian(name: String) throws {
        let tiny = try TinyNetwork(name)
        let golden = tiny.golden
        let gaussNewton = try Self.dense(tiny, .gaussNewton)
        #expect(deviation(gaussNewton.trace, try golden.number("ggn_trace")) < 1e-9)
        #expect(deviation(gaussNewton.frobenius, try golden.number("ggn_frobenius")) < 1e-9)
        let values = try gaussNewton.eigenvalues()
        for (found, original) in zip(values.reversed(), try golden.numbers("ggn_eigs_top10")) {
            #expect(deviation(found, original) < 1e-9)
        }
        // Positive semi-definite, of a rank of at most one less than the classes an example.
        #expect(values[0] > -1e-12 * values[values.count - 1])
        #expect(values.count { $0 > 1e-10 } <= 16 * 4)
        let v = tiny.vector("v:")
        let curvature = zip(v, gaussNewton.product(v)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(deviation(curvature, try golden.number("vGv")) < 1e-9)

        let fisher = try Self.dense(tiny, .fisher)
        #expect(deviation(fisher.entries, gaussNewton.entries) < 1e-13)

        let empirical = try Self.dense(tiny, .empiricalFisher)
        #expect(
            deviation(empirical.trace, try golden.number("empirical_fisher_trace")) < 1e-9)
        let tops = try golden.numbers("empirical_fisher_top5")
        for (found, original) in zip(try empirical.eigenvalues().reversed(), tops) {
            #expect(deviation(found, original) < 1e-9)
        }

        let functional = try Self.dense(tiny, .functional)
        let rest = zip(try Self.dense(tiny).entries, gaussNewton.entries).map { $0 - $1 }
        #expect(deviation(functional.entries, rest) < 1e-13)
    }

    @Test(arguments: TinyNetwork.names) func minibatches(name: String) throws {
        let tiny = try TinyNetwork(name)
        for part in try tiny.golden.objects("minibatches") {
            let start = Int(try part.number("start"))
            try tiny.objective.setExamples(start..<start + Int(try part.number("count")))
            let loss = try tiny.objective.gradient(at: tiny.weights.vector).negativeLogLikelihood
            #expect(deviation(loss, try part.number("nll")) < 1e-12)
            let matrix = try Self.dense(tiny)
            #expect(deviation(matrix.trace, try part.number("trace")) < 1e-9)
            let values = try matrix.eigenvalues()
            for (found, original) in zip(values.reversed(), try part.numbers("top5")) {
                #expect(deviation(found, original) < 1e-9)
            }
            for (found, original) in zip(values, try part.numbers("bottom3")) {
                #expect(deviation(found, original) < 1e-9)
            }
        }
    }

    /// The penalty adds to every matrix but the functional part.
    @Test(arguments: CurvatureMatrix.allCases) func penalty(_ matrix: CurvatureMatrix) throws {
        let tiny = try TinyNetwork("vit_tiny_d8")
        var options = ObjectiveOptions()
        options.l2 = 0.5
        let objective = try Objective(
            tiny.network, examples: tiny.objective.examples, weights: tiny.weights,
            options: options, machine: CPUMachine(precision: .double))
        let w = tiny.weights.vector
        let v = tiny.vector("v:")
        let plain = try objective.linearize(matrix, at: w).apply(v)
        let whole = try objective.linearize(matrix, at: w, includingPenalty: true).apply(v)
        var difference = whole
        difference.add(-1, plain)
        let expected = matrix == .functional ? 0 : 0.5 * v.norm()
        #expect(abs(difference.norm() - expected) < 1e-10)
    }
}
