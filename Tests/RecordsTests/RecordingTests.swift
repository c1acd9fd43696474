import Execution
import Foundation
import Landscapes
import Lesions
import Randomness
import Spectra
import Storage
import Testing

@testable import Records

@Suite("Runs that are interrupted and go on")
struct RecordingTests {
    struct Kill: Error {}

    /// Records at most `limit` points of what is missing, then ends as a killed process does:
    /// without a word to the recording.
    private func run(
        _ path: String, limit: Int = .max, order: [Int]? = nil,
        description: RunDescription = Samples.description
    ) throws {
        let measurement = try Samples.measurement()
        let recording = try LandscapeRecording(path, measurement, description)
        var count = 0
        let grid = try measurement.measure(
            finished: recording.finished, order: order, evaluate: Samples.evaluate
        ) { index, point in
            if count == limit { throw Kill() }
            try recording.record(index, point)
            count += 1
        }
        try recording.finish(grid)
    }

    @Test func killedLandscapesEndBitForBitAsStraightOnes() throws {
        let scratch = try Scratch()
        try run(scratch.path("straight.h5"))
        let straight = try scratch.bytes("straight.h5")
        let stream = RandomStream(seed: 6, name: "kills")
        for trial in 0..<10 {
            let name = "killed\(trial).h5"
            let path = scratch.path(name)
            var kills = 0
            while true {
                let limit = stream.substream(trial).integer(kills, below: 5)
                do {
                    let order = stream.substream(100 * trial + kills).permutation(12)
                    try run(path, limit: limit, order: order)
                    break
                } catch is Kill {
                    kills += 1
                    #expect(!FileManager.default.fileExists(atPath: path))
                    // A kill may also cut the last record in half.
                    let journal = path + ".journal"
                    if kills % 2 == 0 {
                        let bytes = try Data(contentsOf: URL(fileURLWithPath: journal))
                        try (bytes + bytes.prefix(13)).write(to: URL(fileURLWithPath: journal))
                    }
                }
            }
            #expect(kills > 0)
            #expect(try scratch.bytes(name) == straight)
        }
        #expect(try scratch.names().allSatisfy { $0.hasSuffix(".h5") })
    }

    @Test func nothingFinishedIsComputedTwice() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.h5")
        #expect(throws: Kill.self) { try run(path, limit: 5) }
        let measurement = try Samples.measurement()
        var evaluations = 0
        do {
            let recording = try LandscapeRecording(path, measurement, Samples.description)
            #expect(recording.finished.count { $0 != nil } == 5)
            let grid = try measurement.measure(
                finished: recording.finished,
                evaluate: {
                    evaluations += 1
                    return Samples.evaluate($0)
                }, onFinished: recording.record)
            try recording.finish(grid)
        }
        #expect(evaluations == 12 - 5)
        // A finished file is whole: opening it again leaves nothing to do.
        let again = try LandscapeRecording(path, measurement, Samples.description)
        #expect(again.finished.allSatisfy { $0 != nil })
    }

    @Test func stoppedRunsLeaveAFileToLookAtAndGoOn() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.h5")
        let measurement = try Samples.measurement()
        var count = 0
        do {
            let recording = try LandscapeRecording(path, measurement, Samples.description)
            let grid = try measurement.measure(
                shouldStop: { count == 4 },
                evaluate: {
                    count += 1
                    return Samples.evaluate($0)
                }, onFinished: recording.record)
            try recording.finish(grid)
        }
        #expect(try LandscapeRecord.read(path).grid.finishedCount == 4)
        try run(path)
        try run(scratch.path("straight.h5"))
        #expect(try scratch.bytes("grid.h5") == scratch.bytes("straight.h5"))
    }

    @Test func filesOfOtherRunsAreRefusedAndKept() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.h5")
        try run(path)
        let before = try scratch.bytes("grid.h5")
        var other = Samples.description
        other.weightsSHA256 = "cd34"
        var error = storageError { try run(path, description: other) }
        #expect(error?.kind == .mismatch)
        #expect(error?.description.contains("weights_sha256") == true)
        #expect(error?.description.contains("cd34") == true)
        #expect(try scratch.bytes("grid.h5") == before)
        #expect(try scratch.names() == ["grid.h5"])

        // Other directions are another run, even where everything said of them agrees.
        let measurement = try Samples.measurement()
        var turned = measurement
        turned.directions[0].values.swapAt(0, 1)
        error = storageError {
            _ = try LandscapeRecording(path, turned, Samples.description)
        }
        #expect(error?.description.contains("direction_0_sha256") == true)
        // What does not decide the values may differ.
        other = Samples.description
        other.commandLine = "saddle landscape --threads 1"
        other.threads = 1
        other.weights = "elsewhere.safetensors"
        _ = try LandscapeRecording(path, measurement, other)

        // The same holds for a journal without a file.
        let second = scratch.path("second.h5")
        #expect(throws: Kill.self) { try run(second, limit: 3) }
        other.batchNorm = "batch"
        error = storageError { try run(second, description: other) }
        #expect(error?.kind == .mismatch)
        #expect(error?.description.contains("batch_norm") == true)
    }

    @Test func oneFileHasOneWriter() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.h5")
        let measurement = try Samples.measurement()
        let first = try LandscapeRecording(path, measurement, Samples.description)
        let error = storageError {
            _ = try LandscapeRecording(path, measurement, Samples.description)
        }
        #expect(error?.kind == .locked)
        try first.finish(measurement.measure(evaluate: Samples.evaluate))
    }

    @Test func partsMergeIntoTheWholeGrid() throws {
        let scratch = try Scratch()
        let measurement = try Samples.measurement()
        let parts = [[0, 1, 2, 3, 4], [4, 5, 6, 7], [8, 9, 10, 11]]
        for (number, part) in parts.enumerated() {
            let path = scratch.path("part\(number).h5")
            let recording = try LandscapeRecording(path, measurement, Samples.description)
            let grid = try measurement.measure(order: part, evaluate: Samples.evaluate)
            try recording.finish(grid)
        }
        let paths = (0..<3).map { scratch.path("part\($0).h5") }
        let command = Samples.description.commandLine
        let merged = try LandscapeRecord.merge(
            paths, into: scratch.path("merged.h5"), commandLine: command)
        #expect(merged.isComplete)
        try run(scratch.path("straight.h5"))
        #expect(try scratch.bytes("merged.h5") == scratch.bytes("straight.h5"))

        let other = try Samples.measurement(seed: 2)
        let foreign = scratch.path("foreign.h5")
        try LandscapeRecording(foreign, other, Samples.description)
            .finish(other.measure(evaluate: Samples.evaluate))
        let error = storageError {
            _ = try LandscapeRecord.merge(
                [paths[0], foreign], into: scratch.path("bad.h5"), commandLine: "")
        }
        #expect(error?.kind == .mismatch)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("bad.h5")))
    }

    @Test(arguments: SpectrumResult.Preset.allCases)
    func killedSpectraEndAsStraightOnes(preset: SpectrumResult.Preset) throws {
        let scratch = try Scratch()
        let measurements = [16, 64].map { Samples.spectrum(batchSize: $0, preset: preset) }
        func run(_ path: String, limit: Int) throws {
            let recording = try SpectrumRecording(path, measurements, Samples.description)
            var count = 0
            let results = try measurements.map { measurement in
                try measurement.measure(
                    finished: recording.finished(batchSize: measurement.batchSize),
                    operators: { Samples.Diagonal(minibatch: $0 + measurement.batchSize) },
                    onFinished: {
                        if count == limit { throw Kill() }
                        try recording.record($0, batchSize: measurement.batchSize)
                        count += 1
                    })
            }
            try recording.finish(results)
        }
        try run(scratch.path("straight.h5"), limit: .max)
        let path = scratch.path("killed.h5")
        #expect(throws: Kill.self) { try run(path, limit: 3) }
        #expect(throws: Kill.self) { try run(path, limit: 0) }
        #expect(throws: Kill.self) { try run(path, limit: 2) }
        try run(path, limit: 3)
        #expect(try scratch.bytes("killed.h5") == scratch.bytes("straight.h5"))

        let again = try SpectrumRecording(path, measurements, Samples.description)
        #expect(again.complete?.count == 2)
        #expect(again.complete == (try SpectrumRecord.read(path).results))
        #expect(try scratch.names() == ["killed.h5", "straight.h5"])
        let error = storageError {
            _ = try SpectrumRecording(path, [measurements[0]], Samples.description)
        }
        #expect(error?.description.contains("spectrum_batch_64") == true)
    }

    @Test func killedLesionStudiesEndAsStraightOnes() throws {
        let scratch = try Scratch()
        let stream = RandomStream(seed: 8, name: "lesion recordings")
        // Eight examples, as the description has it.
        func outcomes(_ unit: Int?) -> ExampleOutcomes {
            let draws = stream.substream((unit ?? -1) + 1)
            return ExampleOutcomes(
                correct: (0..<8).map { draws.uniform($0) < 0.5 },
                negativeLogLikelihood: (0..<8).map { draws.uniform(8 + $0) })
        }
        /// Returns how many networks were evaluated.
        @discardableResult
        func run(_ path: String, limit: Int, _ description: RunDescription) throws -> Int {
            let recording = try LesionRecording(path, description)
            var count = 0
            func measured(_ unit: Int?) throws -> ExampleOutcomes {
                if let found = recording.outcomes(without: unit) {
                    #expect(found == outcomes(unit))
                    return found
                }
                if count == limit { throw Kill() }
                try recording.record(outcomes(unit), without: unit)
                count += 1
                return outcomes(unit)
            }
            let baseline = try measured(nil)
            let targets = try [0, 1, 3, 4].map { (unit: Int) in
                LesionTarget(
                    name: "unit \(unit)", kind: .convolution, outcomes: try measured(unit))
            }
            try recording.finish(LesionMeasurement.study(baseline: baseline, targets: targets))
            return count
        }
        let description = Samples.description
        #expect(try run(scratch.path("straight.h5"), limit: .max, description) == 5)
        let path = scratch.path("killed.h5")
        #expect(throws: Kill.self) { try run(path, limit: 0, description) }
        #expect(throws: Kill.self) { try run(path, limit: 1, description) }
        #expect(throws: Kill.self) { try run(path, limit: 2, description) }
        #expect(try scratch.names() == ["killed.h5.journal", "straight.h5"])
        var other = description
        other.weightsSHA256 = "cd34"
        let journal = storageError { try run(path, limit: .max, other) }
        #expect(journal?.kind == .mismatch)
        #expect(journal?.description.contains("weights_sha256") == true)
        #expect(try run(path, limit: .max, description) == 2)
        #expect(try scratch.bytes("killed.h5") == scratch.bytes("straight.h5"))

        let again = try LesionRecording(path, description)
        #expect(again.complete == (try LesionRecord.read(path).result))
        #expect(try scratch.names() == ["killed.h5", "straight.h5"])
        let file = storageError { try run(path, limit: .max, other) }
        #expect(file?.kind == .mismatch)
        #expect(file?.description.contains("cd34") == true)
        #expect(try scratch.names() == ["killed.h5", "straight.h5"])
    }

    private func storageError(_ body: () throws -> Void) -> StorageError? {
        do {
            try body()
            return nil
        } catch {
            return error as? StorageError
        }
    }
}
