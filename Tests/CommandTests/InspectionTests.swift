import Foundation
import Testing

/// What `saddle inspect` says about networks and about checkpoints beside them.
@Suite struct InspectionTests {
    @Test func layerTableOfSwinTiny() throws {
        let folder = try Folder()
        let model = "swin_tiny,size=224,patch=4,window=7,classes=1000"
        let document = try folder.document(["inspect", "--model", model])
        let network = try #require((document["described"] as? [[String: Any]])?.first)
        // Liu et al. 2021, table 1a: 28 million parameters, 4.5 billion multiply-adds.
        #expect(network["parameters"] as? Int == 28_288_354)
        let gigaflops = try #require(network["gigaflops"] as? Double)
        #expect((8.6...9.1).contains(gigaflops))

        let units = try #require(network["units"] as? [[String: Any]])
        let kinds = units.compactMap { $0["kind"] as? String }
        #expect(kinds.first == "stem" && kinds.last == "classifier")
        #expect(kinds.filter { $0 == "attention" }.count == 12)
        #expect(kinds.count { $0 == "subsampling" } == 3)
        let parameters = units.compactMap { $0["parameters"] as? Int }.reduce(0, +)
        let costs = units.compactMap { $0["gigaflops"] as? Double }.reduce(0, +)
        #expect(parameters == 28_288_354 && abs(costs - gigaflops) < 1e-9)

        let printed = try folder.run(["inspect", "--model", "swin_tiny"])
        #expect(printed.status == 0)
        let lines = printed.output.split(separator: "\n")
        for heading in ["unit", "kind", "output", "parameters", "GFLOP"] {
            #expect(lines.contains { $0.contains(heading) })
        }
        #expect(lines.contains { $0.contains("layers.1.downsample") && $0.contains("subsampling") })
    }

    @Test func keysOfAnOlderVersionAreListed() throws {
        let folder = try Folder()
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/swin-legacy.pth.tar").path
        let model = "swin_tiny,size=16,window=4,width=12,depth=2-2,heads=1-2,qkv_bias=false"
        let document = try folder.document(["inspect", file, "--model", model])
        let described = try #require(document["described"] as? [[String: Any]])
        let renamings = try #require(described.last?["renamings"] as? [[String: Any]])
        let names = renamings.reduce(into: [String: String]()) { names, renaming in
            names[renaming["old"] as? String ?? ""] = renaming["new"] as? String
        }
        #expect(names.count == 5)
        #expect(names["head.bias"] == "head.fc.bias")
        #expect(names["layers.0.downsample.norm.weight"] == "layers.1.downsample.norm.weight")
        let printed = try folder.run(["inspect", file, "--model", model])
        #expect(printed.output.contains("key in the file"))
    }
}
