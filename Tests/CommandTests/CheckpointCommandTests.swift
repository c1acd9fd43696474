import Foundation
import Networks
import Storage
import Testing
import Training

/// What can be done with the checkpoints of `saddle train`.
@Suite struct CheckpointCommandTests {
    private func trained(_ optimizer: String) throws -> Folder {
        let folder = try Folder(inMemory: true)
        let outcome = try folder.run([
            "train", "--model", Sample.network, "--data", Sample.images, "--epochs", "1",
            "--batch-size", "16", "--optimizer", optimizer, "--lr", "0.01", "--no-test", "--out",
            "w.safetensors",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return folder
    }

    private var layout: WeightLayout {
        get throws { try Weights(ModelRegistry.network(Sample.network), seed: 0).layout }
    }

    @Test(arguments: [("sgd", 1), ("adamw", 2)])
    func weightsAreCountedApart(_ optimizer: String, _ averages: Int) throws {
        let folder = try trained(optimizer)
        let layout = try layout
        let document = try folder.document(["inspect", "w.safetensors"])
        let described = try #require((document["described"] as? [[String: Any]])?.first)
        let tensors = try #require(described["tensors"] as? [[String: Any]])
        #expect(tensors.count == layout.stateOrder.count)
        let values = tensors.compactMap { ($0["shape"] as? [Int])?.reduce(1, *) }.reduce(0, +)
        #expect(described["values"] as? Int == values)
        #expect(described["optimizer_values"] as? Int == averages * layout.count)
        #expect((described["optimizer"] as? [Any])?.count == averages)
        let text = try folder.run(["inspect", "w.safetensors"]).output
        #expect(text.contains("\(averages * layout.count) values"))
    }

    /// The keys are those of the state dict: PyTorch refuses one more and one less.
    @Test func exportedWeightsAreAStateDict() throws {
        let folder = try trained("adamw")
        let whole = try Checkpoint.read(folder.path("w.safetensors"))
        for (flags, name, keepsState) in [
            ([], "plain", false), (["--with-optimizer"], "whole", true),
        ] {
            let outcome = try folder.run(
                ["export", "safetensors", "w.safetensors", "--out", name + ".safetensors"] + flags)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let copy = try Checkpoint.read(folder.path(name + ".safetensors"))
            for tensor in copy.tensors { #expect(tensor == whole[tensor.name]) }
            let names = Set(copy.tensors.map(\.name))
            #expect((names == Set(try layout.stateOrder)) != keepsState)
            #expect((copy.tensors.count == whole.tensors.count) == keepsState)
            #expect(outcome.output.contains("left out") != keepsState)
        }
    }

    @Test func checkpointsAreDirections() throws {
        let folder = try trained("sgd")
        let flags = ["--model", Sample.network, "--data", Sample.images, "--first", "8"]
        let outcome = try folder.run(
            ["landscape", "--directions", "w.safetensors", "--dimensions", "1", "--points", "3"]
                + flags + ["--weights", "w.safetensors", "--out", "l.h5", "--save-directions",
                    "d.safetensors"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        // Without normalisation the direction is the checkpoint's weights.
        let direction = try Checkpoint.read(folder.path("d.safetensors"))
        let weights = try Checkpoint.read(folder.path("w.safetensors"))
        #expect(try Set(direction.tensors.map(\.name)) == Set(layout.tensors.map(\.name)))
        for tensor in direction.tensors {
            #expect(tensor.doubles() == weights[tensor.name]?.doubles())
        }
        let product = try folder.run(
            ["hessian", "product", "--vector", "w.safetensors", "--weights", "initial"] + flags
                + ["--out", "p.safetensors"])
        #expect(product.status == 0, "\(product.errors)")
    }
}
