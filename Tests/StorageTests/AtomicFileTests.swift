import Foundation
import Golden
import Testing

@testable import Storage

@Suite struct AtomicFileTests {
    @Test func `the new content takes the place of the old, links and rights are kept`() throws {
        let scratch = try Scratch()
        let path = try scratch.file("a", [1])
        chmod(path, 0o640)
        let link = scratch.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try AtomicFile.write(link, Data([2, 3]))
        #expect(try InputFile.read(path) == [2, 3])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        var status = stat()
        stat(path, &status)
        #expect(status.st_mode & 0o777 == 0o640)
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)) == [
                "a", "link",
            ])
    }

    @Test func `a body that fails leaves the old file and nothing beside it`() throws {
        let scratch = try Scratch()
        let path = try scratch.file("a", [1])
        let stop = StorageError(.mismatch, file: "a", problem: "p", remedy: "r")
        let error = try storageError {
            try AtomicFile.write(path) { file in
                try file.append([9, 9])
                throw stop
            }
        }
        #expect(error == stop)
        #expect(try InputFile.read(path) == [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["a"])
    }

    @Test func `a full disk is one clear error`() throws {
        let error = try #require(
            try storageError { try AtomicFile.write("/dev/full", Data([1])) })
        #expect(error.kind == .full)
        #expect(error.description.contains("/dev/full: cannot be written: the disk is full"))
        let tensor = try StoredTensor(name: "w", shape: [1], doubles: [1])
        #expect(
            try storageError { try Checkpoint.write("/dev/full", tensors: [tensor]) }?.kind == .full
        )
    }

    @Test func `paths that cannot be written or read are named`() throws {
        let scratch = try Scratch()
        for path in [scratch.path("no/a"), scratch.folder.path, ""] {
            let error = try storageError { try AtomicFile.write(path, Data()) }
            #expect(error?.kind == .unwritable, "\(path)")
        }
        for path in [scratch.path("no"), scratch.folder.path, "/dev/zero"] {
            #expect(
                try storageError { _ = try InputFile.read(path) }?.kind == .unreadable, "\(path)")
        }
        let path = try scratch.file("a", [1, 2])
        #expect(try storageError { _ = try InputFile.read(path, limit: 1) }?.kind == .tooLarge)
    }

    @Test func `the digest is that of FIPS 180-4's example`() throws {
        let scratch = try Scratch()
        // FIPS 180-2, appendix B.1: the message "abc".
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(try sha256(scratch.file("abc", Array("abc".utf8))) == digest)
        #expect(try sha256(scratch.file("none", [])).hasPrefix("e3b0c44298fc1c149afbf4c8996fb924"))
    }
}
