import Calibration
import Execution
import Foundation
import Landscapes
import Networks
import Records
import Representations
import ResultSamples
import Results
import Spectra
import Storage
import Testing

@testable import Studies

/// A file says itself what each of its numbers is.
@Suite("What files say of their numbers")
struct StoredMeaningTests {
    /// Measures a study into a file and gives the kind of its result.
    private func write<S: Study>(_ study: S, _ path: String) throws -> String {
        _ = try StudyRun(study, path, Samples.description).measure()
        return S.Outcome.kind
    }

    /// A file of every kind, with all that it may hold.
    private func files(_ scratch: Scratch) throws -> [(kind: String, path: String)] {
        var files: [(kind: String, path: String)] = []
        func add(_ write: (String) throws -> String) throws {
            let path = scratch.path("\(files.count).h5")
            files.append((try write(path), path))
        }
        for axes in [[LandscapeAxis(count: 2)], [LandscapeAxis(count: 2), LandscapeAxis(count: 3)]] {
            try add { try write(Samples.landscapeStudy(Samples.measurement(axes: axes)), $0) }
        }
        for preset in SpectrumResult.Preset.allCases {
            try add { try write(Samples.spectrumStudy(preset), $0) }
        }
        try add { try write(Samples.lesionStudy(), $0) }
        let units = try ModelRegistry.network("resnet,depth=8,width=4,size=16").units()
            .filter { $0.featureMap != nil }
        func ofExamples<R: ExampleResult>(_ header: R) throws {
            try add {
                try write(
                    ExampleStudy(header, subject: "test") { positions in
                        positions.map { example in
                            (0..<header.numbersPerExample).map { Double(example + $0) }
                        }
                    }, $0)
            }
        }
        try ofExamples(VarianceResult(units: units, exampleCount: 3, batchSize: 2))
        try ofExamples(
            FourierResult(units: units, form: .diagonal, exampleCount: 3, batchSize: 2))
        let transformer = try ModelRegistry.network("vit,size=8,patch=4,width=12,depth=1,heads=3")
            .units()
        try ofExamples(
            OversmoothingResult(
                units: transformer,
                question: OversmoothingQuestion(transformer, mapped: [], keepsClassTokens: true),
                gains: [:], exampleCount: 3, batchSize: 2))
        try ofExamples(
            CalibrationResult(
                classCount: 9, memberCount: 1, passCount: 1, binCount: 3, exampleCount: 3,
                batchSize: 2))
        try add {
            try write(
                SimilarityStudy(
                    SimilarityResult(
                        networks: [("a", units)], exampleCount: 4, batchSize: 4)
                ) { _ in
                    units.indices.map { unit in
                        CentredKernel((0..<16).map { Double($0 % 5 * $0 % (unit + 7)) }, count: 4)
                    }
                }, $0)
        }
        try add { try write(Samples.densityStudy(), $0) }
        try add { try write(Samples.traceStudy(.xtrace), $0) }
        try add { try write(Samples.blockStudy(), $0) }
        try add { try write(Samples.biasStudy(), $0) }
        try add { try write(Samples.sharpnessStudy(), $0) }
        try add { try write(Samples.frequencyStudy(), $0) }
        try add { try write(Samples.adversarialStudy(), $0) }
        try add { try write(Samples.corruptionStudy(), $0) }
        try add { try write(Samples.consistencyStudy(), $0) }
        try add { path in
            let request = EigenvalueRequest(
                .lanczos, largest: 2, smallest: 1, tolerance: 1e-7, maximumProducts: 50,
                storesVectors: true)
            return try write(
                EigenvalueStudy(
                    request.search(dimension: 12, basisLimit: 12, seed: 1), settings: [:],
                    aside: BasisFile(beside: path, identity: [:]),
                    configure: { $0.parameters = [.init(name: "w", count: 12)] },
                    point: {
                        PointFacts(
                            negativeLogLikelihood: 2, gradientNorm: 0.5,
                            checks: OperatorChecks(repetitionMismatch: 0, asymmetry: 1e-15))
                    }, hessian: { Samples.Diagonal(minibatch: 0) }), path)
        }
        return files
    }

    /// Every data set of a group and of the groups in it.
    private func datasets(_ group: HDF5Group) throws -> [HDF5Dataset] {
        try group.names().flatMap { name -> [HDF5Dataset] in
            if let inner = try? group.group(name) { return try datasets(inner) }
            return [try group.dataset(name)]
        }
    }

    private func text(_ dataset: HDF5Dataset, _ name: String) throws -> String {
        guard case .text(let text)? = try dataset.attribute(name) else { return "" }
        return text
    }

    @Test func everyDataSetSaysItsUnitItsMeaningAndItsAxes() throws {
        let scratch = try Scratch()
        let files = try files(scratch)
        #expect(Set(files.map(\.kind)) == Set(Analysis.all.map(\.kind)))
        for (kind, path) in files {
            let root = try HDF5File.open(path).root
            let found = try datasets(root)
            #expect(found.count > 10)
            for dataset in found {
                let place: Comment = "\(kind): \(dataset.name)"
                #expect(try !text(dataset, "unit").isEmpty, place)
                #expect(try text(dataset, "description").count > 1, place)
                let shape = try dataset.shape()
                #expect(shape.count <= 2, place)
                for axis in shape.indices {
                    #expect(try !dataset.axisLabel(axis).isEmpty, place)
                }
                // One name for λ, and intervals by name.
                #expect(!dataset.name.contains("decay"), place)
                for end in ["_lower", "_upper"] where dataset.name.hasSuffix(end) {
                    let name = String(dataset.name.dropFirst().dropLast(end.count))
                    let value = try #require(found.first { $0.name == "/" + name }, place)
                    #expect(try text(value, "unit") == text(dataset, "unit"), place)
                    #expect(
                        try text(dataset, "description").hasSuffix(text(value, "description")),
                        place)
                }
            }
            #expect(try root.attribute("l2") == .real(0.05))
        }
    }

    @Test(arguments: [
        FieldInfo("x", unit: StoredUnit(""), "a number"), FieldInfo("x", unit: .one, ""),
    ])
    func whatSaysNothingIsNotStored(_ info: FieldInfo) throws {
        let scratch = try Scratch()
        var file = try RecordFile(Samples.outcome(Samples.lesionStudy()), Samples.description)
        file.record.fields.append(Record.Field(info, .real(1)))
        #expect(throws: RecordError.self) { try file.write(to: scratch.path("x.h5")) }
        #expect(try scratch.names().isEmpty)
    }

    @Test func tablesWithoutNamesOfTheirAxesAreNotStored() throws {
        let scratch = try Scratch()
        var file = try RecordFile(Samples.outcome(Samples.lesionStudy()), Samples.description)
        for axes in [[], [""], ["unit", "more"]] {
            file.record.tables[0].axes = axes
            #expect(throws: RecordError.self) { try file.write(to: scratch.path("x.h5")) }
        }
    }

    @Test func directionsSayWhatTheyAre() throws {
        let scratch = try Scratch()
        let path = scratch.path("direction.safetensors")
        try DirectionRecord.write(
            path, Samples.measurement().directions[0], tensors: Samples.tensors)
        let metadata = try Checkpoint.read(path).metadata
        for name in ["content", "unit", "source", "normalization", "norm"] {
            #expect(metadata[name]?.isEmpty == false, "\(name)")
        }
    }
}
