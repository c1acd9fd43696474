import CZlib
import Foundation
import Testing

@testable import Storage

@Suite struct ZipAndGzipTests {
    /// Deflates `bytes` with zlib, bare (`-15`) or as gzip (`31`).
    static func deflated(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        deflateInit2_(&stream, 9, Z_DEFLATED, windowBits, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        defer { deflateEnd(&stream) }
        var source = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + 1024)
        let produced = source.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<produced])
    }

    static let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

    @Test func `stored and deflated entries are read`() throws {
        let packed = ZipAndGzipTests.deflated(ZipAndGzipTests.content, windowBits: -15)
        let bytes = Pickle.zip([
            (name: "a", data: [1, 2, 3], size: 3, method: 0),
            (name: "b", data: packed, size: 100_000, method: 8),
        ])
        let archive = try ZipArchive(bytes, file: "f.zip")
        #expect(archive.names == ["a", "b"])
        #expect(try archive.content("a") == [1, 2, 3])
        #expect(try archive.content("b") == ZipAndGzipTests.content)
        #expect(try storageError { _ = try archive.content("c") }?.kind == .missing)
    }

    @Test func `absurd sizes, wrong methods and shared bytes are refused`() throws {
        let packed = ZipAndGzipTests.deflated([0, 1, 2], windowBits: -15)
        func kind(_ entry: (name: String, data: [UInt8], size: Int, method: Int)) throws
            -> StorageError.Kind?
        {
            try storageError {
                _ = try ZipArchive(Pickle.zip([entry]), file: "f").content(entry.name)
            }?.kind
        }
        #expect(try kind(("a", packed, 3, 8)) == nil)
        #expect(try kind(("a", packed, 4_000_000_000, 8)) == .tooLarge)
        #expect(try kind(("a", packed, 60_000_000, 8)) == .tooLarge)
        #expect(try kind(("a", packed, 4, 8)) == .malformed)
        #expect(try kind(("a", packed, 2, 8)) == .tooLarge)
        #expect(try kind(("a", packed.dropLast(2), 3, 8)) == .truncated)
        #expect(try kind(("a", [1, 2, 3], 4, 0)) == .malformed)
        #expect(try kind(("a", [1, 2, 3], 3, 14)) == .unsupported)
        var overlap = Pickle.zip([("a", [UInt8](repeating: 1, count: 100)), ("b", [1])])
        let offset = overlap.count - 22 - 47 + 42
        overlap[offset] = 40
        let error = try storageError { _ = try ZipArchive(overlap, file: "f") }
        #expect(error?.description.contains("reaches into the next") == true)
    }

    @Test func `gzip files of one and more members`() throws {
        let scratch = try Scratch()
        let content = ZipAndGzipTests.content
        let member = ZipAndGzipTests.deflated(content, windowBits: 31)
        #expect(try GzipFile.read(scratch.file("a", member)) == content)
        #expect(try GzipFile.read(scratch.file("b", member + member)) == content + content)
        #expect(try GzipFile.read(scratch.file("c", member + [0, 0, 0])) == content)
        let bomb = try storageError {
            _ = try GzipFile.read(scratch.file("d", member), limit: content.count - 1)
        }
        #expect(bomb?.kind == .tooLarge)
        #expect(try GzipFile.read(scratch.file("d", member), limit: content.count) == content)
        let text = try scratch.file("text", Array("no gzip".utf8))
        #expect(try storageError { _ = try GzipFile.read(text) }?.kind == .malformed)
        for length in 2..<member.count {
            let error = try storageError {
                _ = try GzipFile.inflate(Array(member[..<length]), limit: 1 << 20, file: "f")
            }
            #expect(error?.kind == .truncated, "\(length)")
        }
        var damaged = member
        damaged[member.count - 6] ^= 1
        let error = try storageError {
            _ = try GzipFile.inflate(damaged, limit: 1 << 20, file: "f")
        }
        #expect(error?.kind == .malformed)
    }
}
