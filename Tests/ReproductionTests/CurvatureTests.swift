import Execution
import Golden
import PublishedNetworks
import Results
import Testing
import Training

@testable import Spectra

/// Estimates of the curvature of two networks whose matrices are known whole, held against the exact
/// numbers and against PyHessian's own on its own random numbers.
@Suite struct CurvatureTests {
    private static func hessian(
        _ tiny: TinyNetwork, _ matrix: CurvatureMatrix = .hessian
    ) throws -> HessianOperator {
        try tiny.objective.linearize(matrix, at: tiny.weights.vector)
    }

    // MARK: Density

    /// PyHessian keeps its tridiagonal matrix in single precision and divides by norms that are 1e-6
    /// too large.
    @Test(arguments: TinyNetwork.names) func quadraturesArePyHessians(name: String) throws {
        let tiny = try TinyNetwork(name)
        let hessian = try Self.hessian(tiny)
        for data in ["data", "dataloader"] {
            let recorded = try tiny.golden.object("pyhessian").object(data)
                .objects("density_iter40_nv2")
            #expect(recorded.count == 2)
            for (number, original) in recorded.enumerated() {
                let found = try GaussQuadrature(
                    of: hessian, start: tiny.probe(number), steps: 40)
                let nodes = try original.numbers("eigenvalues")
                let largest = nodes.map(abs).max() ?? 1
                #expect(found.nodes.count == nodes.count)
                for (a, b) in zip(found.nodes, nodes) { #expect(abs(a - b) < 1e-5 * largest) }
                for (a, b) in zip(found.weights, try original.numbers("weights")) {
                    #expect(abs(a - b) < 2e-5)
                }
                #expect(abs(found.weights.reduce(0, +) - 1) < 1e-12)
            }
        }
    }

    /// The smoothed density of PyHessian, from its nodes to the last digit, and from ours as near as
    /// theirs are.
    @Test(arguments: TinyNetwork.names) func smoothedDensityIsPyHessians(name: String) throws {
        let tiny = try TinyNetwork(name)
        let hessian = try Self.hessian(tiny)
        var measurement = DensityMeasurement(.pyhessian, dimension: hessian.dimension)
        (measurement.probes, measurement.steps, measurement.points) = (2, 40, 200)
        measurement.kernelVariance = 1e-3
        for data in ["data", "dataloader"] {
            let part = try tiny.golden.object("pyhessian").object(data)
            let recorded = try part.object("density_generate_bins200_sigma1e-3")
            let density = try recorded.numbers("density")
            let rows = try part.objects("density_iter40_nv2").map {
                try GaussQuadrature(nodes: $0.numbers("eigenvalues"), weights: $0.numbers("weights"))
                    .row
            }
            var result = measurement.emptyResult
            try result.assemble(rows)
            #expect(result.curve.count == density.count)
            for (point, original) in zip(result.curve, density) {
                #expect(deviation(point.density, original, floor: 1e-300) < 1e-9)
            }
            #expect(
                deviation(result.curve[0].eigenvalue, try recorded.number("grid_first")) < 1e-12)
            #expect(
                deviation(result.curve[199].eigenvalue, try recorded.number("grid_last")) < 1e-12)

            try result.assemble(
                (0..<2).map {
                    try GaussQuadrature(of: hessian, start: tiny.probe($0), steps: 40).row
                })
            let top = density.max() ?? 1
            for (point, original) in zip(result.curve, density) {
                #expect(abs(point.density - original) < 1e-4 * top)
            }
        }
    }

    /// The exact share of eigenvalues lies within the band everywhere, for every operator.
    @Test(arguments: TinyNetwork.names, [CurvatureMatrix.hessian, .gaussNewton, .functional])
    func theExactSpectrumLiesInTheBand(name: String, matrix: CurvatureMatrix) throws {
        let tiny = try TinyNetwork(name)
        let target = try Self.hessian(tiny, matrix)
        let n = target.dimension
        let exact = matrix == .hessian
            ? try tiny.golden.numbers("hessian_eigenvalues_ascending")
            : try SymmetricMatrix.eigen(tiny.dense(matrix), order: n).values
        var measurement = DensityMeasurement(dimension: n, seed: 5)
        (measurement.probes, measurement.steps) = (6, 40)
        var result = measurement.emptyResult
        try result.assemble((0..<6).map { try measurement.measure($0, of: target).row })
        var widest = 0.0
        for point in result.curve {
            let share = Double(exact.count { $0 <= point.eigenvalue }) / Double(n)
            // Zeros of the exact spectrum are zeros up to rounding, on either side.
            let blur = 1e-10 * (exact.last ?? 1)
            let low = Double(exact.count { $0 <= point.eigenvalue - blur }) / Double(n)
            let high = Double(exact.count { $0 <= point.eigenvalue + blur }) / Double(n)
            #expect(point.cumulative.lower <= high && low <= point.cumulative.upper)
            #expect(abs(point.cumulative.value - share) <= result.kolmogorovSmirnov)
            widest = max(widest, point.cumulative.upper - point.cumulative.lower)
        }
        #expect(widest < 1 && result.products == 6 * 40)
        let trace = exact.reduce(0, +) / Double(n)
        let square = exact.reduce(0) { $0 + $1 * $1 } / Double(n)
        // The mean over probes of vᵀAv has the variance 2‖A‖_F²/n² of a probe at most.
        let deviationOfMean = (2 * square / Double(n) / 6).squareRoot()
        #expect(abs(result.mean - trace) < 4 * deviationOfMean)
        #expect(deviation(result.rootMeanSquare, square.squareRoot()) < 0.2)
    }

    // MARK: Trace

    /// PyHessian's probes of the trace, one by one.
    @Test(arguments: TinyNetwork.names) func probesArePyHessians(name: String) throws {
        let tiny = try TinyNetwork(name)
        let hessian = try Self.hessian(tiny)
        for data in ["data", "dataloader"] {
            let recorded = try tiny.golden.object("pyhessian").object(data)
                .numbers("trace_maxIter50_tol1e-3")
            #expect(recorded.count >= 30)
            for (number, original) in recorded.enumerated() {
                let probe = tiny.probe(number)
                let curvature = probe.dot(try hessian.apply(probe))
                #expect(deviation(curvature, original) < 1e-9, "probe \(number)")
            }
        }
    }

    @Test(arguments: TinyNetwork.names, TraceEstimation.Method.allCases)
    func theExactTraceLiesInTheBand(name: String, method: TraceEstimation.Method) throws {
        for matrix in [CurvatureMatrix.hessian, .gaussNewton] {
            try checkTrace(name, method, matrix)
        }
    }

    private func checkTrace(
        _ name: String, _ method: TraceEstimation.Method, _ matrix: CurvatureMatrix
    ) throws {
        let tiny = try TinyNetwork(name)
        let target = try Self.hessian(tiny, matrix)
        let estimation = TraceEstimation(
            method, tolerance: 0.02, maximumProducts: 200, rangeSize: 30,
            dimension: target.dimension, seed: 2)
        var (rows, space) = ([[Double]?](), TraceEstimation.Space())
        while rows.count < estimation.itemCount, try !estimation.isEnough(rows) {
            rows.append(try estimation.measure(rows.count, &space, of: target))
        }
        var result = estimation.emptyResult
        try result.assemble(rows)
        let (trace, norm) = matrix == .hessian ? ("trace", "frobenius") : ("ggn_trace", "ggn_frobenius")
        let exact = try tiny.golden.number(trace)
        let band = 4 * result.standardError + 1e-9 * abs(exact)
        #expect(abs(result.trace.value - exact) <= band)
        #expect(result.standardError < 0.5 * (try tiny.golden.number(norm)))
        #expect(deviation(result.frobenius.value, try tiny.golden.number(norm)) < 0.3)
        #expect(result.products <= 200)
        if matrix == .gaussNewton, method != .hutchinson { #expect(result.converged) }
    }

    // MARK: Eigenvalues of the other matrices, and of blocks

    @Test(arguments: TinyNetwork.names) func largestEigenvaluesOfTheMatrices(name: String) throws {
        let tiny = try TinyNetwork(name)
        let lanczos = Lanczos(largest: 5, smallest: 0, tolerance: 1e-6, verification: .product)
        for (matrix, key) in [
            (CurvatureMatrix.gaussNewton, "ggn_eigs_top10"), (.fisher, "ggn_eigs_top10"),
            (.empiricalFisher, "empirical_fisher_top5"),
        ] {
            let pairs = try lanczos.eigenvalues(of: Self.hessian(tiny, matrix)).pairs
            let recorded = try tiny.golden.numbers(key)
            #expect(pairs.count == 5)
            for (pair, original) in zip(pairs, recorded) {
                #expect(pair.converged && deviation(pair.value, original) < 1e-9)
            }
        }
        let weights = tiny.weights.layout.tensors.filter { $0.shape.count > 1 }.map(\.range)
        let block = RestrictedOperator(try Self.hessian(tiny), to: weights)
        #expect(block.dimension == Int(try tiny.golden.number("weights_only_params")))
        let ends = try Lanczos(largest: 1, smallest: 1, tolerance: 1e-6).eigenvalues(of: block)
        #expect(
            deviation(ends.pairs[0].value, try tiny.golden.number("weights_only_eig_max")) < 1e-9)
        #expect(
            deviation(ends.pairs[1].value, try tiny.golden.number("weights_only_eig_min")) < 1e-9)
    }

    /// Power iteration from PyHessian's start vectors to its own end, which is the eigenvalue but for
    /// the 1e-6 that is added to norms.
    @Test(arguments: TinyNetwork.names) func powerIterationFindsPyHessians(name: String) throws {
        let tiny = try TinyNetwork(name)
        let hessian = try Self.hessian(tiny)
        for data in ["data", "dataloader"] {
            let recorded = try tiny.golden.object("pyhessian").object(data)
                .numbers("eigenvalues_top3_maxIter1000_tol1e-9")
            let power = PowerIteration(
                count: recorded.count, maximumIterations: 3000, tolerance: 1e-7,
                criterion: .residual,
                startVectors: recorded.indices.map { tiny.vector("eig:\($0):") })
            let pairs = try power.eigenvalues(of: hessian).pairs
            for (pair, original) in zip(pairs, recorded) {
                #expect(pair.converged && deviation(pair.value, original) < 5e-6)
            }
            #expect(pairs.count == 3)
        }
    }

    @Test(arguments: TinyNetwork.names) func blocksAreThoseOfTheWholeMatrix(name: String) throws {
        let tiny = try TinyNetwork(name)
        let hessian = try Self.hessian(tiny)
        let entries = try tiny.dense()
        let n = hessian.dimension
        let blocks = tiny.weights.layout.tensors.map {
            ParameterBlock(name: $0.name, ranges: [$0.range])
        }
        let measurement = BlockMeasurement(blocks: blocks, probes: 40, seed: 1)
        var result = measurement.emptyResult
        try result.assemble(
            (0..<measurement.itemCount).map { try measurement.measure($0, of: hessian) })
        let traces = try tiny.golden.object("block_traces")
        for (block, found) in zip(blocks, result.blocks) {
            let exact = try traces.number(block.name)
            #expect(abs(found.trace.value - exact) <= 5 * found.traceError, "\(block.name)")
            let range = block.ranges[0]
            let part = range.flatMap { row in range.map { entries[row * n + $0] } }
            let values = try SymmetricMatrix.eigen(part, order: range.count).values
            let size = values.map(abs).max() ?? 1
            #expect(abs(found.top - values[values.count - 1]) <= found.topResidual + 1e-9 * size)
            #expect(abs(found.bottom - values[0]) <= found.bottomResidual + 1e-9 * size)
            #expect(found.topResidual <= 0.02 * size)
        }
        #expect(result.blocks.count == traces.count)
    }

    // MARK: Minibatches and sharpness

    @Test(arguments: TinyNetwork.names) func minibatchesAreInflated(name: String) throws {
        let tiny = try TinyNetwork(name)
        let parts = try tiny.golden.objects("minibatches")
        let ranges = try parts.map {
            let start = Int(try $0.number("start"))
            return start..<start + Int(try $0.number("count"))
        }
        func part(_ range: Range<Int>) throws -> HessianOperator {
            try tiny.objective.setExamples(range)
            return try Self.hessian(tiny)
        }
        let measurement = BiasMeasurement(
            sizes: [.init(batchSize: 6, count: 1)], exampleCount: 16, top: 3, tolerance: 1e-8, maximumProducts: 200)
        let first = try measurement.measure(part(ranges[0])) { try part(ranges[1]) }
        try tiny.objective.setExamples(0..<16)
        let all = try measurement.measure(Self.hessian(tiny)) { nil }
        var result = measurement.emptyResult
        try result.assemble([first, all])
        let exact = try tiny.golden.numbers("hessian_eigenvalues_ascending")
        let top = try #require(exact.last)
        for (rank, original) in try parts[0].numbers("top5").prefix(3).enumerated() {
            #expect(deviation(result.pairs[rank].eigenvalue, original) < 1e-9)
            // What another minibatch says is below its own largest eigenvalue.
            #expect(result.pairs[rank].debiased < (try parts[1].numbers("top5"))[0])
        }
        #expect(result.curves.map(\.estimate) == [.usual, .debiased, .full])
        #expect(deviation(result.curves[2].curvature.value, top) < 1e-9)
        #expect(result.curves[0].curvature.value > top)
        #expect(result.curves[1].curvature.value < top)
    }

    @Test(arguments: TinyNetwork.names) func sharpnessRisesWithTheRadius(name: String) throws {
        let tiny = try TinyNetwork(name)
        let (objective, w) = (tiny.objective, tiny.weights.vector)
        let loss = DifferentiableLoss(
            value: { try objective.evaluate(at: $0).negativeLogLikelihood },
            gradient: {
                let found = try objective.gradient(at: $0)
                return (found.negativeLogLikelihood, found.gradient)
            })
        let measurement = SharpnessMeasurement(radii: [1e-4, 0.05, 0.2], steps: 8)
        var result = measurement.emptyResult
        try result.assemble(
            (0..<measurement.itemCount).map { try measurement.measure($0, of: loss, at: w) })
        #expect(deviation(result.loss, try tiny.golden.number("nll")) < 1e-12)
        let norm = try tiny.golden.number("grad_norm")
        #expect(deviation(result.gradientNorm, norm) < 1e-9)
        for measure in SharpnessMeasure.allCases {
            let rises = result.rises.filter { $0.measure == measure }.map(\.rise)
            #expect(rises.count == 3 && rises == rises.sorted() && rises[0] > 0)
        }
        // In a small ball the loss is linear, and adaptive radii are shares of the weights.
        #expect(deviation(result.rises[0].rise, 1e-4 * norm) < 0.02)
        let scaled = SharpnessMeasure.adaptive.scaled(
            try objective.gradient(at: w).gradient, by: w).norm()
        #expect(deviation(result.rises[3].rise, 1e-4 * scaled) < 0.02)
        let gradient = try objective.gradient(at: w).gradient
        for (rate, lowers) in [(result.criticalRate, false), (result.rateBelow, true)] {
            var place = w
            place.add(-rate, gradient)
            #expect((try loss.value(place) < result.loss) == lowers)
        }
        #expect(result.criticalRate / result.rateBelow <= 1 + 1.0 / 64)
    }
}
