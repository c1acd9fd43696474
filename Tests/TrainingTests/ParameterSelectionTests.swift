import Networks
import Testing

@testable import Training

/// Parameters chosen by name, whole tensors and parts of attentions.
@Suite struct ParameterSelectionTests {
    private static func choose(
        _ text: String, _ model: String = "vit,size=8,patch=4,width=12,depth=2,heads=3,classes=4"
    ) throws -> (ParameterSelection, WeightLayout) {
        let network = try ModelRegistry.network(model)
        let layout = try Weights(network, seed: 0).layout
        return (try ParameterSelection(text, of: layout, units: network.units()), layout)
    }

    @Test func globs() {
        for (name, glob, expected) in [
            ("blocks.0.attn.qkv.weight", "*", true), ("", "*", true), ("a", "", false),
            ("blocks.0.attn.qkv.weight", "blocks.0.*", true),
            ("blocks.10.attn.qkv.weight", "blocks.?.*", false),
            ("blocks.1.attn.qkv.weight", "blocks.?.*", true),
            ("norm.weight", "*.norm.weight", false), ("aXbXc", "a*X?", true),
            ("aXbXcd", "a*X?", false), ("head.bias", "head.bias", true),
        ] {
            #expect(
                ParameterSelection.matches(Array(name), Array(glob)) == expected,
                "\(name) \(glob)")
        }
        // Many stars take no more than the product of the lengths.
        let long = Array(repeating: Character("a"), count: 2000)
        #expect(!ParameterSelection.matches(long, Array(String(repeating: "*a", count: 60) + "b")))
    }

    @Test func tensorsAreChosenWhole() throws {
        let (all, layout) = try Self.choose("*")
        #expect(all.ranges == [0..<layout.count])
        let (block, _) = try Self.choose("blocks.1.*")
        let expected = layout.tensors.filter { $0.name.hasPrefix("blocks.1.") }
        #expect(block.count == expected.reduce(0) { $0 + $1.count } && block.ranges.count == 1)
        let (twice, _) = try Self.choose("head.weight,head.*")
        #expect(twice.count == 4 * 12 + 4)
    }

    @Test func attentionsAreCutIntoRows() throws {
        let (queries, layout) = try Self.choose("blocks.0.attn.qkv.weight:q")
        let tensor = try #require(layout["blocks.0.attn.qkv.weight"])
        #expect(queries.ranges == [tensor.offset..<tensor.offset + 144])
        let (values, _) = try Self.choose("blocks.0.attn.qkv.weight:v")
        #expect(values.ranges == [tensor.offset + 288..<tensor.offset + 432])
        let (key, _) = try Self.choose("blocks.0.attn.qkv.weight:k1")
        #expect(key.ranges == [tensor.offset + 144 + 48..<tensor.offset + 144 + 96])
        let (head, _) = try Self.choose("blocks.0.attn.qkv.weight:head2")
        #expect(head.ranges.map(\.count) == [48, 48, 48])
        #expect(head.ranges.map { $0.lowerBound - tensor.offset } == [96, 240, 384])
        // All heads together are the queries, and only attentions have any.
        let (all, _) = try Self.choose("*:q0,*:q1,*:q2")
        #expect(try all.ranges == Self.choose("*:q").0.ranges)
        #expect(all.count == 2 * (144 + 12))
    }

    @Test(arguments: [
        ("swin_tiny,size=8,width=8,depth=2-2,heads=1-2,window=2,patch=2,classes=4", "*:head0"),
        ("alternet18,size=8,blocks=1-2-1-1,attention=0-1-0-0,head_width=8,classes=4", "*:v"),
        ("cait_xxs24,size=8,patch=4,width=16,depth=2,heads=2,classes=4", "*:k1"),
        ("deit_tiny,size=8,patch=4,width=12,depth=2,heads=2,classes=4,scaling=attnscale", "*.lamb"),
    ])
    func otherNetworks(_ model: String, _ pattern: String) throws {
        let (chosen, layout) = try Self.choose(pattern, model)
        #expect(chosen.count > 0 && chosen.count < layout.count / 2)
    }

    @Test(arguments: ["nothing.*", "head.*:q", "*:x", "*:q9", "*:head", "a:b:c", "head.*,", ""])
    func patternsThatChooseNothingAreNamed(_ text: String) throws {
        #expect(throws: ParameterSelectionError.self) { try Self.choose(text) }
    }
}
