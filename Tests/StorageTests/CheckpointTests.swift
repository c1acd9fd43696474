import Foundation
import Golden
import Testing

@testable import Storage

@Suite struct CheckpointTests {
    static let fixtures = "checkpoints/fixtures/"

    static func fixture(_ name: String) -> String {
        SharedData.file(fixtures + name).path
    }

    /// The expected content; `JSONDecoder` reads each number to the last bit.
    struct Expected: Decodable {
        struct Tensor: Decodable {
            let shape: [Int]
            let dtype: String?
            let values: [Double]
        }
        struct Tiny: Decodable {
            let tensors: [String: Tensor]
            let optimizer_exp_avg: [Double]
        }
        struct Surface: Decodable {
            let train_loss: [[Double]]
            let train_acc: [[Double]]
        }
        let tiny: Tiny
        let state_dict: [String: Tensor]
        let h5_directions: [[Tensor]]
        let h5_surface: Surface
        let h5_gz_sum: Double
        let h5_gz_first4: [Double]
    }

    static func expected() throws -> Expected {
        let data = try Data(contentsOf: SharedData.file(fixtures + "expected.json"))
        return try JSONDecoder().decode(Expected.self, from: data)
    }

    /// Compares each tensor of `list` with `checkpoint`; all values are exact in float64.
    static func compare(_ checkpoint: Checkpoint, with list: [String: Expected.Tensor]) throws {
        #expect(Set(checkpoint.tensors.map(\.name)) == Set(list.keys))
        let types: [String: ElementType] = [
            "torch.float64": .float64, "torch.float32": .float32, "torch.float16": .float16,
            "torch.bfloat16": .bfloat16, "torch.int64": .int64, "torch.int32": .int32,
            "torch.uint8": .uint8, "torch.bool": .bool,
        ]
        for (name, entry) in list {
            let tensor = try #require(checkpoint[name])
            #expect(tensor.shape == entry.shape, "\(name)")
            #expect(tensor.doubles() == entry.values, "\(name)")
            if let type = entry.dtype { #expect(tensor.elementType == types[type], "\(name)") }
        }
    }

    @Test(
        .needsData,
        arguments: [
            ("tiny_zip.pth.tar", Checkpoint.Format.torchZip),
            ("tiny_legacy.pth.tar", .torchLegacy), ("tiny.safetensors", .safetensors),
        ])
    func `the tiny files hold the expected tensors (needs ../shared/data)`(
        name: String, format: Checkpoint.Format
    ) throws {
        let checkpoint = try Checkpoint.read(CheckpointTests.fixture(name))
        #expect(checkpoint.format == format)
        try CheckpointTests.compare(checkpoint, with: CheckpointTests.expected().tiny.tensors)
    }

    @Test(
        .needsData, arguments: ["tiny_zip.pth.tar", "tiny_legacy.pth.tar"])
    func `scalars and the optimiser's state beside the weights (needs ../shared/data)`(
        name: String
    ) throws {
        let extras = try Checkpoint.read(CheckpointTests.fixture(name)).extras
        #expect(extras["name"] == .text("fixture"))
        #expect(extras["epoch"] == .integer(7))
        #expect(extras["best_prec1"]?.number == 91.25)
        #expect(extras["none"] == CheckpointValue.none)
        #expect(extras["flag"] == .bool(true))
        #expect(extras["list"] == .list([.integer(1), .real(2.5), .text("x")]))
        #expect(extras["tuple"] == .tuple([.integer(3), .text("y")]))
        guard case .dictionary(let state) = extras["optimizer"]?["state"],
            case .tensor(let average) = state.first?.value["exp_avg"]
        else {
            Issue.record("no exp_avg in \(String(describing: extras["optimizer"]))")
            return
        }
        let expected = try CheckpointTests.expected().tiny.optimizer_exp_avg
        #expect(average.doubles() == expected)
    }

    @Test(
        .needsData,
        arguments: [("tiny_bare_state_dict.pt", false), ("tiny_dataparallel.pth.tar", true)])
    func `state dicts bare or with the prefix of parallel training (needs ../shared/data)`(
        name: String, isStripped: Bool
    ) throws {
        let checkpoint = try Checkpoint.read(CheckpointTests.fixture(name))
        #expect(checkpoint.isPrefixStripped == isStripped)
        try CheckpointTests.compare(checkpoint, with: CheckpointTests.expected().state_dict)
    }

    @Test(.needsData)
    func `the published ResNet-20 is the same in three formats (needs ../shared/data)`() throws {
        let folder = "checkpoints/"
        let names = ["resnet20-12fca82f.th", "resnet20.pth.tar", "resnet20.safetensors"]
        let read = try names.map { try Checkpoint.read(SharedData.file(folder + $0).path) }
        #expect(read.map(\.format) == [.torchLegacy, .torchZip, .safetensors])
        let byName = read.map { checkpoint in
            checkpoint.tensors.sorted { $0.name < $1.name }
        }
        #expect(byName[0].count == 97)
        #expect(byName[0] == byName[1])
        #expect(byName[0] == byName[2])
        #expect(read[0].isPrefixStripped)
        #expect(read[1].extras["epoch"] == .integer(200))
        #expect(read[0].tensors.first?.name == "conv1.weight")
        let deep = try Checkpoint.read(SharedData.file(folder + "resnet56-4bfd9763.th").path)
        #expect(deep.tensors.reduce(0) { $0 + $1.count } > 853_018)
    }
}
