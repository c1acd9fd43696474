import Foundation
import Testing

@testable import Storage

/// Checkpoints as training scripts leave them; `Tests/Fixtures/containers.py` made the files.
@Suite struct ContainerTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/containers").path + "/"

    private static let keys = [
        "conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var",
        "bn.num_batches_tracked", "fc.weight", "fc.bias",
    ]

    /// Whether the tensors are those of the fixtures' network; an average's are larger by 100.
    private func expectNetwork(_ checkpoint: Checkpoint, offset: Double = 0) {
        #expect(Set(checkpoint.tensors.map(\.name)) == Set(Self.keys))
        for tensor in checkpoint.tensors {
            let expected = (0..<tensor.count).map { index in
                tensor.elementType == .int64 ? 0 : Double(index) / 8 + offset
            }
            #expect(tensor.doubles() == expected, "\(tensor.name)")
        }
    }

    @Test(arguments: [
        ("timm.pth.tar", "state_dict", ["state_dict_ema"]), ("deit.pth", "model", ["model_ema"]),
        ("torchvision.pth", "model", ["model_ema"]), ("imagenet-zip.pth.tar", "state_dict", []),
        ("imagenet-legacy.pth.tar", "state_dict", []), ("lightning.ckpt", "state_dict", []),
        ("compiled.pt", "", []), ("compiled-inside.pt", "", []), ("fsdp.pt", "model", []),
        ("parameters.pt", "", []), ("nested.pt", "agents.student.net", ["agents.teacher.net"]),
        ("safetensors/model.safetensors.index.json", "", []),
        ("bin/pytorch_model.bin.index.json", "", []), ("safetensors/pytorch_model.bin", "", []),
    ])
    func `each container gives the plain weights and names the others`(
        file: String, key: String, others: [String]
    ) throws {
        let checkpoint = try Checkpoint.read(Self.folder + file)
        expectNetwork(checkpoint)
        #expect(checkpoint.key == key)
        #expect(checkpoint.others == others)
    }

    @Test(arguments: [
        ("timm.pth.tar", "state_dict_ema"), ("timm.pth.tar", "ema"), ("deit.pth", "model_ema"),
        ("deit.pth", "ema"), ("torchvision.pth", "ema"), ("nested.pt", "agents.teacher.net"),
    ])
    func `a path of keys chooses the average`(file: String, key: String) throws {
        let plain = try Checkpoint.read(Self.folder + file)
        let chosen = try Checkpoint.read(Self.folder + file + "#" + key)
        expectNetwork(chosen, offset: 100)
        #expect(chosen.sha256 != plain.sha256)
        #expect(!chosen.sha256.isEmpty)
        #expect(try Checkpoint.read(Self.folder + file + "#" + plain.key).sha256 == plain.sha256)
    }

    @Test func `an average alone loses its counter and prefix`() throws {
        expectNetwork(try Checkpoint.read(Self.folder + "average.pth"), offset: 100)
    }

    @Test func `a path goes on into names`() throws {
        let part = try Checkpoint.read(Self.folder + "deit.pth#model.conv")
        #expect(part.tensors.map(\.name) == ["weight", "bias"])
        #expect(part.key == "model.conv")
        let index = Self.folder + "safetensors/model.safetensors.index.json#fc"
        #expect(Set(try Checkpoint.read(index).tensors.map(\.name)) == ["weight", "bias"])
    }

    @Test(arguments: [
        ("deit.pth#modle", "choose among #model, #model_ema"),
        ("compiled.pt#ema", "leave #ema out"), ("module.pt", "torch.nn.modules.container.Sequential"),
        ("bin/pytorch_model.bin.index.json#head", "has no weights at #head"),
    ])
    func `a path that leads nowhere is an error that names the others`(
        path: String, words: String
    ) throws {
        let error = try storageError { _ = try Checkpoint.read(Self.folder + path) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test(arguments: ["imagenet-zip.pth.tar", "imagenet-legacy.pth.tar"])
    func `objects of any class are told and not run`(file: String) throws {
        let extras = try Checkpoint.read(Self.folder + file).extras
        #expect(extras["args"] == .opaque("argparse.Namespace"))
        #expect(extras["metric"] == .opaque("__main__.Metric"))
        #expect(extras["seen"] == .opaque("collections.Counter"))
        #expect(extras["epoch"] == .integer(7))
        guard case .opaque(let scalar) = extras["best"], case .list(let ring) = extras["ring"] else {
            Issue.record("best \(String(describing: extras["best"])), ring \(extras["ring"] as Any)")
            return
        }
        #expect(scalar.hasSuffix("multiarray.scalar"))
        #expect(ring.count == 1)
    }

    @Test func `an index names files beside it and tensors in them`() throws {
        let scratch = try Scratch()
        let path = scratch.path("x.index.json")
        for (text, words) in [
            (#"{"weight_map": {"a": "../x.bin"}}"#, "another folder"), (#"{"a": 1}"#, "weight_map"),
            (#"{"weight_map": {"a": "none.bin"}}"#, "cannot be read"),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let error = try storageError { _ = try Checkpoint.read(path) }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
        try Safetensors.write(
            scratch.path("s.safetensors"),
            tensors: [StoredTensor(name: "b", shape: [1], floats: [1])], metadata: [:])
        try Data(#"{"weight_map": {"a": "s.safetensors"}}"#.utf8).write(
            to: URL(fileURLWithPath: path))
        let error = try storageError { _ = try Checkpoint.read(path) }
        #expect(error?.description.contains("lacks 'a'") == true)
    }
}
