import Figures
import Foundation
import Landscapes
import Records
import ResultSamples
import Results
import Spectra
import Storage
import Testing

@testable import Studies

@Suite("The studies that there are, and their files")
struct AnalysisTests {
    struct Kill: Error {}

    /// Runs a study that is killed before the item at `limit`.
    private struct Killed<Base: Study>: Study {
        let base: Base
        let limit: Int
        var settings: [String: String] { base.settings }
        var header: Base.Outcome { base.header }
        var itemCount: Int { base.itemCount }
        var valuesPerItem: Int { base.valuesPerItem }
        var items: [Int] { base.items }
        func measure(
            _ item: Int, after rows: [[Double]?]
        ) throws -> (values: [Double], note: String)? {
            if rows.count(where: { $0 != nil }) == limit { throw Kill() }
            return try base.measure(item, after: rows)
        }
    }

    /// Kills the study before each of its items, stops it, splits and joins it, and compares.
    func check<S: Study>(_ study: S) throws {
        let scratch = try Scratch()
        let description = Samples.description
        let straight = try StudyRun(study, scratch.path("straight.h5"), description).measure()
        #expect(straight.left == 0)
        let expected = try scratch.bytes("straight.h5")
        let path = scratch.path("killed.h5")
        for limit in 0..<study.items.count {
            let killed = Killed(base: study, limit: limit)
            #expect(throws: Kill.self) { try StudyRun(killed, path, description).measure() }
            if limit % 2 == 1 {
                // Sometimes it is stopped in between.
                _ = try StudyRun(study, path, description).measure(shouldStop: { true })
            }
        }
        _ = try StudyRun(study, path, description).measure()
        #expect(try scratch.bytes("killed.h5") == expected)
        // The outcome follows from the file alone.
        let file = try RecordFile.read(path, withItems: true)
        var outcome = try file.result(S.Outcome.self, of: path)
        #expect("\(outcome)" == "\(straight.outcome)")
        try outcome.assemble(try #require(file.items?.rows))
        #expect("\(outcome)" == "\(straight.outcome)")

        let parts = (0..<2).map { scratch.path("part\($0).h5") }
        for (number, part) in parts.enumerated() {
            let items = stride(from: number, to: study.items.count, by: 2).map { study.items[$0] }
            _ = try StudyRun(study, part, description).measure(items)
        }
        let merged = try Analysis.merge(
            parts.reversed(), into: scratch.path("merged.h5"),
            commandLine: description.commandLine)
        #expect(merged.missing.count == study.itemCount - study.items.count)
        #expect(try scratch.bytes("merged.h5") == expected)
        #expect(try scratch.names().allSatisfy { $0.hasSuffix(".h5") })
    }

    @Test(arguments: [true, false]) func landscapes(certified: Bool) throws {
        let (x, y) = (LandscapeAxis(count: 3), LandscapeAxis(count: 2))
        for axes in [[LandscapeAxis(count: 5)], [x, y]] {
            try check(
                Samples.landscapeStudy(Samples.measurement(axes: axes), certified: certified))
        }
    }

    @Test(arguments: SpectrumResult.Preset.allCases) func spectra(
        preset: SpectrumResult.Preset
    ) throws {
        try check(Samples.spectrumStudy(preset))
    }

    @Test func lesionStudies() throws { try check(Samples.lesionStudy()) }

    @Test func otherDirectionsAndBatchSizesAreOtherRuns() throws {
        let scratch = try Scratch()
        let path = scratch.path("result.h5")
        let measurement = try Samples.measurement()
        _ = try StudyRun(Samples.landscapeStudy(measurement), path, Samples.description).measure()
        // Other directions are another run, even where everything said of them agrees.
        var turned = measurement
        turned.directions[0].values.swapAt(0, 1)
        #expect {
            try StudyRun(Samples.landscapeStudy(turned), path, Samples.description)
        } throws: { "\($0)".contains("direction_0_sha256") }
        try FileManager.default.removeItem(atPath: path)
        _ = try StudyRun(Samples.spectrumStudy(), path, Samples.description).measure()
        #expect {
            try StudyRun(Samples.spectrumStudy(sizes: [16]), path, Samples.description)
        } throws: { "\($0)".contains("spectrum_batch_64") }
    }

    @Test func aCertificateMayFollowLater() throws {
        let scratch = try Scratch()
        let measurement = try Samples.measurement()
        let path = scratch.path("grid.h5")
        let plain = Samples.landscapeStudy(measurement, certified: false)
        let first = try StudyRun(plain, path, Samples.description).measure()
        #expect(first.left == 0 && first.outcome.certificate == nil)
        var evaluations = 0
        let study = Samples.landscapeStudy(measurement) { parameters in
            evaluations += 1
            return Samples.evaluate(parameters)
        }
        let second = try StudyRun(study, path, Samples.description).measure()
        #expect(evaluations == 0)
        #expect(second.outcome.certificate?.comparisons.map(\.name) == [
            "g·d0", "g·d1", "d0'Hd0", "d1'Hd1",
        ])
        #expect("\(second.outcome.points)" == "\(first.outcome.points)")
    }

    @Test func kindsThatAreNotKnownAreNamed() throws {
        let scratch = try Scratch()
        let path = scratch.path("other.h5")
        var file = RecordFile(Samples.lesionStudy().header, Samples.description)
        file.kind = "dendrogram"
        try file.write(to: path)
        let sources = try StoredSource.read([path])
        for attempt in [
            { _ = try StoredSource.figure(sources, .init()) },
            { _ = try Analysis.merge([path], into: scratch.path("m.h5"), commandLine: "") },
        ] {
            #expect(throws: StorageError.self) { try attempt() }
            do { try attempt() } catch { #expect("\(error)".contains("kind dendrogram")) }
        }
    }

    @Test func eigenvaluesAreNotMergedAndNoneHaveNoFigure() throws {
        let scratch = try Scratch()
        let path = scratch.path("e.h5")
        try RecordFile(EigenvalueResult(), Samples.description).write(to: path)
        #expect(throws: StorageError.self) {
            try Analysis.merge([path, path], into: scratch.path("m.h5"), commandLine: "")
        }
        #expect {
            try StoredSource.figure(StoredSource.read([path]), .init())
        } throws: { "\($0)".contains("no finite eigenvalue") }
    }

    /// Each kind of figure heeds some options; the others, given by name, are refused.
    @Test(arguments: FigureOption.allCases)
    func anOptionThatChangesNothingIsRefused(_ option: FigureOption) throws {
        let scratch = try Scratch()
        var grid = LandscapeGrid(axes: [LandscapeAxis(count: 3), LandscapeAxis(count: 3)])
        grid.points = grid.points.map { _ in PointMetrics(negativeLogLikelihood: 1, accuracy: 1) }
        var (pair, eigenvalues) = (Eigenpair(), EigenvalueResult())
        (pair.value, pair.residual, pair.bound) = (1, 1e-6, 1e-4)
        eigenvalues.pairs = [pair]
        try RecordFile(grid, Samples.description).write(to: scratch.path("g.h5"))
        try RecordFile(eigenvalues, Samples.description).write(to: scratch.path("e.h5"))
        let ofMaps: Set<FigureOption> = [
            .metric, .style, .scale, .subtractMinimum, .ceiling, .valueRange, .colours, .withoutL2,
            .width,
        ]
        let figures: [(files: [String], style: LandscapeOptions.Style, Set<FigureOption>)] = [
            (["g.h5"], .surface, ofMaps.union([.elevation, .azimuth])),
            (["g.h5"], .contour, ofMaps), (["g.h5"], .heatMap, ofMaps), (["e.h5"], .surface, [.width]),
            (["g.h5", "e.h5"], .contour, ofMaps.subtracting([.width])),
        ]
        for (files, style, heeded) in figures {
            let sources = try StoredSource.read(files.map(scratch.path))
            var request = FigureRequest()
            request.landscape.style = style
            request.given = [option]
            if heeded.contains(option) {
                _ = try StoredSource.figure(sources, request)
            } else {
                #expect {
                    try StoredSource.figure(sources, request)
                } throws: { "\($0)".contains("--\(option.rawValue): changes nothing") }
            }
        }
    }

    @Test func figuresAreNamedByModelOrFile() throws {
        let scratch = try Scratch()
        let paths = ["a.h5", "b.h5"].map(scratch.path)
        for path in paths {
            try RecordFile(Samples.lesionStudy().header, Samples.description).write(to: path)
        }
        #expect(try StoredSource.read(paths).map(\.title) == ["a", "b"])
        #expect(try StoredSource.read([paths[0]]).map(\.title) == ["tiny"])
        #expect(try StoredSource.read(paths, titles: ["x", "y"]).map(\.title) == ["x", "y"])
    }

    @Test func everyKindIsListedOnce() {
        #expect(Set(Analysis.all.map(\.kind)).count == Analysis.all.count)
    }
}
