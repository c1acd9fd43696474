import Foundation
import Golden
import Networks
import Storage
import Testing
import Training

@Suite struct WeightsTests {
    private func network() throws -> any Network {
        try ModelRegistry.network("resnet,depth=8,size=8,width=4")
    }

    @Test func savedWeightsComeBackExactly() throws {
        let folder = try Folder()
        let path = folder.path + "/weights.safetensors"
        let weights = try Weights(network(), seed: 5)
        try weights.save(to: path, precision: .double, metadata: ["note": "a test"])
        let read = try Weights(network(), file: path)
        #expect(read.vector == weights.vector)
        #expect(read.buffers == weights.buffers)
        #expect(read.metadata["note"] == "a test")
        #expect(read.file == path)
        #expect(try read.sha256 == Storage.sha256(path))
    }

    @Test func seedDecides() throws {
        let one = try Weights(network(), seed: 1)
        #expect(try Weights(network(), seed: 1).vector == one.vector)
        #expect(try Weights(network(), seed: 2).vector != one.vector)
    }

    @Test func everyWrongTensorIsNamed() throws {
        let folder = try Folder()
        let path = folder.path + "/weights.safetensors"
        var tensors = try Weights(network(), seed: 5).tensors()
        tensors.removeAll { $0.name == "conv1.weight" || $0.name.hasSuffix("num_batches_tracked") }
        let place = try #require(tensors.firstIndex { $0.name == "linear.bias" })
        tensors[place] = try StoredTensor(
            name: "linear.bias", shape: [3], floats: [1, 2, 3])
        tensors.append(try StoredTensor(name: "extra.weight", shape: [1], floats: [1]))
        try Checkpoint.write(path, tensors: tensors)
        let error = #expect(throws: WeightsError.self) {
            try Weights(network(), file: path)
        }
        let line = try #require(error).description
        #expect(line.hasPrefix(path + ": "))
        #expect(line.contains("missing conv1.weight"))
        #expect(line.contains("unknown extra.weight"))
        #expect(line.contains("misshapen linear.bias [3] for [10]"))
        #expect(!line.contains("num_batches_tracked"))
        #expect(!line.contains("\n"))
    }

    @Test(arguments: [Double.nan, .infinity]) func damagedValuesAreNamed(value: Double) throws {
        let folder = try Folder()
        let path = folder.path + "/weights.safetensors"
        var weights = try Weights(network(), seed: 5)
        let tensor = try #require(weights.layout["bn1.weight"])
        weights.vector[tensor.offset + 2] = value
        try weights.save(to: path)
        let error = #expect(throws: WeightsError.self) { try Weights(network(), file: path) }
        let line = try #require(error).description
        #expect(line.contains("tensor bn1.weight holds \(value) at element 2"))
    }

    @Test func decayRuleLeavesOutBiasesAndNorms() throws {
        let weights = try Weights(network(), seed: 1, decay: .weights)
        let decayed = weights.layout.tensors.filter(\.isDecayed).map(\.name)
        #expect(decayed.contains("conv1.weight") && decayed.contains("linear.weight"))
        #expect(!decayed.contains("bn1.weight") && !decayed.contains("linear.bias"))
        let total = weights.layout.decayedRanges.reduce(0) { $0 + $1.count }
        #expect(total == weights.layout.tensors.filter(\.isDecayed).reduce(0) { $0 + $1.count })
    }
}
