import Autodiff
import Foundation
import Networks
import Storage
import Testing

/// What each command that measures does when all is well.
@Suite struct MeasuringTests {
    @Test func evaluateCountsCorrectImages() throws {
        let folder = try Folder()
        let document = try folder.document(["evaluate"] + Sample.flags())
        let metrics = try #require(document["metrics"] as? [String: Any])
        let correct = try #require(document["correct"] as? Int)
        let accuracy = try #require(metrics["Acc"] as? Double)
        #expect(document["examples"] as? Int == 32)
        #expect(abs(accuracy - Double(correct) / 32) < 1e-12)
    }

    @Test func predictedProbabilitiesAreDistributions() throws {
        let folder = try Folder()
        let document = try folder.document(
            ["predict", "--out", "p.safetensors"] + Sample.flags(Sample.transformer))
        let rows = try #require(document["probabilities"] as? [[Double]])
        #expect(rows.count == 32)
        for row in rows { #expect(row.count == 4 && abs(row.reduce(0, +) - 1) < 1e-9) }
        let logits = try #require(document["logits"] as? [[Double]])
        let stored = try Safetensors.read(folder.path("p.safetensors"))
        let tensor = try #require(stored.tensors.first { $0.name == "logits" })
        #expect(tensor.shape == [32, 4])
        // Texts of numbers are read back with an error in the last place.
        for (stored, printed) in zip(tensor.doubles(), logits.flatMap { $0 }) {
            #expect(abs(stored - printed) <= 1e-15 * max(abs(stored), 1))
        }
    }

    @Test func imagesWithoutAPredictionAreCounted() throws {
        let folder = try Folder()
        let tensors = try ModelRegistry.network(Sample.network)
            .trace(in: GraphBuilder(), batch: 1).state.map { entry in
                // Products of all features with the classifier's weights are infinite in single
                // precision, of either sign, and so their sums are NaN.
                var values = entry.initialization.sample(entry.shape, seed: 1, name: entry.name)
                if entry.name == "layer3.0.bn2.bias" { values = values.map { _ in 1e38 } }
                if entry.name == "linear.weight" {
                    values = values.indices.map { $0 % 2 == 0 ? 1e30 : -1e30 }
                }
                return try StoredTensor(
                    name: entry.name, shape: entry.shape.dimensions, doubles: values)
            }
        try Safetensors.write(folder.path("huge.safetensors"), tensors: tensors)
        let flags = ["predict"] + Sample.flags(weights: "huge.safetensors")
        let outcome = try folder.run(flags)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rows = outcome.output.split(separator: "\n").filter { $0.contains(" none ") }
        #expect(rows.count == 32 && rows.allSatisfy { $0.contains("unknown") })
        #expect(outcome.output.contains("32 of 32 images have a logit that is NaN"))
        let document = try folder.document(flags + ["--out", "p.safetensors"])
        let predictions = try #require(document["predictions"] as? [Any])
        #expect(predictions.count == 32 && predictions.allSatisfy { $0 is NSNull })
        #expect(document["without_prediction"] as? Int == 32)
        let stored = try Safetensors.read(folder.path("p.safetensors"))
        let classes = try #require(stored.tensors.first { $0.name == "predictions" })
        #expect(classes.doubles() == [Double](repeating: -1, count: 32))
    }

    @Test func benchNamesWhatItTimes() throws {
        let folder = try Folder()
        let flags = ["bench", "--op", "forward", "--batch", "1", "--repeat", "1", "--threads", "1"]
        let model = "resnet,depth=8,width=4"
        let document = try folder.document(flags + ["--model", model])
        #expect(document["workload"] as? String == model)
        let outcome = try folder.run(flags + ["--model", model])
        #expect(outcome.output.hasPrefix("saddle bench \(model) forward, batch 1\n"))
        let standard = try folder.document(flags + ["--workload", "resnet20"])
        #expect(standard["workload"] as? String == "resnet20")
    }

    @Test func benchMeasuresTablesOfNetworksAndLayers() throws {
        let folder = try Folder()
        let zoo = try folder.document(
            ["bench", "--zoo", "--only", "resnet20", "--op", "forward", "--repeat", "1"]
                + ["--with", "size=16", "--batch", "1", "--threads", "1"])
        let rows = try #require(zoo["rows"] as? [[String: Any]])
        #expect(rows.compactMap { $0["model"] as? String } == ["resnet20,size=16"])
        #expect(rows.allSatisfy { $0["seconds_median"] is Double && $0["peak_rss_mb"] is Double })
        let broken = try folder.document(
            ["bench", "--zoo", "--only", "resnet20", "--op", "hvp", "--with", "size=0"])
        let errors = try #require(broken["rows"] as? [[String: Any]]).compactMap { $0["error"] }
        #expect(errors.count == 2, "a row that fails says why, and the others go on")
        let name = "maximum of 3, 2 x 2, stride 2, 14 x 14, forward"
        let sweep = try folder.document(["bench", "--layers", "--only", name])
        let layers = try #require(sweep["layers"] as? [[String: Any]])
        #expect(layers.compactMap { $0["layer"] as? String } == [name])
        for flags in [["--zoo", "--only", "none"], ["--layers", "--only", "none"], ["--only", "x"]] {
            let outcome = try folder.run(["bench"] + flags)
            #expect(outcome.status == 2 && outcome.failures.count == 1)
        }
    }

    @Test func landscapePassesThroughTheTrainedWeights() throws {
        let folder = try Folder()
        let flags = Sample.flags() + ["--l2", "0.01", "--precision", "f64"]
        let grid = try folder.document(
            ["landscape", "--grid", "3x5", "--range", "-0.5..0.5", "--out", "l.h5"] + flags)
        let metrics = try #require(grid["metrics"] as? [String: Any])
        let losses = try #require(metrics["nll"] as? [[Double]])
        #expect(losses.count == 5 && losses.allSatisfy { $0.count == 3 })
        let evaluated = try folder.document(["evaluate", "--split", "train"] + flags)
        let values = try #require(evaluated["metrics"] as? [String: Any])
        let nll = try #require(values["NLL"] as? Double)
        #expect(abs(losses[2][1] - nll) < 1e-12 * abs(nll))
        let certificate = try #require(grid["certificate"] as? [String: Any])
        #expect(try #require(certificate["asymmetry"] as? Double) < 1e-10)
        #expect(try #require(certificate["largest_relative_error"] as? Double) < 1e-3)
        #expect(folder.contains("l.h5") && !folder.contains("l.h5.journal"))
    }

    @Test func savedDirectionsGiveTheSameLandscape() throws {
        let folder = try Folder()
        let flags = Sample.flags() + ["--dimensions", "1", "--points", "5", "--no-certify"]
        let first = try folder.document(
            ["landscape", "--save-directions", "d.safetensors", "--out", "a.h5"] + flags)
        let second = try folder.document(
            ["landscape", "--directions", "d.safetensors", "--out", "b.h5"] + flags)
        let metrics = try [first, second].map { document in
            let metrics = try #require(document["metrics"] as? [String: Any])
            return try #require(metrics["nll"] as? [Double])
        }
        #expect(metrics[0] == metrics[1])
    }

    @Test(arguments: [
        ["landscape", "--grid", "3x3", "--no-certify"], ["landscape", "--points", "5"],
        ["hessian", "spectrum", "--batch-sizes", "8,16", "--batches", "2", "--top", "2"],
        ["lesion"],
    ]) func mergedPartsEqualTheWhole(_ command: [String]) throws {
        let folder = try Folder()
        let flags = command + Sample.flags()
        let words = command.prefix { !$0.hasPrefix("--") }
        let whole = try folder.document(flags + ["--out", "whole.h5"])
        for part in 1...2 {
            let outcome = try folder.run(flags + ["--part", "\(part)/2", "--out", "\(part).h5"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let merged = try folder.document(words + ["--merge", "2.h5", "1.h5", "--out", "merged.h5"])
        for (name, value) in merged where !["command", "out", "run", "missing", "missing_parts"].contains(name) {
            #expect(value as? NSObject == whole[name] as? NSObject, "\(name)")
        }
        // A part alone says what it lacks.
        let part = try folder.run(words + ["--merge", "1.h5", "--out", "part.h5"])
        #expect(part.status == 0 && part.output.contains("missing"))
        #expect(part.output.contains("part 2/2: "))
        #expect(!part.output.contains("nothing"))
        // Each kind is told and written as tables without further code.
        #expect(try folder.run(["inspect", "merged.h5"]).status == 0)
        #expect(try folder.run(["export", "csv", "merged.h5"]).status == 0)
        let tables = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
            .filter { $0.hasPrefix("merged-") && $0.hasSuffix(".csv") }
        #expect(!tables.isEmpty)
    }

    @Test func eigenvaluesOfBothMethodsAgree() throws {
        let folder = try Folder()
        let flags = ["hessian", "eigenvalues"] + Sample.flags() + ["--precision", "f64"]
        let power = try folder.document(
            flags + [
                "--method", "power", "--top", "1", "--tolerance", "1e-6", "--max-iterations",
                "2000", "--out", "p.h5",
            ])
        let lanczos = try folder.document(
            flags + [
                "--method", "lanczos", "--top", "1", "--tolerance", "1e-8", "--store-vectors",
                "--out", "l.h5",
            ])
        func values(_ document: [String: Any]) throws -> [Double] {
            let pairs = try #require(document["eigenvalues"] as? [[String: Any]])
            for pair in pairs {
                #expect(pair["converged"] as? Bool == true)
                #expect(try #require(pair["residual"] as? Double) < 1e-2)
            }
            return try pairs.map { try #require($0["eigenvalue"] as? Double) }
        }
        let (first, both) = (try values(power), try values(lanczos))
        let largest = try #require(both.max { abs($0) < abs($1) })
        #expect(abs(first[0] - largest) < 1e-5 * abs(largest))
        let along = try folder.document(
            ["hessian", "product", "--vector", "l.h5#0", "--out", "hv.safetensors"]
                + Sample.flags() + ["--precision", "f64"])
        let curvature = try #require(along["v_hv"] as? Double)
        #expect(abs(curvature - both[0]) < 1e-9 * abs(both[0]))
        let line = try folder.document(
            [
                "landscape", "--dimensions", "1", "--points", "3", "--directions", "l.h5#0",
                "--vectors", "f64", "--out", "along.h5",
            ] + Sample.flags())
        let directions = try #require(line["directions"] as? [[String: Any]])
        #expect(abs(try #require(directions[0]["norm"] as? Double) - 1) < 1e-9)
    }

    @Test func aBasisAsMemoryAllowsFindsTheSameEigenvalues() throws {
        let folder = try Folder()
        let flags = ["hessian", "eigenvalues"] + Sample.flags(Sample.transformer)
            + ["--method", "lanczos", "--top", "2", "--precision", "f64"]
        let ample = try folder.document(flags + ["--memory", "1G", "--out", "ample.h5"])
        let scarce = try folder.document(flags + ["--memory", "1K", "--out", "scarce.h5"])
        func values(_ document: [String: Any]) throws -> [Double] {
            try #require(document["eigenvalues"] as? [[String: Any]]).map { pair in
                #expect(pair["converged"] as? Bool == true)
                return try #require(pair["eigenvalue"] as? Double)
            }
        }
        #expect(ample["restarts"] as? Int == 0)
        #expect(try #require(scarce["restarts"] as? Int) > 2)
        for (first, second) in zip(try values(ample), try values(scarce)) {
            #expect(abs(first - second) < 1e-6 * abs(first))
        }
        // A run that goes on keeps its basis, whatever memory there is now.
        let again = try folder.run(flags + ["--memory", "1G", "--out", "scarce.h5"])
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.output.contains("basis up to 8 vectors, as in the run before"))
        for command in [
            ["hessian", "spectrum", "--batches", "1", "--top", "2", "--out", "s.h5"],
            [
                "landscape", "--dimensions", "1", "--points", "3", "--directions", "eigen",
                "--no-certify", "--out", "l.h5",
            ],
        ] {
            let outcome = try folder.run(
                command + Sample.flags(Sample.transformer) + ["--memory", "1K"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("vectors, as --memory allows"))
        }
    }

    @Test func eigenvaluesAreNotMeasuredInParts() throws {
        let folder = try Folder()
        for flags in [["--part", "1/2"], ["--merge", "a.h5"]] {
            let outcome = try folder.run(["hessian", "eigenvalues"] + Sample.flags() + flags)
            #expect(outcome.status == 2)
            #expect(outcome.failures.count == 1)
            #expect(outcome.errors.contains(flags.joined(separator: " ")))
        }
    }

    @Test func productIsLinearAndNamedLikeTheWeights() throws {
        let folder = try Folder()
        let flags = ["hessian", "product"] + Sample.flags() + ["--precision", "f64", "--l2", "0.1"]
        let first = try folder.document(
            flags + ["--vector", "random", "--out", "hv.safetensors"])
        let product = try Checkpoint.read(folder.path("hv.safetensors"))
        let norm = product.tensors.flatMap { $0.doubles() }.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let stated = try #require(first["hv_norm"] as? Double)
        #expect(abs(norm - stated) < 1e-9 * norm)
        let tensors = try #require(first["tensors"] as? [[String: Any]])
        let names = tensors.compactMap { $0["name"] as? String }
        #expect(Set(names) == Set(product.tensors.map(\.name)))
        let doubled = try product.tensors.map {
            try StoredTensor(name: $0.name, shape: $0.shape, doubles: $0.doubles().map { 2 * $0 })
        }
        try Checkpoint.write(folder.path("double.safetensors"), tensors: doubled)
        let curvatures = try ["hv", "double"].map { name in
            let document = try folder.document(
                flags + ["--vector", "\(name).safetensors", "--out", "\(name)-product.safetensors"])
            return try #require(document["v_hv"] as? Double)
        }
        #expect(abs(curvatures[1] - 4 * curvatures[0]) < 1e-9 * abs(curvatures[1]))
    }

    @Test func spectrumOfSeveralBatchSizes() throws {
        let folder = try Folder()
        let flags = ["hessian", "spectrum"] + Sample.flags()
            + ["--batch-sizes", "8,16", "--batches", "2", "--top", "2", "--l2", "0.5"]
        let document = try folder.document(flags + ["--out", "s.h5"])
        let spectra = try #require(document["spectra"] as? [[String: Any]])
        #expect(spectra.compactMap { $0["batch_size"] as? Int } == [8, 16])
        for spectrum in spectra {
            let samples = try #require(spectrum["samples"] as? [[String: Any]])
            #expect(samples.count == 2 * 4)
            for sample in samples {
                let plain = try #require(sample["eigenvalue"] as? Double)
                let penalized = try #require(sample["eigenvalue_l2"] as? Double)
                #expect(abs(penalized - plain - 0.5) < 1e-9)
            }
        }
        let published = try folder.run(
            ["hessian", "spectrum"] + Sample.flags()
                + ["--protocol", "park2022", "--batches", "1", "--top", "1", "--out", "p.h5"])
        #expect(published.status == 0, "\(published.errors)")
        #expect(published.output.contains("RandAugment"))
    }

    @Test(arguments: [(Sample.network, 3), (Sample.transformer, 4)])
    func lesionOfEachResidualUnit(_ model: String, _ units: Int) throws {
        let folder = try Folder()
        let document = try folder.document(
            ["lesion", "--out", "lesion.h5"] + Sample.flags(model))
        let found = try #require(document["units"] as? [[String: Any]])
        #expect(found.count == units)
        let baseline = try #require(document["baseline_accuracy"] as? Double)
        for unit in found {
            let drop = try #require(unit["accuracy_drop"] as? Double)
            let accuracy = try #require(unit["accuracy"] as? Double)
            #expect(abs(baseline - accuracy - drop) < 1e-12)
        }
    }
}
