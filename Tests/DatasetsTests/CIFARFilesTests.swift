import Foundation
import Golden
import Testing

@testable import Datasets

@Suite("CIFAR files") struct CIFARFilesTests {
    @Test(
        "Labels and pixel statistics of the real files (needs ../shared/data)", .needsData,
        arguments: [("test_batch.bin", DataSplit.test), ("data_batch_1.bin", .train)])
    func statistics(file: String, split: DataSplit) throws {
        let images = try DataSource("cifar10:\(SharedData.file("cifar10").path)").load(split)
        let pixels = try #require(
            Golden.json("checkpoint_accuracy.json")["pixels"] as? [String: Any])
        let expected = try #require(pixels[file] as? [String: Any])
        #expect(images.count == 10_000)
        #expect(images.files == [file])
        #expect(images.classCounts == expected["label_counts"] as? [Int])
        #expect(Array(images.classes.prefix(32)) == expected["labels_first32"] as? [Int])
        #expect(images.classNames[9] == "truck")
        guard case .bytes(let bytes) = images.pixels else {
            Issue.record("grey levels expected")
            return
        }
        #expect(bytes.prefix(8).map(Int.init) == expected["record0_first8_red"] as? [Int])
        let measured = try ChannelNormalization(measuring: images)
        let mean = try #require(expected["channel_mean"] as? [Double])
        let deviation = try #require(expected["channel_std"] as? [Double])
        for channel in 0..<3 {
            #expect(abs(measured.mean[channel] - mean[channel]) < 1e-12)
            #expect(abs(measured.standardDeviation[channel] - deviation[channel]) < 1e-12)
        }
    }

    /// A record of CIFAR-10 whose pixels are `label`, `label` + 1, ... modulo 256.
    private func record(_ label: UInt8, labelBytes: [UInt8]? = nil) -> [UInt8] {
        (labelBytes ?? [label]) + (0..<3072).map { UInt8(truncatingIfNeeded: Int(label) + $0) }
    }

    @Test("All training files that are present are joined in order") func joined() throws {
        let folder = try TemporaryFolder()
        try folder.write("data_batch_2.bin", record(2) + record(3))
        try folder.write("data_batch_5.bin", record(5))
        let images = try DataSource.cifar10(folder: folder.path).load(.train)
        #expect(images.classes == [2, 3, 5])
        #expect(images.files == ["data_batch_2.bin", "data_batch_5.bin"])
        guard case .bytes(let bytes) = images.pixels else {
            Issue.record("grey levels expected")
            return
        }
        #expect(bytes[3072] == 3)
        #expect(bytes[2 * 3072 + 10] == 15)
    }

    @Test("CIFAR-100 takes the fine label") func fineLabels() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "test.bin", record(7, labelBytes: [3, 99]) + record(8, labelBytes: [4, 0]))
        let images = try DataSource.cifar100(folder: folder.path).load(.test)
        #expect(images.classes == [99, 0])
        #expect(images.classCount == 100)
        guard case .bytes(let bytes) = images.pixels else {
            Issue.record("grey levels expected")
            return
        }
        #expect(bytes[0] == 7)
        #expect(bytes[3072] == 8)
    }

    @Test("Truncated, mis-sized and empty files are named with both sizes")
    func wrongSizes() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("test_batch.bin", Array((record(1) + record(2)).dropLast(100)))
        let source = DataSource.cifar10(folder: folder.path)
        let truncated = message { _ = try source.load(.test) }
        #expect(
            truncated == "\(path): expected a size that is a multiple of 3073 bytes, but it has "
                + "6046 bytes (2973 bytes follow record 1); fetch the file again")
        try folder.write("test_batch.bin", [])
        let empty = try #require(message { _ = try source.load(.test) })
        #expect(empty.contains("3073") && empty.contains("the file is empty"))
        try folder.write("test.bin", record(1))
        let other = try #require(
            message { _ = try DataSource.cifar100(folder: folder.path).load(.test) })
        #expect(
            other.contains("test.bin") && other.contains("3074") && other.contains("3073 bytes"))
    }

    @Test("Missing folders and files, foreign labels") func missing() throws {
        let folder = try TemporaryFolder()
        let source = DataSource.cifar10(folder: folder.path)
        #expect(message { _ = try source.load(.train) }?.contains("data_batch_1.bin") == true)
        let nowhere = DataSource.cifar10(folder: folder.path + "/nowhere")
        #expect(
            message { _ = try nowhere.load(.test) }
                == "\(folder.path)/nowhere: no such folder; expected one with the CIFAR binary "
                + "files (*.bin)")
        try folder.write("test_batch.bin", record(1) + record(10))
        let foreign = try #require(message { _ = try source.load(.test) })
        #expect(foreign.contains("record 1 has label 10; expected 0 to 9"))
        #expect(!foreign.contains("\n"))
    }
}
