import Foundation
import Randomness
import Records
import ResultSamples
import Results
import Storage
import Testing

@testable import Studies

/// A result of rows of one or two numbers, each built on the row before where it is there.
private struct Chain: MeasuredResult, Equatable {
    static let kind = "chain"
    static let item = "link"
    var finding: String { "\(links.count) links" }
    struct Link: Fillable, Equatable {
        var first = 0.0
        var second = 0.0
    }
    var factor = 0.0
    var links: [Link] = []
    static var schema: Schema<Chain> {
        Schema(
            .field("factor", \.factor, unit: .one, "a factor"),
            .table(
                "links", axis: "link", \.links,
                [
                    .column("first", \.first, unit: .one, "a number"),
                    .column("second", \.second, unit: .one, "another"),
                ]))
    }

    mutating func assemble(_ rows: [[Double]?]) throws {
        links = rows.compactMap { $0.map { Link(first: factor * $0[0], second: $0[1]) } }
    }
}

/// A study of `Chain`; its odd items give one number alone.
private struct ChainStudy: Study {
    struct Kill: Error {}
    var factor = 2.0
    var itemCount = 9
    /// After how many items the study says that it needs no more.
    var needed = Int.max
    var limit = Counter()
    let valuesPerItem = 2
    var settings: [String: String] { ["factor": "\(factor)"] }
    var header: Chain {
        var chain = Chain()
        chain.factor = factor
        return chain
    }

    /// How many items are measured before the process dies.
    final class Counter {
        var left = Int.max
        var measured: [Int] = []
    }

    func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        if item >= needed { return nil }
        if limit.left == 0 { throw Kill() }
        limit.left -= 1
        limit.measured.append(item)
        let value = RandomStream(seed: 1, name: "chain").uniform(item)
        return ([value] + (item % 2 == 0 ? [value - 1] : []), "link \(item)")
    }
}

@Suite("Studies that are interrupted, shared and joined")
struct StudyRunTests {
    /// Measures a study into a file.
    @discardableResult
    private func run(
        _ study: ChainStudy, _ path: String, _ items: [Int]? = nil, stopAfter: Int = .max,
        threads: Int = 2, part: String = ""
    ) throws -> (outcome: Chain, left: Int) {
        var description = Samples.description
        description.threads = threads
        description.part = part
        let run = try StudyRun(study, path, description)
        var count = 0
        return try run.measure(items, shouldStop: { count == stopAfter }) { _ in count += 1 }
    }

    private func killed(after count: Int) -> ChainStudy {
        let study = ChainStudy()
        study.limit.left = count
        return study
    }

    private func error(_ body: () throws -> some Any) -> StorageError? {
        do {
            _ = try body()
            return nil
        } catch { return error as? StorageError }
    }

    @Test(arguments: 0..<9) func aKilledRunEndsBitForBitAsAStraightOne(after count: Int) throws {
        let scratch = try Scratch()
        let (straight, left) = try run(ChainStudy(), scratch.path("straight.h5"))
        #expect(left == 0 && straight.links.count == 9)
        let path = scratch.path("killed.h5")
        let order = RandomStream(seed: 2, name: "order").permutation(9)
        #expect(throws: ChainStudy.Kill.self) { try run(killed(after: count), path, order) }
        #expect(!FileManager.default.fileExists(atPath: path))
        // A kill may also cut the last record in half.
        let journal = URL(fileURLWithPath: path + ".journal")
        if count > 0 {
            let bytes = try Data(contentsOf: journal)
            try (bytes + bytes.prefix(13)).write(to: journal)
        }
        let rest = ChainStudy()
        let (outcome, _) = try run(rest, path)
        #expect("\(outcome)" == "\(straight)", "NaN equals NaN in its text")
        // Nothing measured is measured again.
        #expect(Set(rest.limit.measured).isDisjoint(with: order.prefix(count)))
        #expect(rest.limit.measured.count == 9 - count)
        #expect(try scratch.bytes("killed.h5") == scratch.bytes("straight.h5"))
        #expect(try scratch.names() == ["killed.h5", "straight.h5"])
    }

    @Test func aStoppedRunLeavesAFileToLookAtAndGoesOn() throws {
        let scratch = try Scratch()
        try run(ChainStudy(), scratch.path("straight.h5"))
        let path = scratch.path("stopped.h5")
        for (stop, left) in [(4, 5), (0, 5), (3, 2)] {
            let stopped = try run(ChainStudy(), path, stopAfter: stop)
            #expect(stopped.left == left && stopped.outcome.links.count == 9 - left)
            #expect(!FileManager.default.fileExists(atPath: path + ".journal"))
            let items = try #require(try RecordFile.read(path, withItems: true).items)
            #expect(items.rows.count { $0 == nil } == left)
        }
        try run(ChainStudy(), path)
        #expect(try scratch.bytes("stopped.h5") == scratch.bytes("straight.h5"))
        // A finished file is whole: nothing is measured, nothing is written.
        let again = ChainStudy()
        try run(again, path, threads: 1)
        #expect(again.limit.measured.isEmpty)
        #expect(try scratch.bytes("stopped.h5") == scratch.bytes("straight.h5"))
    }

    @Test func partsMergeIntoTheWholeInAnyOrder() throws {
        let scratch = try Scratch()
        let command = Samples.description.commandLine
        try run(ChainStudy(), scratch.path("straight.h5"))
        let paths = (0..<3).map { scratch.path("part\($0).h5") }
        for (number, path) in paths.enumerated() {
            let part = try #require(StudyPart("\(number + 1)/3"))
            let (outcome, left) = try run(
                ChainStudy(), path, part.of(ChainStudy().items), part: part.description)
            #expect(outcome.links.count == 3 && left == 0)
        }
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let merged = try StudyMerge(
                Chain.self, order.map { paths[$0] }, into: scratch.path("merged.h5"),
                commandLine: command)
            #expect(merged.missing.isEmpty && merged.missingParts.isEmpty)
            #expect(try scratch.bytes("merged.h5") == scratch.bytes("straight.h5"))
        }
        // A set that is not whole says what is missing, and may be measured on from there.
        let partial = scratch.path("partial.h5")
        let merged = try StudyMerge(
            Chain.self, [paths[2], paths[0], paths[2]], into: partial, commandLine: command)
        #expect(merged.missing == ["link 1", "link 4", "link 7"])
        #expect(merged.missingParts.map(\.description) == ["2/3"])
        #expect(merged.file.run.part == "1/3, 3/3")
        let rest = ChainStudy()
        try run(rest, partial)
        #expect(rest.limit.measured == [1, 4, 7])
        #expect(try scratch.bytes("partial.h5") == scratch.bytes("straight.h5"))
    }

    @Test func filesThatDisagreeOrBelongElsewhereAreNotJoined() throws {
        let scratch = try Scratch()
        let (first, second) = (scratch.path("first.h5"), scratch.path("second.h5"))
        try run(ChainStudy(), first)
        func merge() throws -> StudyMerge {
            try StudyMerge(
                Chain.self, [first, second], into: scratch.path("merged.h5"), commandLine: "")
        }
        // Neither may a single bit differ, nor the order of sums, whatever the threads are.
        var file = try RecordFile.read(first, withItems: true)
        file.run.threads = 1
        try file.write(to: second)
        #expect(try merge().missing.isEmpty)
        try FileManager.default.removeItem(atPath: scratch.path("merged.h5"))
        file.items?.rows[2]?[0] *= 1 + .ulpOfOne
        try file.write(to: second)
        #expect(error { try merge() }?.description.contains("about link 2") == true)
        try FileManager.default.removeItem(atPath: second)
        var other = Samples.description
        other.workers = 3
        _ = try StudyRun(ChainStudy(), second, other).measure()
        let workers = error { try merge() }
        #expect(workers?.description.contains("workers is 3, not 1") == true)
        #expect(workers?.remedy.contains("--workers") == true)
        try FileManager.default.removeItem(atPath: second)
        try run(ChainStudy(factor: 3), second)
        let foreign = error { try merge() }
        #expect(foreign?.description.contains("factor is 3.0, not 2.0") == true)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("merged.h5")))
    }

    @Test func filesOfOtherRunsAreRefusedAndKept() throws {
        let scratch = try Scratch()
        let path = scratch.path("chain.h5")
        try run(ChainStudy(), path)
        let before = try scratch.bytes("chain.h5")
        #expect(error { try run(ChainStudy(factor: 3), path) }?.kind == .mismatch)
        var other = Samples.description
        other.weightsSHA256 = "cd34"
        let found = error { try StudyRun(ChainStudy(), path, other) }
        #expect(found?.description.contains("weights_sha256 is ab12, not cd34") == true)
        #expect(found?.remedy.contains("--force") == true)
        let kind = error { try StudyRun(Samples.lesionStudy(), path, Samples.description) }
        #expect(kind?.description.contains("kind is chain, not lesion") == true)
        #expect(error { try run(ChainStudy(itemCount: 8), path) }?.kind == .mismatch)
        #expect(try scratch.bytes("chain.h5") == before)
        #expect(try scratch.names() == ["chain.h5"])
        // What does not decide the values may differ.
        other = Samples.description
        other.commandLine = "saddle --threads 1"
        other.threads = 1
        other.weights = "elsewhere.safetensors"
        _ = try StudyRun(ChainStudy(), path, other)
        // The same holds for a journal without a file.
        let second = scratch.path("second.h5")
        #expect(throws: ChainStudy.Kill.self) { try run(killed(after: 3), second) }
        let journal = error { try run(ChainStudy(factor: 3), second) }
        #expect(journal?.kind == .mismatch)
        #expect(journal?.description.contains("factor") == true)
    }

    @Test func oneFileHasOneWriter() throws {
        let scratch = try Scratch()
        let path = scratch.path("chain.h5")
        let first = try StudyRun(ChainStudy(), path, Samples.description)
        #expect(error { try run(ChainStudy(), path) }?.kind == .locked)
        _ = try first.measure()
    }

    @Test func aStudyMayEndBeforeItsLastItem() throws {
        let scratch = try Scratch()
        let path = scratch.path("chain.h5")
        let (outcome, left) = try run(ChainStudy(needed: 5), path)
        #expect(outcome.links.count == 5 && left == 0)
        let again = ChainStudy(needed: 5)
        #expect(try run(again, path).left == 0)
        #expect(again.limit.measured.isEmpty)
    }

    @Test func partsAreEveryNthItemFromTheirOwn() {
        let items = Array(10..<17)
        #expect(StudyPart("2/3")?.of(items) == [11, 14])
        #expect(StudyPart("1/1")?.of(items) == items)
        #expect(StudyPart("8/8")?.of(items) == [])
        for text in ["3/2", "0/2", "-1/2", "0/0", "1", "a/2", "1/2/3", "", "/2"] {
            #expect(StudyPart(text) == nil)
        }
    }
}
