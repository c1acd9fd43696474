import Foundation
import Storage
import Testing

/// Training, drawing, exporting and describing.
@Suite struct FileTests {
    private static let training = [
        "train", "--model", Sample.network, "--data", Sample.images, "--batch-size", "16",
        "--threads", "2", "--no-test",
    ]

    @Test func resumedTrainingEqualsAnUninterruptedOne() throws {
        let folder = try Folder()
        let whole = try folder.run(Self.training + ["--epochs", "2", "--out", "whole.safetensors"])
        #expect(whole.status == 0, "\(whole.errors)")
        // A schedule of constant rate, so that one epoch is the first half of two.
        let constant = Self.training + ["--schedule", "constant", "--out", "c.safetensors"]
        #expect(try folder.run(constant + ["--epochs", "2"]).status == 0)
        let straight = try weights(folder.path("c.safetensors"))
        #expect(try folder.run(constant + ["--epochs", "1", "--force"]).status == 0)
        #expect(try weights(folder.path("c.safetensors")) != straight)
        let resumed = try folder.run(constant + ["--epochs", "2", "--resume"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try weights(folder.path("c.safetensors")) == straight)
    }

    @Test func resultsAreInMemoryOnceWhileTheyAreWritten() throws {
        let folder = try Folder()
        let said = try folder.run(["large.h5", "128"], program: "LargeFile").output
        let mebibytes = try #require(Int(said.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(mebibytes > 0 && mebibytes < 160, "128 MiB are written")
        #expect(try folder.bytes("large.h5").count > 128 << 20)
    }

    @Test func trainingLearns() throws {
        let folder = try Folder()
        let document = try folder.document(
            [
                "train", "--model", Sample.network, "--data",
                "synthetic:size=16,classes=4,count=256", "--batch-size", "32", "--epochs", "6",
                "--optimizer", "adamw", "--lr", "0.01", "--threads", "2", "--out", "w.safetensors",
            ])
        let test = try #require(document["test"] as? [String: Any])
        let accuracy = try #require(test["Acc"] as? Double)
        #expect(accuracy > 0.4, "chance is 0.25")
    }

    @Test func eachEpochOfATrainingIsTold() throws {
        let folder = try Folder()
        let arguments = Self.training + ["--warm-up", "1", "--lr", "0.1", "--out", "w.safetensors"]
        func history(_ more: [String]) throws -> (epochs: [[String: Any]], errors: [String]) {
            let outcome = try folder.run(arguments + more + ["--json"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let document = try outcome.document()
            #expect(document["epochs"] as? Int == 3 && document["test"] is NSNull)
            return (
                try #require(document["history"] as? [[String: Any]]),
                outcome.errors.components(separatedBy: .newlines)
            )
        }
        let (epochs, errors) = try history(["--epochs", "2"])
        #expect(epochs.compactMap { $0["epoch"] as? Int } == [1, 2, 3])
        #expect(epochs.compactMap { $0["warm_up"] as? Bool } == [true, false, false])
        // Four steps an epoch: k/4 of the base in the warm-up, then half a cosine over eight.
        let rates = epochs.compactMap { $0["learning_rate"] as? Double }
        let expected = [0.075, 0.05 * (1 + cos(.pi * 3 / 8)), 0.05 * (1 + cos(.pi * 7 / 8))]
        #expect(rates.count == 3)
        #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-15 }, "\(rates)")
        for epoch in epochs {
            let loss = try #require(epoch["loss"] as? Double)
            #expect(loss > 0 && loss < 10)
            #expect(try #require(epoch["seconds"] as? Double) > 0)
            // The same numbers as those said while training.
            let number = try #require(epoch["epoch"] as? Int)
            let said = errors.first { $0.contains("epoch \(number) of 3: mean loss") }
            let value = try #require(said?.split(separator: " ").last.flatMap { Double($0) })
            #expect(abs(value - loss) < 1e-5 * loss)
        }
        // Nothing is left to train: no epoch of this run.
        #expect(try history(["--epochs", "2", "--resume"]).epochs.isEmpty)
    }

    private func weights(_ path: String) throws -> [String: [Double]] {
        let tensors = try Checkpoint.read(path).tensors
        return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.doubles()) })
    }

    @Test func figuresAndNotebooksOfEachKind() throws {
        let folder = try Folder()
        let small = ["--no-certify", "--grid", "3x3"]
        let commands: [(name: String, arguments: [String])] = [
            ("grid", ["landscape"] + small),
            ("line", ["landscape", "--dimensions", "1", "--points", "5", "--no-certify"]),
            ("spectrum", ["hessian", "spectrum", "--batches", "2", "--top", "2"]),
            ("lesion", ["lesion"]), ("eigenvalues", ["hessian", "eigenvalues", "--top", "2"]),
        ]
        for (name, arguments) in commands {
            let file = "\(name).h5"
            let made = try folder.run(arguments + Sample.flags() + ["--out", file])
            #expect(made.status == 0, "\(made.errors)")
            let plot = try folder.run(["plot", file, "--out", "plots/\(name)", "--formats", "svg"])
            #expect(plot.status == 0, "\(plot.errors)")
            #expect(folder.contains("plots/\(name).gp") && folder.contains("plots/\(name).svg"))
            let export = try folder.run(["export", "notebook", file])
            #expect(export.status == 0, "\(export.errors)")
            let notebook = try #require(
                try JSONSerialization.jsonObject(
                    with: folder.bytes("notebooks-export/\(name).ipynb")) as? [String: Any])
            #expect(notebook["nbformat"] as? Int == 4)
            let described = try folder.run(["inspect", file])
            #expect(described.status == 0 && described.output.contains("sha256"))
            #expect(described.output.contains(/kernels +(baseline|avx2|avx512)/))
        }
        let overview = try folder.run(
            [
                "plot", "grid.h5", "spectrum.h5", "lesion.h5", "--out", "overview", "--formats",
                "png",
            ])
        #expect(overview.status == 0, "\(overview.errors)")
        #expect(try folder.bytes("overview.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func convertedCheckpointsKeepEveryValue() throws {
        let folder = try Folder()
        let tensors = [
            try StoredTensor(name: "a", shape: [2], floats: [1.5, -2]),
            try StoredTensor(name: "b.c", shape: [1, 3], doubles: [1, 2, 3]),
        ]
        try Checkpoint.write(folder.path("in.safetensors"), tensors: tensors)
        let outcome = try folder.run(
            ["export", "safetensors", "in.safetensors", "--out", "out.safetensors"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let copied = try Checkpoint.read(folder.path("out.safetensors"))
        #expect(Set(copied.tensors.map(\.name)) == ["a", "b.c"])
        for tensor in tensors { #expect(copied[tensor.name]?.bytes == tensor.bytes) }
    }

    @Test func inspectKnowsEachFormat() throws {
        let folder = try Folder()
        try NumpyArray.write(
            folder.path("a.npy"),
            StoredTensor(name: "", shape: [2, 3], doubles: [1, 2, 3, 4, 5, 6]))
        try folder.write("test_batch.bin", [UInt8](repeating: 1, count: 2 * 3073))
        try folder.write("i-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3])
        try Checkpoint.write(
            folder.path("w.safetensors"),
            tensors: [StoredTensor(name: "a", shape: [2], floats: [1.5, -2])])
        let formats = [
            ("a.npy", "NumPy"), ("test_batch.bin", "CIFAR-10"), ("i-idx1-ubyte", "IDX"),
            ("w.safetensors", "safetensors"),
        ]
        for (file, format) in formats {
            let document = try folder.document(["inspect", file])
            let described = try #require((document["described"] as? [[String: Any]])?.first)
            #expect(try #require(described["format"] as? String).contains(format))
        }
        let layers = try folder.document(["inspect", "--model", Sample.transformer])
        let network = try #require((layers["described"] as? [[String: Any]])?.first)
        let units = try #require(network["units"] as? [[String: Any]])
        let total = units.compactMap { $0["parameters"] as? Int }.reduce(0, +)
        #expect(network["parameters"] as? Int == total)
    }

    @Test func helpVersionAndCompletions() throws {
        let folder = try Folder()
        let commands = [
            ["train"], ["evaluate"], ["predict"], ["landscape"], ["hessian", "eigenvalues"],
            ["hessian", "spectrum"], ["hessian", "product"], ["lesion"], ["plot"],
            ["export", "notebook"], ["export", "csv"], ["export", "safetensors"], ["inspect"],
            ["models"],
        ]
        for command in commands {
            let help = try folder.run(command + ["--help"])
            #expect(help.status == 0)
            #expect(help.output.contains("Example: saddle \(command.joined(separator: " "))"))
        }
        #expect(try folder.run(["--version"]).output.hasPrefix("saddle "))
        let completions = try folder.run(["--generate-completion-script", "bash"])
        #expect(completions.output.contains("landscape"))
        let models = try folder.document(["models"])
        #expect(try #require(models["models"] as? [[String: Any]]).count > 1)
    }
}
