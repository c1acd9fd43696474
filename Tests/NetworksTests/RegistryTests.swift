import Autodiff
import Golden
import Networks
import Testing

/// One architecture of the originals' `get_model`, with the hash of its state-dict layout.
struct StructureCase: CustomTestStringConvertible, Sendable {
    let name: String
    let model: String
    let parameters: Int
    let layoutHash: String

    var testDescription: String { model }

    static func all() throws -> [StructureCase] {
        try Golden.json("structure.json").objects("models").map(StructureCase.init)
    }

    private init(_ json: [String: Any]) throws {
        guard let names = json["names"] as? [String], let name = names.first,
            let arguments = json["args"] as? [String: Any],
            let parameters = json["num_parameters"] as? Int,
            let layoutHash = json["fnv1a64"] as? String
        else { throw MissingKey("of structure \(json["names"] ?? "without names")") }
        self.name = name
        self.parameters = parameters
        self.layoutHash = layoutHash
        model = Self.model(name, hasLargeStem: arguments["stem"] as? Bool)
    }

    /// The registry's text for a name such as `resnet_mcdo_smoothing_18`.
    private static func model(_ name: String, hasLargeStem: Bool?) -> String {
        let words = name.split(separator: "_").map(String.init)
        let sizes = [
            "ti": "tiny", "t": "tiny", "xs": "xsmall", "s": "small", "b": "base", "l": "large",
            "h": "huge",
        ]
        let family = words[0]
        if let size = words.last, ["vit", "pit", "swin", "mixer", "convit"].contains(family) {
            let prefix = family == "mixer" || family == "convit" ? "" : "park_"
            let large = family == "swin" ? ",size=224,pools=4-2-2-2,window=7" : ""
            return "\(prefix)\(family)_\(sizes[size] ?? size),classes=100\(large)"
        }
        var model = family + (words.last.flatMap { Int($0) }.map(String.init) ?? "")
        model += ",classes=100"
        if let hasLargeStem {
            model += hasLargeStem ? ",stem=large,size=224" : ",stem=small"
        }
        if words.contains("mcdo") { model += ",dropout=0.3" }
        if words.contains("smoothing") {
            let stages = family == "alexnet" ? 3 : family.hasSuffix("vgg") ? 5 : 4
            model += ",smooth=" + [String](repeating: "1", count: stages).joined(separator: "-")
        }
        if family == "alternet" { model += ",window=7" }
        return model
    }
}

@Suite struct RegistryTests {
    @Test(arguments: try StructureCase.all())
    func layoutEqualsOriginal(_ reference: StructureCase) throws {
        let trace = try ModelRegistry.network(reference.model)
            .trace(in: GraphBuilder(), batch: 1)
        let layout = trace.state.map { entry in
            let extents = entry.shape.dimensions.map(String.init).joined(separator: ",")
            return "\(entry.name):\(extents)\n"
        }
        let hash = layout.joined().utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        let parameters = trace.parameters.map(\.shape.count).reduce(0, +)
        #expect(parameters == reference.parameters)
        let digits = String(hash, radix: 16)
        #expect(String(repeating: "0", count: 16 - digits.count) + digits == reference.layoutHash)
    }

    @Test func everyDefinitionMakesANetwork() throws {
        let names = ModelRegistry.definitions.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            let network = try ModelRegistry.network(name)
            let trace = try network.trace(in: GraphBuilder(), batch: 2)
            #expect(network.name == name)
            #expect(trace.logits.shape == [2, network.classes])
            #expect(trace.units.first?.kind == .stem)
            #expect(trace.units.last?.kind == .classifier)
            #expect(trace.captures.count == trace.units.count)
            #expect(trace.units.map(\.index) == Array(trace.units.indices))
        }
    }

    @Test(arguments: [
        ("resnt20", "did you mean \"resnet20\"?"),
        ("resnet20,clases=10", "did you mean \"classes\"?"),
        ("resnet20,frob=1", "its keys are classes, inputs, size, width"),
        ("resnet20,classes", "\"classes\" is not key=value"),
        ("resnet20,classes=0", "give a whole number from 1 to 100000"),
        ("resnet20,classes=5,classes=6", "classes is given twice"),
        ("vit,classes=100001", "give a whole number from 1 to 100000"),
        ("alternet18,attention=0-0-0-1501", "whole numbers from 0 to 1500 joined by -"),
        ("alternet18,window=64", "from 1 to 63"),
        ("resnet20,size=32x4097", "pixels from 1 to 4096"),
        ("resnet,depth=9", "depth 9 is not 6n + 2"),
        ("vit,qkv_bias=yes", "give true or false"),
        ("resnet18,head=foo", "give gap, bngap"),
        ("swin_tiny,depth=2-x", "joined by -"),
        ("vit,size=30x", "give pixels"),
        ("resnet18,stem=medium", "give small, large"),
    ])
    func wrongArgumentsAreNamed(_ text: String, _ expected: String) {
        let error = #expect(throws: NetworkError.self) { try ModelRegistry.network(text) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func patchesMustTileTheImage() throws {
        let network = try ModelRegistry.network("vit,size=30,patch=4")
        let error = #expect(throws: NetworkError.self) {
            try network.trace(in: GraphBuilder(), batch: 1)
        }
        #expect(error?.description.contains("patches of 4 pixels do not tile") == true)
    }

    @Test(arguments: [
        "resnet,depth=8,width=8,inputs=1,size=28",
        "vit,patch=4,width=64,depth=4,heads=4,inputs=1,size=28", "resnet20,ensemble=3",
        "swin_tiny,size=84x64,patch=4,window=7", "alternet18,size=84x64", "alternet50,window=7",
        "swin_tiny,window=7",
    ])
    func unusualShapesAreTraced(_ text: String) throws {
        let network = try ModelRegistry.network(text)
        let trace = try network.trace(in: GraphBuilder(), batch: 2)
        #expect(trace.logits.shape == [2, network.classes])
    }

    @Test func layerTableCountsResNet20() throws {
        let table = try ModelRegistry.network("resnet20").layerTable()
        #expect(table.parameters == 269_722)
        // 2 · multiply-adds: 432·32² + 6·(9·16²)·32² + ... + 640, the count of He et al. 2016.
        let stages = 6 * 2304 * 1024 + (4608 + 5 * 9216) * 256 + (18432 + 5 * 36864) * 64
        let expected = 2 * Double(432 * 1024 + stages + 640) / 1e9
        #expect(abs(table.gigaflops - expected) < 1e-12)
        #expect(table.rows.count == 11)
        #expect(table.rows[1].outputShape == [16, 32, 32])
    }
}
