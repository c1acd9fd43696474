import Foundation
import Testing

@testable import Datasets

@Suite("IDX files") struct IDXFilesTests {
    static let packagePresent = FileManager.default.fileExists(
        atPath: IDXFiles.fashionMNISTFolder)

    @Test(
        "Fashion-MNIST as packaged, through gzip",
        .enabled(if: packagePresent, "needs the package dataset-fashion-mnist"),
        arguments: [
            (DataSplit.train, 60_000, [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]),
            (.test, 10_000, [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]),
        ])
    func packaged(split: DataSplit, count: Int, first: [Int]) throws {
        let images = try DataSource("fashion-mnist").load(split)
        #expect(images.count == count)
        #expect(images.shape == [count, 1, 28, 28])
        #expect(Array(images.classes.prefix(10)) == first)
        #expect(images.classCounts == [Int](repeating: count / 10, count: 10))
        #expect(images.classNames[9] == "Ankle boot")
        if split == .train {
            let measured = try ChannelNormalization(measuring: images)
            #expect(abs(measured.mean[0] - 0.2860) < 1e-4)
            #expect(abs(measured.standardDeviation[0] - 0.3530) < 1e-4)
        }
    }

    private let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 7, 3]
    private let images: [UInt8] =
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(1...12)

    private func load(_ images: [UInt8], _ labels: [UInt8]) throws -> LabelledImages {
        let folder = try TemporaryFolder()
        try folder.write("t10k-images-idx3-ubyte", images)
        try folder.write("t10k-labels-idx1-ubyte", labels)
        return try DataSource("mnist:\(folder.path)").load(.test)
    }

    @Test("Plain files") func plain() throws {
        let loaded = try load(images, labels)
        #expect(loaded.classes == [7, 3])
        #expect(loaded.shape == [2, 1, 2, 3])
        guard case .bytes(let bytes) = loaded.pixels else {
            Issue.record("grey levels expected")
            return
        }
        #expect(bytes == Array(1...12))
    }

    @Test("Damaged files give one line that names the file") func damaged() throws {
        let cases: [([UInt8], [UInt8], String)] = [
            (Array(images.dropLast()), labels, "lengths [2, 2, 3], but 11 bytes"),
            (images + [0], labels, "but 13 bytes"),
            ([1] + images.dropFirst(), labels, "not an IDX file"),
            ([], labels, "not an IDX file"),
            (labels, labels, "not an IDX file"),
            ([0, 0, 13, 3] + images.dropFirst(4), labels, "type 13 with 3 dimensions"),
            (images, [0, 0, 8, 1, 0, 0, 0, 1, 7], "1 labels, but t10k-images-idx3-ubyte has 2"),
            (images, [0, 0, 8, 1, 0, 0, 0, 2, 7, 12], "image 1 has label 12"),
        ]
        for (images, labels, expected) in cases {
            let text = try #require(message { _ = try load(images, labels) })
            #expect(text.contains(expected), "\(text)")
            #expect(!text.contains("\n"))
        }
    }

    @Test("Missing files and damaged gzip") func missing() throws {
        let folder = try TemporaryFolder()
        let source = try DataSource("mnist:\(folder.path)")
        let none = try #require(message { _ = try source.load(.train) })
        #expect(none.contains("train-images-idx3-ubyte.gz"))
        try folder.write("train-images-idx3-ubyte.gz", [0x1F, 0x8B, 8, 0, 1, 2, 3])
        try folder.write("train-labels-idx1-ubyte", labels)
        let damaged = try #require(message { _ = try source.load(.train) })
        #expect(damaged.contains("train-images-idx3-ubyte.gz") && !damaged.contains("\n"))
    }
}
