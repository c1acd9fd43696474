import Execution
import Foundation
import Golden
import Networks
import Storage
import Testing
import Training

/// Checkpoints of several families: written and read again, and as PyTorch wrote them.
@Suite struct FamilyCheckpointTests {
    @Test(arguments: [
        "resnet18,size=8,classes=4", "vit,size=8,patch=2,width=24,depth=2,heads=3",
        "pit_tiny,size=16,patch=4,stride=2,head_width=8-8-8,depth=1-2-1,heads=1-2-4",
        "swin_tiny,size=8,window=4,width=12,depth=2-2,heads=1-2",
        "alternet18,size=8,classes=4",
        "cait_xxs24,size=8,patch=2,width=16,depth=2,heads=2,classes=4",
    ])
    func savedFamiliesComeBackExactly(_ text: String) throws {
        let folder = try Folder()
        let network = try ModelRegistry.network(text)
        for precision in [Precision.double, .single] {
            let path = folder.path + "/\(precision.rawValue).safetensors"
            var weights = try Weights(network, seed: 3)
            if precision == .single {
                weights.vector = weights.vector.stored(in: .single).stored(in: .double)
            }
            try weights.save(to: path, precision: precision)
            let read = try Weights(network, file: path)
            #expect(read.vector.map(\.bitPattern) == weights.vector.map(\.bitPattern))
            #expect(read.buffers == weights.buffers)
        }
    }

    /// `Tests/Fixtures/make.py` made the files; Swin and PiT have the keys of an older timm.
    @Test(
        arguments: [
            ("vit", "vit,size=8,patch=2,width=24,depth=2,heads=3,qkv_bias=false", 0),
            (
                "pit",
                "pit_tiny,size=16,patch=4,stride=2,head_width=8-8-8,depth=1-2-1,heads=1-2-4,"
                    + "expansion=2", 8
            ),
            (
                "swin",
                "swin_tiny,size=16,window=4,width=12,depth=2-2,heads=1-2,qkv_bias=false", 5
            ),
        ], ["zip", "legacy"])
    func filesOfPyTorchLoad(
        _ family: (name: String, model: String, renamings: Int), _ form: String
    ) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures")
        let path = folder.appendingPathComponent("\(family.name)-\(form).pth.tar").path
        let checkpoint = try Checkpoint.read(path)
        #expect(checkpoint.format.rawValue.contains(form))
        let network = try ModelRegistry.network(family.model)
        let keys = checkpoint.tensors.map(\.name)
        #expect(network.renamings(of: keys).count == family.renamings)
        let weights = try Weights(network, file: path)
        #expect(weights.layout.count == checkpoint.tensors.map(\.count).reduce(0, +))
        for tensor in weights.layout.tensors {
            let filled = try #require(
                HashFill.tensor(tensor.name, shape: tensor.shape, trainable: true))
            let values = try #require(weights[tensor.name])
            let error = zip(values, filled).map { abs($0 - $1) }.max() ?? .nan
            // Half a unit in the last place of single precision, of numbers below 2.
            #expect(error <= 0x1p-24, "\(tensor.name) differs by \(error)")
        }
    }
}
