import Foundation
import Golden
import Testing

@testable import Storage

@Suite struct HDF5Tests {
    @Test func `numbers, text and attributes come back bit for bit`() throws {
        let scratch = try Scratch()
        let path = scratch.path("a.h5")
        let doubles = [0.1, -0.0, .nan, .infinity, .leastNonzeroMagnitude, -1.7e308]
        try HDF5File.write(path) { root in
            let group = try root.createGroup("group")
            try group.write("doubles", doubles, shape: [2, 3])
            try group.write("floats", [Float(0.1), .nan], shape: [2])
            try group.write("integers", [Int64.min, .max], shape: [2, 1])
            try group.write("bytes", [UInt8(0), 255], shape: [2])
            try group.write("single", [2.5], shape: [])
            try group.write("none", [Double](), shape: [0, 3])
            try group.write("texts", texts: ["", "λ₁", "two words"])
            try root.setAttribute("seed", .integer(7))
            try root.setAttribute("command", .text("first"))
            try root.setAttribute("command", .text("saddle landscape --out 'é'"))
            try root.setAttribute("empty", .text(""))
            try group.setAttribute("names", .texts(["a", "", "c"]))
            try group.setAttribute("scale", .real(0.1))
            try group.setAttribute("reals", .reals([0.1, 0.2]))
            try group.setAttribute("integers", .integers([1, -2]))
        }
        let file = try HDF5File.open(path)
        let group = try file.root.group("group")
        let read = try group.dataset("doubles").read(Double.self)
        #expect(read.map(\.bitPattern) == doubles.map(\.bitPattern))
        #expect(try group.dataset("doubles").shape() == [2, 3])
        let floats = try group.dataset("floats").read(Float.self)
        #expect(floats[0] == 0.1 && floats[1].isNaN)
        #expect(try group.dataset("integers").read(Int64.self) == [.min, .max])
        #expect(try group.dataset("bytes").read(UInt8.self) == [0, 255])
        #expect(try group.dataset("single").shape() == [])
        #expect(try group.dataset("single").read(Double.self) == [2.5])
        #expect(try group.dataset("none").read(Double.self) == [])
        #expect(try group.dataset("none").shape() == [0, 3])
        #expect(try group.dataset("texts").readTexts() == ["", "λ₁", "two words"])
        #expect(
            try group.names() == [
                "bytes", "doubles", "floats", "integers", "none", "single", "texts",
            ])
        #expect(try file.root.attribute("seed") == .integer(7))
        #expect(try file.root.attribute("command") == .text("saddle landscape --out 'é'"))
        #expect(try file.root.attribute("empty") == .text(""))
        #expect(try file.root.attribute("absent") == nil)
        #expect(Set(try file.root.attributeNames()) == ["seed", "command", "empty"])
        #expect(try group.attribute("names") == .texts(["a", "", "c"]))
        #expect(try group.attribute("scale") == .real(0.1))
        #expect(try group.attribute("reals") == .reals([0.1, 0.2]))
        #expect(try group.attribute("integers") == .integers([1, -2]))
    }

    /// What is declared but stored nowhere takes no more memory than the file's size allows, neither
    /// one data set nor all that are read of an open file together.
    @Test func `declared sizes are bounded by the size of the file`() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/Hostile/unwritten.h5").path
        let limit = InputFile.contentLimit(size: try InputFile.size(path))
        let file = try HDF5File.open(path)
        defer { file.close() }
        #expect {
            try file.root.dataset("huge").read(Double.self)
        } throws: { ($0 as? StorageError)?.kind == .tooLarge }
        var read = 0
        #expect {
            for name in 0..<12 {
                read += try file.root.group("many").dataset("\(name)").read(Double.self).count * 8
            }
        } throws: { ($0 as? StorageError)?.kind == .tooLarge }
        #expect(read > 0 && read <= limit)
        // Another reading begins anew.
        let again = try HDF5File.open(path)
        defer { again.close() }
        #expect(try again.root.group("many").dataset("11").read(Double.self).count == 1 << 20)
    }

    @Test func `blocks are written and read one by one`() throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.h5")
        let outside = [([0, 3], [1, 2]), ([-1, 0], [1, 1]), ([0], [1]), ([3, 0], [1, 1])]
        try HDF5File.write(path) { root in
            let layout = HDF5Group.Layout(chunk: [1, 2], deflate: 4)
            let grid = try root.createDataset("loss", Double.self, shape: [3, 4], layout: layout)
            try grid.write([1.5], at: [0, 1], count: [1, 1])
            try grid.write([3, 4], at: [2, 2], count: [1, 2])
            for (start, count) in outside {
                let error = try storageError { try grid.write([0, 0], at: start, count: count) }
                #expect(error?.kind == .mismatch, "\(start) \(count)")
            }
        }
        let grid = try HDF5File.open(path).root.dataset("loss")
        #expect(try grid.read(Double.self) == [0, 1.5, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4])
        #expect(try grid.read(Double.self, from: [2, 2], count: [1, 2]) == [3, 4])
    }

    @Test func `axes carry names and coordinates`() throws {
        let scratch = try Scratch()
        let path = scratch.path("axes.h5")
        try HDF5File.write(path) { root in
            let grid = try root.write("loss", [1.0, 2, 3, 4, 5, 6], shape: [2, 3])
            let x = try root.write("x", [-1.0, 1], shape: [2])
            try x.makeScale("x")
            try grid.setAxisLabel(0, "x")
            try grid.attachScale(x, axis: 0)
            #expect(try storageError { try grid.attachScale(x, axis: 1) }?.kind == .mismatch)
            #expect(try storageError { try grid.setAxisLabel(2, "z") }?.kind == .mismatch)
        }
        let grid = try HDF5File.open(path).root.dataset("loss")
        #expect(try grid.axisLabel(0) == "x")
        #expect(try grid.axisLabel(1) == "")
        // Where the library notes the scales of axes.
        #expect(try grid.attributeNames().contains("DIMENSION_LIST"))
    }

    @Test func `the same content makes the same bytes`() throws {
        let scratch = try Scratch()
        let digests = try ["a.h5", "b.h5"].map { name in
            try HDF5File.write(scratch.path(name)) { root in
                let group = try root.createGroup("g")
                try group.write("x", [1.0, 2], shape: [2])
                try group.setAttribute("seed", .integer(1))
            }
            return try sha256(scratch.path(name))
        }
        #expect(digests[0] == digests[1])
    }

    @Test func `more than a block of what is copied comes back`() throws {
        let scratch = try Scratch()
        let values = (0..<300_000).map(Double.init)
        try HDF5File.write(scratch.path("a.h5")) { root in
            try root.createGroup("g").write("x", values, shape: [values.count])
        }
        let group = try HDF5File.open(scratch.path("a.h5")).root.group("g")
        #expect(try group.dataset("x").read(Double.self) == values)
    }

    @Test(.needsData)
    func `files of h5py and of loss-landscape are read (needs ../shared/data)`() throws {
        let expected = try CheckpointTests.expected()
        let packed = try HDF5File.open(CheckpointTests.fixture("compressed.h5"))
        let gz = try packed.root.dataset("gz").read(Double.self)
        #expect(Array(gz.prefix(4)) == expected.h5_gz_first4)
        // The sum was taken in another order: a few units in the last place of 1e4 terms.
        #expect(abs(gz.reduce(0, +) - expected.h5_gz_sum) < 1e-10)
        let surface = try HDF5File.open(CheckpointTests.fixture("surface.h5"))
        let loss = try surface.root.dataset("train_loss")
        #expect(try loss.read(Double.self) == expected.h5_surface.train_loss.flatMap { $0 })
        #expect(
            try loss.shape() == [
                expected.h5_surface.train_loss.count, expected.h5_surface.train_loss[0].count,
            ])
        let accuracy = try surface.root.dataset("train_acc").read(Double.self)
        #expect(accuracy == expected.h5_surface.train_acc.flatMap { $0 })
        #expect(try surface.root.dataset("dir_file").readTexts().count == 1)
        let directions = try HDF5File.open(CheckpointTests.fixture("directions.h5"))
        for (name, list) in zip(["xdirection", "ydirection"], expected.h5_directions) {
            let group = try directions.root.group(name)
            #expect(try group.names().count == list.count)
            for (index, tensor) in list.enumerated() {
                let dataset = try group.dataset(String(index))
                #expect(try dataset.shape() == tensor.shape)
                #expect(try dataset.read(Double.self) == tensor.values)
            }
        }
    }

    @Test func `failures are typed and in one line`() throws {
        let scratch = try Scratch()
        let path = scratch.path("a.h5")
        try HDF5File.write(path) { root in
            try root.write("x", [1.5, 2], shape: [2])
            try root.write("texts", texts: ["a"])
            #expect(try storageError { try root.write("x", [1.0], shape: [1]) }?.kind == .mismatch)
            #expect(try storageError { try root.write("y", [1.0], shape: [2]) }?.kind == .mismatch)
            let layout = HDF5Group.Layout(deflate: 3)
            #expect(
                try storageError { try root.write("z", [1.0], shape: [1], layout: layout) }?.kind
                    == .mismatch)
        }
        let root = try HDF5File.open(path).root
        let missing = try #require(try storageError { _ = try root.dataset("y\n") })
        #expect(missing.kind == .missing)
        #expect(!missing.description.contains("\n"))
        #expect(missing.description.contains("x"))
        #expect(try storageError { _ = try root.group("nothing") }?.kind == .missing)
        let dataset = try root.dataset("x")
        #expect(try storageError { _ = try dataset.read(Int64.self) }?.kind == .mismatch)
        #expect(try storageError { _ = try dataset.readTexts() }?.kind == .mismatch)
        let texts = try root.dataset("texts")
        #expect(try storageError { _ = try texts.read(Double.self) }?.kind == .mismatch)
        #expect(try storageError { try dataset.write([1.0, 2]) } != nil)
        #expect(
            try storageError { _ = try HDF5File.open(scratch.path("none.h5")) }?.kind == .unreadable
        )
        let text = try scratch.file("text.h5", Array("no HDF5 at all".utf8))
        #expect(try storageError { _ = try HDF5File.open(text) }?.kind == .malformed)
        let whole = try InputFile.read(path)
        let half = try scratch.file("half.h5", Array(whole.prefix(whole.count / 2)))
        #expect(try storageError { _ = try HDF5File.open(half) }?.kind == .truncated)
    }

    @Test func `a file that another program holds is said to be held`() throws {
        let scratch = try Scratch()
        let path = scratch.path("a.h5")
        try HDF5File.write(path) { try $0.write("x", [1.0], shape: [1]) }
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let error = try storageError { _ = try HDF5File.open(path) }
        #expect(error?.kind == .locked, "\(String(describing: error))")
    }

    @Test func `a failed write leaves the old file and nothing beside it`() throws {
        let scratch = try Scratch()
        let path = scratch.path("a.h5")
        try HDF5File.write(path) { try $0.write("x", [1.0], shape: [1]) }
        let before = try sha256(path)
        let error = try storageError {
            try HDF5File.write(path) { root in
                try root.write("x", [2.0], shape: [1])
                _ = try root.dataset("absent")
            }
        }
        #expect(error?.kind == .missing)
        #expect(try sha256(path) == before)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["a.h5"])
        let full = try storageError {
            try HDF5File.write("/dev/full") { try $0.write("x", [1.0], shape: [1]) }
        }
        #expect(full?.kind == .full)
    }

    @Test func `links are followed, rights are kept, pipes are written`() throws {
        let scratch = try Scratch()
        let path = try scratch.file("a.h5", [1])
        chmod(path, 0o440)
        let link = scratch.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try HDF5File.write(link) { try $0.write("x", [1.0], shape: [1]) }
        var status = stat()
        stat(path, &status)
        #expect(status.st_mode & 0o777 == 0o440)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        let pipe = scratch.path("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        // Open at both ends, so that neither waits; the file fits into the pipe's buffer.
        let descriptor = open(pipe, O_RDWR | O_NONBLOCK)
        defer { close(descriptor) }
        try HDF5File.write(pipe) { try $0.write("x", [1.0], shape: [1]) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &bytes, bytes.count)
        #expect(try Array(bytes[..<max(count, 0)]) == InputFile.read(path))
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path))
                == ["a.h5", "link", "pipe"])
    }

    @Test func `threads take turns`() async throws {
        let scratch = try Scratch()
        let path = scratch.path("grid.h5")
        try HDF5File.write(path) { try $0.write("x", (0..<64).map(Double.init), shape: [64]) }
        let grid = try HDF5File.open(path).root.dataset("x")
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for index in 0..<64 {
                tasks.addTask {
                    try grid.read(Double.self, from: [index], count: [1]) == [Double(index)]
                }
            }
            for try await isRight in tasks { #expect(isRight) }
        }
    }
}
