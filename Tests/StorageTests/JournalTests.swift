import Foundation
import Testing

@testable import Storage

@Suite struct JournalTests {
    let identity = ["model": "resnet20", "seed": "1"]
    let records = (0..<4).map { index in
        Journal.Record(index: Int64(index) - 1, values: [Double(index) / 3, -.infinity, -0.0])
    }

    private func write(_ path: String, _ records: [Journal.Record]) throws {
        let journal = try Journal(path, identity: identity, valuesPerRecord: 3)
        for record in records { try journal.append(record) }
    }

    @Test func `records survive and a run goes on`() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.journal")
        try write(path, Array(records[..<2]))
        let journal = try Journal(path, identity: identity, valuesPerRecord: 3)
        #expect(journal.found.records == Array(records[..<2]))
        try journal.append(records[2])
        try journal.append(records[3])
        journal.close()
        let content = try Journal.read(path)
        #expect(content.records == records)
        #expect(content.identity == identity)
        #expect(content.damaged == 0)
        #expect(content.records[0].values[2].sign == .minus)
        #expect(try storageError { try journal.append(records[0]) }?.kind == .unwritable)
    }

    @Test func `a kill at any byte loses at most the record that was being written`() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.journal")
        try write(path, records)
        let whole = try InputFile.read(path)
        let header = try JournalFormat.header(identity, 3).count
        #expect(whole.count == header + 4 * (12 + 24))
        for length in 0...whole.count {
            let kept = max(0, length - header) / 36
            let bytes = Array(whole[..<length])
            if length >= header {
                let content = try JournalFormat.decode(bytes, file: "cut")
                #expect(content.records == Array(records[..<kept]), "cut at \(length)")
            }
            // Going on synchronises the disk at each record, so every fifth length is enough.
            guard length.isMultiple(of: 5) else { continue }
            let cut = try scratch.file("cut", bytes)
            let journal = try Journal(cut, identity: identity, valuesPerRecord: 3)
            #expect(journal.found.records == Array(records[..<kept]), "cut at \(length)")
            for record in records[kept...] { try journal.append(record) }
            journal.close()
            #expect(try InputFile.read(cut) == whole, "cut at \(length)")
        }
    }

    @Test func `a torn tail of rubbish is cut away, damage before it is counted`() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.journal")
        try write(path, records)
        var bytes = try InputFile.read(path)
        let header = bytes.count - 4 * 36
        bytes += [UInt8](repeating: 0, count: 36 * 2 + 5)
        let torn = try scratch.file("torn", bytes)
        #expect(try Journal.read(torn).records == records)
        #expect(try Journal.read(torn).damaged == 0)
        bytes[header + 36 + 20] ^= 1
        let damaged = try scratch.file("damaged", bytes)
        #expect(try Journal.read(damaged).records == [records[0], records[2], records[3]])
        #expect(try Journal.read(damaged).damaged == 1)
        bytes[12] ^= 1
        let header2 = try scratch.file("header", bytes)
        #expect(try storageError { _ = try Journal.read(header2) } != nil)
    }

    @Test func `another run's journal is refused with what differs`() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.journal")
        try write(path, records)
        let other = ["model": "resnet20", "seed": "2"]
        let error = try #require(
            try storageError { _ = try Journal(path, identity: other, valuesPerRecord: 3) })
        #expect(error.kind == .mismatch)
        #expect(error.description.contains("seed = '1'"))
        #expect(error.description.contains("seed = '2'"))
        #expect(!error.description.contains("resnet20"))
        let count = try storageError {
            _ = try Journal(path, identity: identity, valuesPerRecord: 4)
        }
        #expect(count?.kind == .mismatch)
        #expect(try Journal.read(path).records == records)
    }

    @Test func `two writers, wrong counts, other files and a full disk are refused`() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.journal")
        let journal = try Journal(path, identity: identity, valuesPerRecord: 3)
        let second = try storageError {
            _ = try Journal(path, identity: identity, valuesPerRecord: 3)
        }
        #expect(second?.kind == .locked)
        let short = Journal.Record(index: 0, values: [1])
        #expect(try storageError { try journal.append(short) }?.kind == .mismatch)
        try journal.remove()
        #expect(!FileManager.default.fileExists(atPath: path))
        let text = try scratch.file("text", Array("something else".utf8))
        let other = try storageError {
            _ = try Journal(text, identity: identity, valuesPerRecord: 3)
        }
        #expect(other?.kind == .malformed)
        #expect(try InputFile.read(text) == Array("something else".utf8))
        let zero = try storageError {
            _ = try Journal(path, identity: identity, valuesPerRecord: 0)
        }
        #expect(zero?.kind == .mismatch)
    }
}
