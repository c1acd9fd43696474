import Foundation
import Testing

/// Where results go that are given no name.
@Suite struct DefaultOutputTests {
    private static let commands = [
        ["landscape", "--grid", "2x2", "--no-certify"], ["lesion"], ["variance"],
        ["hessian", "spectrum", "--batch-size", "8", "--batches", "1", "--top", "1"],
        ["hessian", "eigenvalues", "--top", "1", "--max-iterations", "10"],
        ["hessian", "product", "--vector", "random", "--force"], ["train", "--epochs", "1", "--no-test", "--force"],
    ]

    private func flags(_ command: [String]) -> [String] {
        command + ["--model", Sample.network, "--data", Sample.images, "--first", "16"]
            + (command[0] == "train" ? ["--batch-size", "8"] : ["--weights", "initial"])
    }

    private func files(_ folder: Folder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
    }

    @Test(arguments: commands) func sweepsDoNotCollide(_ command: [String]) throws {
        let folder = try Folder(inMemory: true)
        let document = try folder.document(flags(command))
        let path = try #require(document["out"] as? String)
        let first = try files(folder)
        #expect(first.map { "out/" + $0 } == [path])
        #expect(path.hasPrefix("out/resnet"))
        // The same run has the same name, whatever it is run on.
        for further in [[], ["--threads", "1"], ["--memory", "1G"]] {
            #expect(try folder.run(flags(command) + further).status == 0)
            #expect(try files(folder) == first)
        }
        // What decides the result decides the name.
        var sweep: [[String]] = [["--seed", "1"], ["--workers", "3"]]
        switch command.last == "--force" ? command[command.count - 2] : command[0] {
        case "landscape": sweep += [["--l2", "0.1"], ["--range=-2..2"], ["--part", "1/2"]]
        case "hessian": sweep += [["--l2", "0.1"], ["--top", "2"], ["--first", "8"]]
        case "random": sweep += [["--l2", "0.1"]]
        case "--no-test": sweep += [["--lr", "0.2"], ["--optimizer", "adamw"], ["--epochs", "2"]]
        default: sweep += [["--batch-norm", "batch"], ["--part", "2/2"], ["--precision", "f64"]]
        }
        for (number, further) in sweep.enumerated() {
            var changed = flags(command)
            // What is given twice is refused.
            if let place = changed.firstIndex(of: further[0]) {
                changed[place + 1] = further[1]
            } else {
                changed += further
            }
            let outcome = try folder.run(changed)
            #expect(outcome.status == 0, "\(further): \(outcome.errors)")
            #expect(try files(folder).count == first.count + number + 1, "\(further)")
        }
    }
}

/// Numbers in documents: what counts something is whole, what is missing is null.
@Suite struct DocumentNumberTests {
    private static let model = ["--model", Sample.network, "--data", Sample.images, "--first", "16"]
    private static let measured = model + ["--weights", "initial", "--out", "r.h5"]
    private static let commands = [
        ["evaluate", "--weights", "initial"] + model, ["predict", "--weights", "initial"] + model,
        ["landscape", "--points", "3", "--dimensions", "1"] + measured,
        ["lesion"] + measured, ["variance"] + measured,
        ["hessian", "spectrum", "--batch-size", "8", "--top", "1"] + measured,
        ["hessian", "eigenvalues", "--top", "1", "--max-iterations", "10"] + measured,
        ["hessian", "product", "--vector", "random", "--weights", "initial", "--out", "v.safetensors"]
            + model,
        ["train", "--epochs", "1", "--batch-size", "8", "--out", "w.safetensors"] + model,
        ["models"], ["inspect", "--model", Sample.network],
        [
            "bench", "--model", Sample.network, "--op", "forward", "--batch", "1", "--repeat", "1",
            "--threads", "1", "--limit", "100",
        ],
        [
            "bench", "--zoo", "--only", "resnet20", "--op", "forward", "--batch", "1", "--repeat",
            "1", "--threads", "1", "--limit", "100",
        ],
    ]

    private static let counts = [
        "seed", "threads", "workers", "draws", "example_count", "examples", "batch_size", "correct",
        "count", "finished", "order", "rank", "iterations", "products", "restarts", "dimension",
        "minibatch", "minibatches", "channels", "height", "width", "epoch", "epochs", "parameters",
        "unconverged", "converged_count", "unconverged_count", "measured", "batch", "repeat",
        "images", "peak_rss_mb", "without_prediction",
    ]

    @Test(arguments: commands) func countsAreWhole(_ command: [String]) throws {
        let folder = try Folder(inMemory: true)
        let outcome = try folder.run(command + ["--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        _ = try outcome.document()
        let document = outcome.output
        for name in Self.counts {
            var rest = document[...]
            while let key = rest.range(of: "\"\(name)\":") {
                rest = rest[key.upperBound...]
                let number = rest.prefix { "-+.eE0123456789".contains($0) }
                #expect(number.isEmpty || Int(number) != nil, "\(name) is \(number)")
            }
        }
        for word in ["nan", "NaN", ":inf", ":-inf", "Infinity"] {
            #expect(!document.contains(":\(word)") && !document.contains(",\(word)"))
        }
    }

    @Test func benchNamesWhatItTimed() throws {
        let folder = try Folder(inMemory: true)
        let flags = [
            "bench", "--model", Sample.network, "--op", "landscape", "--repeat", "1", "--threads",
            "1", "--limit", "100",
        ]
        let document = try folder.document(flags)
        #expect(document["command"] as? String == "bench")
        #expect((document["model"] as? String)?.contains("width=4") == true)
        #expect(document["timed"] as? String == "25 points of a landscape")
        #expect(document["images"] as? Int == 256)
        let text = try folder.run(flags).output
        #expect(text.contains("25 points of a landscape, 256 images, f32, batch norm running"))
        #expect(text.contains("width=4"))
    }
}
