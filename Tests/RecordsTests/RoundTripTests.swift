import Execution
import Foundation
import Landscapes
import Lesions
import Randomness
import Spectra
import Storage
import Testing

@testable import Records

@Suite("Results in HDF5 files")
struct RoundTripTests {
    /// Grids with NaN are compared by their text, in which NaN equals NaN.
    private func text(_ value: some Any) -> String { String(describing: value) }

    @Test(arguments: [1, 2])
    func landscapesComeBackWhole(dimensions: Int) throws {
        let scratch = try Scratch()
        let axes = [LandscapeAxis(count: 5), LandscapeAxis(start: -0.3, end: 1, count: 3)]
        let measurement = try Samples.measurement(axes: Array(axes.prefix(dimensions)))
        var grid = try measurement.measure(evaluate: Samples.evaluate)
        grid.points[2] = nil
        let comparison = Certificate.Comparison(
            name: "g·d0", difference: 1, differenceError: 1e-9, derivative: 1.5)
        grid.certificate = Certificate(
            slopes: [comparison], curvatures: [comparison, comparison],
            asymmetry: dimensions == 2 ? 1e-12 : nil)
        let path = scratch.path("grid.h5")
        try LandscapeRecord.write(path, grid, Samples.description)
        let (read, description) = try LandscapeRecord.read(path)
        #expect(text(read) == text(grid))
        #expect(description == Samples.description)
        #expect(try RecordKind.of(path) == .landscape)
        #expect(try RunDescription.of(path) == Samples.description)
        #expect(try scratch.names() == ["grid.h5"])

        // The layout that readers of the file rely on.
        let file = try HDF5File.open(path)
        let loss = try file.root.dataset("nll")
        #expect(try loss.shape() == (dimensions == 2 ? [3, 5] : [5]))
        #expect(try loss.axisLabel(dimensions - 1) == "x")
        #expect(try loss.scales(axis: dimensions - 1) == ["/x"])
        let total = try file.root.dataset("nll_l2").read(Double.self)
        #expect(total[0] == grid.points[0]?.lossWithL2)
        #expect(total[2].isNaN)
    }

    @Test func sameResultSameBytes() throws {
        let scratch = try Scratch()
        let grid = try Samples.measurement().measure(evaluate: Samples.evaluate)
        try LandscapeRecord.write(scratch.path("a.h5"), grid, Samples.description)
        try LandscapeRecord.write(scratch.path("b.h5"), grid, Samples.description)
        #expect(try scratch.bytes("a.h5") == scratch.bytes("b.h5"))
    }

    @Test(arguments: [true, false])
    func eigenvaluesComeBackWithVectors(keepsVectors: Bool) throws {
        let scratch = try Scratch()
        let path = scratch.path("eigen.h5")
        struct Wide: SymmetricOperator {
            let dimension = Samples.weights.count
            func apply(_ vector: [Double]) -> [Double] {
                vector.enumerated().map { Double($0 - 20) * $1 }
            }
        }
        var result = try Lanczos(
            largest: 2, smallest: 2, tolerance: 1e-8, keepsVectors: keepsVectors
        ).eigenvalues(of: Wide())
        result.weightDecay = 0.1
        result.pairs[3].converged = false
        try EigenvalueRecord.write(path, result, Samples.description, tensors: Samples.tensors)
        let (read, description) = try EigenvalueRecord.read(path)
        #expect(read == result)
        #expect(description == Samples.description)
        guard keepsVectors else {
            #expect(throws: StorageError.self) {
                try EigenvalueRecord.eigenvector(0, of: path, tensors: Samples.tensors)
            }
            return
        }
        let vector = try EigenvalueRecord.eigenvector(1, of: path, tensors: Samples.tensors)
        #expect(vector == result.pairs[1].vector)
        #expect(throws: StorageError.self) {
            try EigenvalueRecord.eigenvector(4, of: path, tensors: Samples.tensors)
        }
        var other = Samples.tensors
        other[0].name = "other.weight"
        #expect(throws: DirectionError.missingTensor("other.weight")) {
            try EigenvalueRecord.eigenvector(0, of: path, tensors: other)
        }
    }

    @Test func spectraOfSeveralBatchSizesComeBack() throws {
        let scratch = try Scratch()
        let path = scratch.path("spectrum.h5")
        let results = try [16, 64].map { size in
            try Samples.spectrum(batchSize: size).measure { Samples.Diagonal(minibatch: $0) }
        }
        try SpectrumRecord.write(path, results, Samples.description)
        let (read, description) = try SpectrumRecord.read(path)
        #expect(read == results)
        #expect(description == Samples.description)
        // A spectrum in which nothing converged has estimates that are not numbers.
        var empty = results[0]
        for index in empty.samples.indices { empty.samples[index].converged = false }
        empty.summary = SpectrumSummary(empty.samples, withL2: false)
        try SpectrumRecord.write(path, [empty], Samples.description)
        #expect(text(try SpectrumRecord.read(path).results) == text([empty]))
    }

    @Test func lesionStudiesComeBack() throws {
        let scratch = try Scratch()
        let path = scratch.path("lesion.h5")
        let stream = RandomStream(seed: 4, name: "lesion records")
        func outcomes(_ unit: Int) -> ExampleOutcomes {
            ExampleOutcomes(
                correct: (0..<50).map { stream.substream(unit).uniform($0) < 0.7 },
                negativeLogLikelihood: stream.substream(unit + 100).gaussians(50))
        }
        let result = try LesionMeasurement.study(
            baseline: outcomes(0),
            targets: LesionKind.allCases.enumerated().map {
                LesionTarget(name: "unit \($0)", kind: $1, outcomes: outcomes($0 + 1))
            })
        try LesionRecord.write(path, result, Samples.description)
        let (read, description) = try LesionRecord.read(path)
        #expect(read == result)
        #expect(description == Samples.description)
    }

    @Test func directionsComeBackFromSafetensors() throws {
        let scratch = try Scratch()
        let path = scratch.path("direction.safetensors")
        let direction = try Samples.measurement().directions[0]
        try DirectionRecord.write(path, direction, tensors: Samples.tensors)
        #expect(try DirectionRecord.read(path, tensors: Samples.tensors) == direction.values)
        #expect(throws: DirectionError.unknownTensors(["conv.bias"])) {
            try DirectionRecord.read(
                path, tensors: Samples.tensors.filter { $0.name != "conv.bias" })
        }
    }

    @Test func otherFilesAreRefusedByName() throws {
        let scratch = try Scratch()
        let path = scratch.path("lesion.h5")
        let grid = try Samples.measurement().measure(evaluate: Samples.evaluate)
        try LandscapeRecord.write(path, grid, Samples.description)
        #expect(kind { try LesionRecord.read(path) } == .mismatch)
        #expect(kind { try LandscapeRecord.read(scratch.path("absent.h5")) } == .unreadable)
        let text = scratch.path("text.h5")
        try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: text))
        #expect(kind { try LandscapeRecord.read(text) } == .malformed)
        let foreign = scratch.path("foreign.h5")
        try HDF5File.write(foreign) { try $0.write("x", [1.0, 2], shape: [2]) }
        #expect(kind { try LandscapeRecord.read(foreign) } == .malformed)
        // Any cut of a good file is an error, not a wrong grid.
        let whole = try scratch.bytes("lesion.h5")
        for share in [0.1, 0.5, 0.9, 0.99] {
            let cut = scratch.path("cut.h5")
            try whole.prefix(Int(Double(whole.count) * share)).write(to: URL(fileURLWithPath: cut))
            #expect(throws: StorageError.self) { try LandscapeRecord.read(cut) }
        }
    }

    private func kind(_ body: () throws -> some Any) -> StorageError.Kind? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? StorageError)?.kind
        }
    }
}
