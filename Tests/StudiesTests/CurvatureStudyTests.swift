import Datasets
import Execution
import Networks
import Randomness
import ResultSamples
import Spectra
import Testing
import Training

@testable import Studies

extension AnalysisTests {
    @Test(arguments: DensityMeasurement.Preset.allCases)
    func densities(_ preset: DensityMeasurement.Preset) throws {
        try check(Samples.densityStudy(preset))
    }

    @Test func blocks() throws { try check(Samples.blockStudy()) }

    @Test func minibatchBiases() throws { try check(Samples.biasStudy()) }

    @Test func sharpnesses() throws { try check(Samples.sharpnessStudy()) }

    /// A trace that is killed before each of its vectors goes on with the same bits, and what its
    /// vectors build on is made again.
    @Test(arguments: TraceEstimation.Method.allCases)
    func traces(_ method: TraceEstimation.Method) throws {
        func study(_ left: Int = .max) -> TraceStudy {
            let target = Mortal(left: left)
            return TraceStudy(
                TraceEstimation(
                    method, tolerance: 0.05, maximumProducts: 60, rangeSize: 4, dimension: 40,
                    seed: 2)
            ) { target }
        }
        let scratch = try Scratch()
        let straight = try StudyRun(
            study(), scratch.path("straight.h5"), Samples.description
        ).measure()
        #expect(straight.left == 0 && straight.outcome.converged)
        let expected = try scratch.bytes("straight.h5")
        let path = scratch.path("killed.h5")
        var kills = 0
        while kills < 100 {
            // What is built on is made again, so each run gets a little farther than the last.
            let run = try StudyRun(study(kills), path, Samples.description)
            do {
                if try run.measure().left == 0 { break }
            } catch is Mortal.Kill { kills += 1 }
        }
        #expect(kills > 3)
        #expect(try scratch.bytes("killed.h5") == expected)
        #expect(try scratch.names() == ["killed.h5", "straight.h5"])
    }

    /// The experiment's own studies are of the matrix and the parameters that were asked for.
    @Test(arguments: CurvatureMatrix.allCases) func targets(_ matrix: CurvatureMatrix) throws {
        let network = try ModelRegistry.network("vit,size=8,patch=4,width=8,depth=1,heads=2,classes=3")
        let images = try DataSource("synthetic:size=8,classes=3,count=6").load(.test)
        let examples = try ExampleSet(
            images, indices: Array(0..<6), options: ExampleOptions(), normalization: .imagenet)
        var options = ObjectiveOptions()
        options.l2 = 0.25
        let weights = try Weights(network, seed: 1)
        let selection = try ParameterSelection(
            "blocks.0.attn.qkv.*:k", of: weights.layout, units: network.units())
        let experiment = Experiment(
            network, weights: weights, examples: examples, options: options,
            machine: CPUMachine(precision: .double), seed: 5
        ).measuring(CurvatureTarget(matrix, parameters: selection))
        #expect(experiment.curvatureDimension == 8 * 8 + 8)
        #expect((experiment.description.settings["operator"] == nil) == (matrix == .hessian))

        let objective = try experiment.objective()
        let whole = try objective.linearize(
            matrix, at: experiment.weights.vector, includingPenalty: true)
        let block = RestrictedOperator(whole, to: selection.ranges)
        let entries = try (0..<block.dimension).flatMap { column in
            var unit = ParameterVector(zeros: block.dimension)
            unit[column] = 1
            return Array(try block.apply(unit))
        }
        let exact = try SymmetricMatrix.eigen(entries, order: block.dimension).values
        let size = exact.map(abs).max() ?? 1

        let density = try Samples.outcome(experiment.density { $0.probes = 2 })
        #expect(density.dimension == block.dimension)
        #expect(density.l2 == (matrix == .functional ? 0 : 0.25))
        let nodes = density.nodes.map(\.eigenvalue)
        #expect(abs((nodes.max() ?? 0) - (exact.last ?? 0)) < 1e-6 * size)
        #expect(abs((nodes.min() ?? 0) - (exact.first ?? 0)) < 1e-6 * size)

        let scratch = try Scratch()
        let trace = try StudyRun(
            experiment.trace(.xtrace, tolerance: 0.001), scratch.path("t.h5"),
            experiment.description
        ).measure().outcome
        let band = 4 * trace.standardError + 1e-9 * size
        #expect(abs(trace.trace.value - exact.reduce(0, +)) <= band)

        let path = scratch.path("e.h5")
        let eigenvalues = try StudyRun(
            experiment.eigenvalues(
                EigenvalueRequest(
                    .lanczos, largest: 2, smallest: 1, tolerance: 1e-10, storesVectors: true),
                path: path), path, experiment.description
        ).measure().outcome
        let top = eigenvalues.pairs[0]
        #expect(top.converged && abs(top.value - (exact.last ?? 0)) <= top.residual + 1e-9 * size)
        // Stored vectors are of all parameters, zero beside the block.
        for pair in eigenvalues.pairs {
            let vector = try #require(pair.vector)
            #expect(vector.count == weights.layout.count)
            #expect(abs(vector.restricted(to: selection.ranges).norm() - 1) < 1e-9)
            #expect(abs(vector.norm() - 1) < 1e-9)
        }
    }

    @Test(arguments: BlockGrouping.allCases) func groupings(_ grouping: BlockGrouping) throws {
        let network = try ModelRegistry.network("vit,size=8,patch=4,width=12,depth=2,heads=3,classes=3")
        let layout = try Weights(network, seed: 1).layout
        let blocks = try grouping.blocks(of: layout, units: network.units())
        let parts = blocks.flatMap(\.ranges).sorted { $0.lowerBound < $1.lowerBound }
        for (one, next) in zip(parts, parts.dropFirst()) { #expect(one.upperBound <= next.lowerBound) }
        #expect(Set(blocks.map(\.name)).count == blocks.count)
        let total = blocks.reduce(0) { $0 + $1.count }
        #expect(total == (grouping == .head ? 2 * (36 * 12 + 36) : layout.count))
        let counts: [BlockGrouping: Int] = [
            .tensor: layout.tensors.count, .qkv: layout.tensors.count + 8, .head: 6,
        ]
        if let count = counts[grouping] { #expect(blocks.count == count) }
        if grouping == .head {
            let plain = try ModelRegistry.network("resnet,depth=8,width=4,size=16")
            #expect(throws: NetworkError.self) {
                try grouping.blocks(of: Weights(plain, seed: 1).layout, units: plain.units())
            }
        }
    }
}

/// A diagonal plus a matrix of ones, whose products end at some time, as if the process had been
/// killed.
private final class Mortal: SymmetricOperator {
    struct Kill: Error {}
    let dimension = 40
    private var left: Int

    init(left: Int) { self.left = left }

    func apply(_ vector: ParameterVector) throws -> ParameterVector {
        if left == 0 { throw Kill() }
        left -= 1
        let sum = vector.reduce(0, +)
        return ParameterVector(vector.enumerated().map { Double(1 + $0) * $1 + 0.3 * sum })
    }
}
