import Foundation
import Storage
import Testing

@testable import Datasets

@Suite("Labelled images") struct LabelledImagesTests {
    private func make(
        _ pixels: LabelledImages.Pixels, _ shape: [Int], _ labels: LabelledImages.Labels
    ) throws -> LabelledImages {
        try LabelledImages(pixels: pixels, shape: shape, labels: labels, source: "test")
    }

    @Test("Images and labels must fit") func fit() throws {
        let cases: [(LabelledImages.Pixels, [Int], LabelledImages.Labels, String)] = [
            (.bytes([1, 2]), [3, 1, 1, 1], .classes([0, 0, 0]), "2 pixel values"),
            (.bytes([]), [0, 1, 1, 1], .classes([]), "every length positive"),
            (.bytes([1]), [1, 1, 1], .classes([0]), "[N, C, H, W]"),
            (.bytes([1]), [Int.max, 2, 1, 1], .classes([0]), "pixel values"),
            (.bytes([1, 2]), [2, 1, 1, 1], .classes([0]), "1 labels for 2 images"),
            (.bytes([1]), [1, 1, 1, 1], .classes([-1]), "has label -1"),
            (.floats([1, .nan]), [2, 1, 1, 1], .classes([0, 0]), "image 1 has a pixel"),
            (.doubles([.infinity]), [1, 1, 1, 1], .classes([0]), "not finite"),
            (.bytes([1]), [1, 1, 1, 1], .soft([0.5, 0.6]), "not a distribution"),
            (.bytes([1]), [1, 1, 1, 1], .soft([1.5, -0.5]), "not a distribution"),
            (.bytes([1]), [1, 1, 1, 1], .soft([.nan, 1]), "not a distribution"),
            (.bytes([1, 2]), [2, 1, 1, 1], .soft([1, 0, 1]), "soft-label values"),
        ]
        for (pixels, shape, labels, expected) in cases {
            let text = try #require(message { _ = try make(pixels, shape, labels) })
            #expect(text.contains(expected), "\(text)")
        }
    }

    @Test("The number of classes of numbered labels can be settled") func classCount() throws {
        let images = try make(.bytes([1, 2]), [2, 1, 1, 1], .classes([0, 4]))
        #expect(images.classCount == 5)
        #expect(try images.withClassCount(10).classCount == 10)
        #expect(message { _ = try images.withClassCount(4) }?.contains("5 classes") == true)
        let named = try DataSource("synthetic:count=2,size=8").load(.test)
        #expect(message { _ = try named.withClassCount(100) }?.contains("10 classes") == true)
    }

    @Test("The hash sees pixels, labels, shape and choice") func hash() throws {
        let base = try make(.bytes([1, 2, 3, 4]), [2, 1, 1, 2], .classes([0, 1]))
        let others = [
            try make(.bytes([1, 2, 3, 5]), [2, 1, 1, 2], .classes([0, 1])),
            try make(.bytes([1, 2, 3, 4]), [2, 1, 1, 2], .classes([1, 1])),
            try make(.bytes([1, 2, 3, 4]), [2, 1, 2, 1], .classes([0, 1])),
            try make(.floats([1, 2, 3, 4]), [2, 1, 1, 2], .classes([0, 1])),
        ]
        let hashes = others.map { $0.contentHash(of: [0, 1]) } + [base.contentHash(of: [1, 0])]
        #expect(Set(hashes + [base.contentHash(of: [0, 1])]).count == 6)
        #expect(base.contentHash(of: [0]).count == 16)
    }

    /// A safetensors file of the given tensors.
    private func write(_ folder: TemporaryFolder, _ tensors: [StoredTensor]) throws -> String {
        let path = folder.path + "/data.safetensors"
        try Safetensors.write(path, tensors: tensors)
        return path
    }

    @Test("Anyone's tensors") func tensors() throws {
        let folder = try TemporaryFolder()
        let bytes = try StoredTensor(
            name: "images", shape: [2, 1, 1, 2], unsigned: [1, 2, 3, 255])
        let classes = try StoredTensor(name: "labels", shape: [2], integers: [2, 0])
        let path = try write(folder, [bytes, classes])
        let loaded = try DataSource("tensors:\(path)").load(.test)
        #expect(loaded.classes == [2, 0] && loaded.classCount == 3 && loaded.split == nil)
        guard case .bytes([1, 2, 3, 255]) = loaded.pixels else {
            Issue.record("grey levels expected")
            return
        }
        let floats = try StoredTensor(name: "images", shape: [2, 1, 1, 1], floats: [0.5, -3])
        let soft = try StoredTensor(name: "labels", shape: [2, 2], floats: [0.25, 0.75, 1, 0])
        _ = try write(folder, [floats, soft])
        let second = try DataSource("tensors:\(path)").load(.test)
        guard case .floats([0.5, -3]) = second.pixels,
            case .soft([0.25, 0.75, 1, 0]) = second.labels
        else {
            Issue.record("floats and soft labels expected")
            return
        }
        let doubles = try StoredTensor(name: "images", shape: [2, 1, 1, 1], doubles: [0.1, 0.2])
        _ = try write(folder, [doubles, classes])
        guard case .doubles([0.1, 0.2]) = try DataSource("tensors:\(path)").load(.test).pixels
        else {
            Issue.record("doubles expected")
            return
        }
    }

    @Test("Tensors that do not fit are named") func badTensors() throws {
        let folder = try TemporaryFolder()
        let images = try StoredTensor(name: "images", shape: [2, 1, 1, 1], unsigned: [1, 2])
        let labels = try StoredTensor(name: "labels", shape: [2], integers: [0, 1])
        let cases: [([StoredTensor], String)] = [
            ([images], "has no tensor labels, only: images"),
            ([labels], "has no tensor images"),
            (
                [try StoredTensor(name: "images", shape: [2, 1], unsigned: [1, 2]), labels],
                "[2, 1]"
            ),
            (
                [
                    try StoredTensor(name: "images", shape: [2, 1, 1, 1], integers: [1, 2]), labels,
                ],
                "type I64"
            ),
            ([images, try StoredTensor(name: "labels", shape: [1], integers: [0])], "shape [1]"),
            (
                [images, try StoredTensor(name: "labels", shape: [2], floats: [0.5, 1])],
                "not a whole"
            ),
        ]
        for (tensors, expected) in cases {
            let path = try write(folder, tensors)
            let text = try #require(message { _ = try DataSource("tensors:\(path)").load(.test) })
            #expect(text.contains(expected), "\(text)")
        }
        #expect(message { _ = try DataSource("tensors:\(folder.path)/none").load(.test) } != nil)
    }
}
