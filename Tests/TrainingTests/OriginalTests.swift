import Autodiff
import Execution
import Foundation
import Golden
import Networks
import Storage
import Testing
import Training

/// A small network of timm or torchvision and what their own module computes, from
/// `Tests/Fixtures/originals.py`.
struct OriginalCase: CustomTestStringConvertible, Sendable, Decodable {
    struct Entry: Decodable {
        let key: String
        let shape: [Int]
        let isTrained: Bool

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            key = try container.decode(String.self)
            shape = try container.decode([Int].self)
            isTrained = try container.decode(Bool.self)
        }
    }

    let name: String
    let model: String
    let logits: [[Double]]
    let nll: Double
    let gv: Double
    let vHv: Double
    let state: [Entry]

    var testDescription: String { name }

    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func all() throws -> [OriginalCase] {
        struct Document: Decodable { let models: [OriginalCase] }
        let bytes = try GzipFile.read(fixtures.appendingPathComponent("originals.json.gz").path)
        return try JSONDecoder().decode(Document.self, from: Data(bytes)).models
    }

    /// Writes the state under the library's keys, each tensor with the values of `fill`.
    func write(_ path: String, fill: (Entry) -> [Double]) throws {
        try Checkpoint.write(
            path,
            tensors: state.map {
                try StoredTensor(name: $0.key, shape: $0.shape, doubles: fill($0))
            })
    }

    func zeros(_ entry: Entry) -> [Double] {
        [Double](repeating: 0, count: entry.shape.reduce(1, *))
    }
}

/// Networks under the names that timm and torchvision give them, against their own modules.
@Suite struct OriginalTests {
    @Test(arguments: try OriginalCase.all())
    func networkEqualsItsLibrary(_ original: OriginalCase) throws {
        let folder = try Folder()
        let network = try ModelRegistry.network(original.model)
        let (weightsFile, vectorFile) = (folder.path + "/w.st", folder.path + "/v.st")
        try original.write(weightsFile) { entry in
            HashFill.tensor(entry.key, shape: entry.shape, trainable: entry.isTrained)
                ?? original.zeros(entry)
        }
        try original.write(vectorFile) { entry in
            entry.isTrained
                ? HashFill.symmetric("v:" + entry.key, count: entry.shape.reduce(1, *))
                : original.zeros(entry)
        }
        let weights = try Weights(network, file: weightsFile)
        let vector = try Weights(network, file: vectorFile)

        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: 2)
        let classes = trace.logits.shape[1]
        let targets = (0..<2 * classes).map { index in
            (7 * (index / classes) + 3) % classes == index % classes ? 1.0 : 0.0
        }
        let loss = try -(trace.logits.logSoftmax()
            * builder.constant(targets, trace.logits.shape)).sum().scaled(by: 0.5)
        let parameters = trace.parameters
        let directions = parameters.map { builder.input("v:\($0.name)", $0.shape, role: .vector) }
        let (gradient, product) = try builder.hessianVectorProduct(
            of: loss, at: parameters.compactMap(\.tensor), vector: directions)
        func dot(_ tensors: [Tensor]) throws -> Tensor {
            try zip(tensors, directions).map { try ($0 * $1).sum() }
                .reduce(builder.constant([0], [])) { try $0 + $1 }
        }
        var inputs = ["images": HashFill.symmetric("input", count: trace.images.shape.count)]
        for entry in trace.state where entry.tensor != nil { inputs[entry.name] = weights[entry.name] }
        for entry in parameters { inputs["v:" + entry.name] = vector[entry.name] }
        let values = try CPUMachine(precision: .double).evaluate(
            builder.graph(outputs: [
                ("logits", trace.logits, .concatenate), ("nll", loss, .sum),
                ("gv", try dot(gradient), .sum), ("vHv", try dot(product), .sum),
            ]), inputs)

        let expected = original.logits.flatMap { $0 }
        let scale = expected.map(abs).max() ?? 0
        #expect(values["logits"]?.count == expected.count)
        for (ours, theirs) in zip(values["logits"] ?? [], expected) {
            #expect(abs(ours - theirs) <= 1e-9 * scale, "logit \(ours), not \(theirs)")
        }
        for (name, theirs) in [("nll", original.nll), ("gv", original.gv), ("vHv", original.vHv)] {
            let ours = values[name]?.first ?? .nan
            #expect(abs(ours - theirs) <= 1e-9 * abs(theirs), "\(name) \(ours), not \(theirs)")
        }
    }

    /// The state dict of a configuration as its library has it: `name`, and `key:extents` of each
    /// tensor.
    struct Listing: CustomTestStringConvertible, Sendable {
        let name: String
        let shapes: [String: [Int]]

        var testDescription: String { name }

        static func all() throws -> [Listing] {
            let path = OriginalCase.fixtures.appendingPathComponent("state-dicts.txt.gz").path
            let text = String(decoding: try GzipFile.read(path), as: UTF8.self)
            return text.split(separator: "\n").map { line in
                let words = line.split(separator: " ")
                let shapes = words.dropFirst().map { word in
                    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
                    return (String(parts[0]), parts[1].split(separator: ",").compactMap { Int($0) })
                }
                return Listing(
                    name: String(words[0]), shapes: Dictionary(uniqueKeysWithValues: shapes))
            }
        }
    }

    @Test func everyNameOfTheLibrariesIsListed() throws {
        let names = OriginalModel.all.map(\.name)
        #expect(Set(names) == Set(try Listing.all().map(\.name)))
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: try Listing.all())
    func everyConfigurationHasItsLibrarysTensors(_ listing: Listing) throws {
        let network = try ModelRegistry.network(listing.name)
        #expect(network.name == listing.name)
        let trace = try network.trace(in: GraphBuilder(), batch: 1)
        let renamings = Dictionary(
            uniqueKeysWithValues: network.renamings(of: listing.shapes.keys.sorted()).map {
                ($0.old, $0)
            })
        var found: [String: (shape: [Int], axes: [Int]?)] = [:]
        for (key, shape) in listing.shapes {
            let renaming = renamings[key]
            guard let new = renaming == nil ? key : renaming?.new else { continue }
            #expect(found.updateValue((shape, renaming?.axes), forKey: new) == nil, "\(new) twice")
        }
        for entry in trace.state where entry.kind != .table {
            let theirs = try #require(found[entry.name], "no \(entry.name)")
            let ours = entry.shape.dimensions
            let isSame = theirs.axes == nil
                ? theirs.shape.filter { $0 != 1 } == ours.filter { $0 != 1 }
                : theirs.shape.reduce(1, *) == ours.reduce(1, *)
            #expect(isSame, "\(entry.name) \(theirs.shape), not \(ours)")
        }
        #expect(Set(found.keys).isSubset(of: trace.state.map(\.name)))
    }

    @Test func mismatchesSayWhichArgumentsFit() throws {
        let folder = try Folder()
        let path = folder.path + "/w.safetensors"
        let near = "vit,patch=4,depth=2,width=24,heads=3"
        let network = try ModelRegistry.network(near + ",size=64,classes=7")
        try Weights(network, seed: 1).save(to: path)
        let error = #expect(throws: WeightsError.self) {
            try Weights(ModelRegistry.network(near), file: path)
        }
        let text = error?.description ?? ""
        #expect(text.contains("fits --model \(near)"))
        #expect(text.contains("size=64") && text.contains("classes=7"), "\(text)")
    }

    @Test func checkpointsAreIdentified() throws {
        let folder = try Folder()
        let path = folder.path + "/w.safetensors"
        let original = try #require(
            try OriginalCase.all().first { $0.name == "timm mobilenetv2_035" })
        try original.write(path) { original.zeros($0) }
        let models = ModelFit(try Checkpoint.read(path)).models()
        #expect(models.contains("timm:mobilenetv2_035,classes=5"), "\(models)")
        #expect(!models.contains { $0.contains("resnet") || $0.contains("mobilenetv2_100") })
    }

    @Test func argumentsReplaceThoseOfAName() throws {
        let network = try ModelRegistry.network("timm:vit_base_patch16_224,classes=3,size=64")
        #expect(network.imageShape == [3, 64, 64])
        #expect(network.classes == 3)
        #expect(OriginalModel.named("timm:vit_base_patch16_224")?.normalization == "0.5/0.5")
        let error = #expect(throws: NetworkError.self) { try ModelRegistry.network("timm:resnet51") }
        #expect(error?.description.contains("timm:resnet50") == true)
    }
}
