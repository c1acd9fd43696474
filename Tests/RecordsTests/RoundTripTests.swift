import Execution
import Foundation
import Landscapes
import Lesions
import ResultSamples
import Results
import Spectra
import Storage
import Testing

@testable import Records

@Suite("Results in HDF5 files")
struct RoundTripTests {
    /// Results with NaN are compared by their text, in which NaN equals NaN.
    private func text(_ value: some Any) -> String { String(describing: value) }

    /// Writes and reads a result.
    private func passed<Result: StoredResult>(
        _ result: Result, through path: String
    ) throws -> Result {
        try RecordFile(result, Samples.description).write(to: path)
        let file = try RecordFile.read(path)
        #expect(file.kind == Result.kind && file.finding == result.finding)
        #expect(file.run == Samples.description)
        #expect(file.identity == Samples.description.identity)
        // What was read is written again bit for bit.
        try file.write(to: path + ".again")
        let bytes = try [path, path + ".again"].map {
            try Data(contentsOf: URL(fileURLWithPath: $0))
        }
        #expect(bytes[0] == bytes[1])
        return try file.result(Result.self, of: path)
    }

    @Test(arguments: [1, 2])
    func landscapesComeBackWhole(dimensions: Int) throws {
        let scratch = try Scratch()
        let axes = [LandscapeAxis(count: 5), LandscapeAxis(start: -0.3, end: 1, count: 3)]
        let measurement = try Samples.measurement(axes: Array(axes.prefix(dimensions)))
        var grid = try Samples.outcome(Samples.landscapeStudy(measurement))
        grid.points[2] = nil
        let path = scratch.path("grid.h5")
        #expect(text(try passed(grid, through: path)) == text(grid))
        // A number that might be there is null, in what is read back, too.
        for record in [grid.record, try RecordFile.read(path).record] {
            let isNull = record.document.text.contains("\"asymmetry\":null")
            #expect(isNull == (dimensions == 1))
        }

        // The layout that readers of the file rely on.
        let file = try HDF5File.open(path)
        let loss = try file.root.dataset("nll")
        #expect(try loss.shape() == (dimensions == 2 ? [3, 5] : [5]))
        #expect(try loss.axisLabel(dimensions - 1) == "x")
        #expect(try loss.attributeNames().contains("DIMENSION_LIST"))
        #expect(try loss.attribute("unit") == .text("nats"))
        #expect(try loss.attribute("description") == .text("mean of -log p(label)"))
        let total = try file.root.dataset("nll_l2").read(Double.self)
        #expect(total[0] == grid.points[0]?.lossWithL2)
        #expect(total[2].isNaN)
        #expect(try file.root.attribute("model") == .text("tiny"))
        #expect(try file.root.dataset("l2").read(Double.self) == [0.05])
    }

    @Test(arguments: [true, false])
    func eigenvaluesComeBackWithVectors(keepsVectors: Bool) throws {
        let scratch = try Scratch()
        let path = scratch.path("eigen.h5")
        struct Wide: SymmetricOperator {
            let dimension = Samples.weights.count
            func apply(_ vector: ParameterVector) -> ParameterVector {
                ParameterVector(vector.enumerated().map { Double($0 - 20) * $1 })
            }
        }
        var result = try Lanczos(
            largest: 2, smallest: 2, tolerance: 1e-8, keepsVectors: keepsVectors
        ).eigenvalues(of: Wide())
        result.l2 = 0.1
        result.pairs[3].converged = false
        result.checks = OperatorChecks(repetitionMismatch: 0, asymmetry: 1e-12)
        result.parameters = Samples.tensors.map { .init(name: $0.name, count: $0.count) }
        let read = try passed(result, through: path)
        // Vectors stay in the file until one is asked for.
        var expected = result
        for index in result.pairs.indices { expected.pairs[index].vector = nil }
        #expect(read == expected)
        guard keepsVectors else {
            #expect(throws: StorageError.self) {
                try DirectionRecord.eigenvector(
                    0, of: path, tensors: Samples.tensors, storage: .double)
            }
            return
        }
        let vector = try DirectionRecord.eigenvector(
            1, of: path, tensors: Samples.tensors, storage: .double)
        #expect(vector == result.pairs[1].vector)
        #expect(throws: StorageError.self) {
            try DirectionRecord.eigenvector(
                4, of: path, tensors: Samples.tensors, storage: .double)
        }
        var other = Samples.tensors
        other[0].name = "other.weight"
        #expect(throws: DirectionError.missingTensor("other.weight")) {
            try DirectionRecord.eigenvector(0, of: path, tensors: other, storage: .double)
        }
    }

    @Test func spectraAndLesionStudiesComeBack() throws {
        let scratch = try Scratch()
        let path = scratch.path("result.h5")
        var spectra = try Samples.outcome(Samples.spectrumStudy())
        #expect(try passed(spectra, through: path) == spectra)
        // A spectrum in which nothing converged has estimates that are not numbers.
        for index in spectra.spectra[0].samples.indices {
            spectra.spectra[0].samples[index].converged = false
        }
        spectra.spectra[0].summary = SpectrumSummary(spectra.spectra[0].samples, withL2: false)
        #expect(text(try passed(spectra, through: path)) == text(spectra))
        // Nothing measured yet: tables without rows.
        let empty = Samples.spectrumStudy().header
        #expect(text(try passed(empty, through: path)) == text(empty))
        let lesions = try Samples.outcome(Samples.lesionStudy())
        #expect(try passed(lesions, through: path) == lesions)
    }

    @Test func directionsComeBackFromSafetensors() throws {
        let scratch = try Scratch()
        let path = scratch.path("direction.safetensors")
        let direction = try Samples.measurement().directions[0]
        try DirectionRecord.write(path, direction, tensors: Samples.tensors)
        let read = try DirectionRecord.read(path, tensors: Samples.tensors, storage: .double)
        #expect(read == direction.values)
        #expect(throws: DirectionError.unknownTensors(["conv.bias"])) {
            try DirectionRecord.read(
                path, tensors: Samples.tensors.filter { $0.name != "conv.bias" }, storage: .double)
        }
    }
}

@Suite("Files that are not what was asked for")
struct RefusalTests {
    private func error(_ body: () throws -> some Any) -> StorageError? {
        do {
            _ = try body()
            return nil
        } catch { return error as? StorageError }
    }

    private func lesionFile(_ scratch: Scratch) throws -> String {
        let path = scratch.path("lesion.h5")
        try RecordFile(Samples.outcome(Samples.lesionStudy()), Samples.description).write(to: path)
        return path
    }

    @Test func otherFilesAreRefusedByName() throws {
        let scratch = try Scratch()
        let path = try lesionFile(scratch)
        let other = error { try RecordFile.read(path).result(LandscapeGrid.self, of: path) }
        #expect(other?.kind == .mismatch)
        #expect(other?.description.contains("lesion") == true)
        #expect(error { try RecordFile.read(scratch.path("absent.h5")) }?.kind == .unreadable)
        let text = scratch.path("text.h5")
        try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: text))
        #expect(error { try RecordFile.read(text) }?.kind == .malformed)
        let foreign = scratch.path("foreign.h5")
        try HDF5File.write(foreign) { try $0.write("x", [1.0, 2], shape: [2]) }
        #expect(error { try RecordFile.read(foreign) }?.kind == .malformed)
        // Any cut of a good file is an error, not a wrong result.
        let whole = try scratch.bytes("lesion.h5")
        for share in [0.1, 0.5, 0.9, 0.99] {
            let cut = scratch.path("cut.h5")
            try whole.prefix(Int(Double(whole.count) * share)).write(to: URL(fileURLWithPath: cut))
            #expect(throws: StorageError.self) { try RecordFile.read(cut) }
        }
    }

    /// A file of another version of the layout, of another kind, or with another identity.
    private func changed(
        _ scratch: Scratch, _ change: (HDF5Group) throws -> Void
    ) throws -> String {
        let path = try lesionFile(scratch)
        let file = try RecordFile.read(path, withItems: true)
        try HDF5File.write(path) { root in
            try file.write(into: root)
            try change(root)
        }
        return path
    }

    @Test func filesOfTheFirstLayoutAreToldByTheirVersion() throws {
        let scratch = try Scratch()
        let path = try changed(scratch) { try $0.setAttribute("layout_version", .integer(1)) }
        let found = error { try RecordFile.read(path) }
        #expect(found?.kind == .unsupported)
        #expect(found?.description.contains("layout version 1; this program reads 4") == true)
        #expect(found?.remedy.contains("make it again") == true)
        #expect(found?.description.contains("\n") == false)
    }

    @Test func kindsThatAreNotKnownAreReadAsPlainData() throws {
        let scratch = try Scratch()
        let path = try changed(scratch) {
            try $0.setAttribute("saddle_record", .text("dendrogram"))
        }
        let file = try RecordFile.read(path)
        #expect(file.kind == "dendrogram")
        #expect(file.record.table("units")?.count == 4)
        let copy = scratch.path("copy.h5")
        try file.write(to: copy)
        #expect(try scratch.bytes("copy.h5").count > 1000)
        #expect(try RecordFile.read(copy).record.document.text == file.record.document.text)
    }

    @Test func anIdentityThatWasChangedIsNoticed() throws {
        let scratch = try Scratch()
        let path = try changed(scratch) {
            try $0.group("identity").setAttribute("model", .text("another"))
        }
        #expect(error { try RecordFile.read(path) }?.kind == .malformed)
    }

    @Test func aFieldOfAnotherTypeIsNamed() throws {
        let scratch = try Scratch()
        let path = try changed(scratch) {
            try $0.setAttribute("datasets", .texts(["baseline_accuracy"]))
        }
        let found = error { try RecordFile.read(path).result(LesionResult.self, of: path) }
        #expect(found?.description.contains("lacks baseline_nll") == true)
    }

    @Test func linksThatLeadInCirclesEnd() throws {
        let scratch = try Scratch()
        let path = try lesionFile(scratch)
        var file = try RecordFile.read(path)
        var inner = Record()
        for _ in 0..<20 {
            var outer = Record()
            outer.children = [.init("part", isList: false, members: [("part", inner)])]
            inner = outer
        }
        file.record = inner
        try file.write(to: path)
        #expect(error { try RecordFile.read(path) }?.description.contains("without end") == true)
    }

    @Test func axesOfAnotherLengthThanTheirTableAreLeftOut() throws {
        let axes = [LandscapeAxis(count: 3)]
        let grid = try Samples.outcome(Samples.landscapeStudy(Samples.measurement(axes: axes)))
        var record = grid.record
        record.axes[0].coordinates.removeLast()
        #expect(record.allTables[0].column("x") == nil)
        #expect(throws: RecordError.self) { try LandscapeGrid(record) }
    }
}
