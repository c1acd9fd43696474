import Foundation
import Testing

/// Checkpoints of other programs, as commands take them.
@Suite struct CheckpointTests {
    /// A file that another program wrote; its path.
    private static func fixture(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(name)").path
    }

    private static let data = ["--data", "synthetic:size=8,classes=10,count=8", "--split", "test"]

    @Test(arguments: [
        ("vit-zip.pth.tar", "vit,"), ("vit-legacy.pth.tar", "vit,"),
        ("swin-zip.pth.tar", "swin_tiny,"),
    ])
    func aNetworkThatIsIdentifiedTakesItsFile(_ name: String, _ beginning: String) throws {
        let folder = try Folder()
        let file = Self.fixture(name)
        let document = try folder.document(["identify", file])
        let models = try #require(document["models"] as? [String])
        let model = try #require(models.first { $0.hasPrefix(beginning) }, "\(models)")
        let inspected = try folder.document(["inspect", "--model", model])
        let network = try #require((inspected["described"] as? [[String: Any]])?.first)
        let size = try #require((network["image_shape"] as? [Int])?.last)
        let classes = try #require(network["classes"] as? Int)
        let evaluated = try folder.document([
            "evaluate", "--model", model, "--weights", file, "--data",
            "synthetic:size=\(size),classes=\(classes),count=8", "--split", "test",
        ])
        let metrics = try #require(evaluated["metrics"] as? [String: Any])
        #expect(try #require(metrics["NLL"] as? Double).isFinite)
    }

    @Test func aCheckpointOfNoNetworkIsSaidToFitNone() throws {
        let folder = try Folder()
        let outcome = try folder.run(["identify", Self.fixture("containers/deit.pth")])
        #expect(outcome.status == 1)
        #expect(outcome.failures.count == 1)
        #expect(outcome.failures.first?.contains("fits no network of the registry") == true)
    }

    @Test func aPathOfKeysChoosesTheWeights() throws {
        let folder = try Folder()
        let file = Self.fixture("vit-zip.pth.tar")
        let model = ["--model", "vit,depth=2,width=24,patch=2,size=8,qkv_bias=false"]
        func loss(_ weights: String) throws -> Double {
            let document = try folder.document(
                ["evaluate", "--weights", weights] + model + Self.data)
            let metrics = try #require(document["metrics"] as? [String: Any])
            return try #require(metrics["NLL"] as? Double)
        }
        #expect(try loss(file + "#state_dict") == loss(file))
        let refused = try folder.run(["evaluate", "--weights", file + "#ema"] + model + Self.data)
        #expect(refused.status == 1)
        #expect(refused.failures.count == 1)
        #expect(refused.failures.first?.contains("#state_dict") == true, "\(refused.errors)")
    }

    @Test func theNamesOfLibrariesAreListedAndMakeNetworks() throws {
        let folder = try Folder()
        let listed = try folder.run(["models", "timm:"])
        #expect(listed.status == 0)
        for name in ["timm:resnet50", "timm:resnet26d", "timm:vit_base_patch16_224"] {
            #expect(listed.output.contains(name), "no \(name)")
        }
        #expect(!listed.output.contains("torchvision:"))
        let document = try folder.document(["inspect", "--model", "timm:resnet26d"])
        let network = try #require((document["described"] as? [[String: Any]])?.first)
        // He et al. 2019 (arXiv 1812.01187): the 26-layer bottleneck network with a deep stem.
        #expect(network["parameters"] as? Int == 16_014_408)
    }
}
