import Foundation
import Testing

/// All that can be done with files of robustness.
@Suite struct RobustnessTests {
    private static let networks = [
        "resnet,depth=8,width=4,classes=4,size=16", Sample.transformer,
        "swin_tiny,size=16,patch=2,window=2,width=12,depth=1-1,heads=1-2,classes=4",
    ]

    @Test(arguments: networks) func frequencies(_ model: String) throws {
        let folder = try Folder()
        let arguments = ["robustness", "--frequency", "--attacks", "random,fgsm,pgd", "--steps", "2"]
            + Sample.flags(model) + ["--batch-size", "12"]
        let document = try folder.document(arguments + ["--out", "whole.h5"])
        let rings = try #require(document["rings"] as? [[String: Any]])
        #expect(rings.count == 9)
        for (number, ring) in rings.enumerated() {
            #expect(ring["frequency"] as? Double == Double(number + 1) / 10)
            for attack in ["random", "fgsm", "pgd"] {
                let accuracy = try #require(ring["\(attack)_accuracy"] as? Double)
                let change = try #require(ring["\(attack)_accuracy_change"] as? Double)
                let clean = try #require(document["clean_accuracy"] as? Double)
                #expect(abs(clean + change - accuracy) < 1e-9)
            }
        }
        for part in 1...2 {
            let outcome = try folder.run(
                arguments + ["--out", "part\(part).h5", "--part", "\(part)/2"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let merged = try folder.document([
            "robustness", "--merge", "part2.h5", "part1.h5", "--out", "merged.h5",
        ])
        #expect(
            try #require(merged["rings"] as? NSArray) == #require(document["rings"] as? NSArray))
        for arguments in [
            ["plot", "merged.h5", "whole.h5", "--out", "frequencies"],
            ["export", "notebook", "merged.h5", "--out", "frequencies.ipynb"],
            ["export", "csv", "merged.h5", "--out", "frequencies.csv"], ["inspect", "merged.h5"],
        ] {
            let outcome = try folder.run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
    }

    /// What `corrupt` stores and `evaluate` measures is what `robustness` measures.
    @Test func corruptedImagesAreStoredAndMeasured() throws {
        let folder = try Folder()
        let flags = Array(Sample.flags(Sample.transformer).dropFirst(4))
        let network = ["--model", Sample.transformer, "--weights", "initial"]
        let document = try folder.document(
            ["robustness", "--corruptions", "jpeg_compression,fog", "--severities", "2,4"]
                + network + flags + ["--out", "corruptions.h5"])
        let sets = try #require(document["sets"] as? [[String: Any]])
        #expect(sets.count == 4)
        let fog = try #require(
            sets.first { $0["corruption"] as? String == "fog" && $0["severity"] as? Int == 4 })
        let data = Array(flags.prefix(4))
        let stored = try folder.run(["corrupt", "fog", "4"] + data + ["--out", "fog.safetensors"])
        #expect(stored.status == 0, "\(stored.errors)")
        // Constants of the clean images: those of the corrupted ones differ.
        let clean = try #require((document["run"] as? [String: Any])?["normalization"] as? String)
        let constants = String(clean.split(separator: " ").last ?? "")
        let evaluated = try folder.document(
            ["evaluate"] + network + ["--data", "tensors:fog.safetensors", "--normalization", constants])
        let metrics = try #require(evaluated["metrics"] as? [String: Any])
        #expect(metrics["NLL"] as? Double == fog["nll"] as? Double)
        #expect(metrics["Acc"] as? Double == fog["accuracy"] as? Double)
        #expect(metrics["ECE"] as? Double == fog["ece"] as? Double)
        for arguments in [
            ["plot", "corruptions.h5", "corruptions.h5", "--out", "corruptions"],
            ["export", "notebook", "corruptions.h5", "--out", "corruptions.ipynb"],
            ["export", "csv", "corruptions.h5"], ["inspect", "corruptions.h5"],
        ] {
            let outcome = try folder.run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
    }

    @Test(arguments: ["fgsm", "pgd"]) func attacks(_ attack: String) throws {
        let folder = try Folder()
        let document = try folder.document(
            ["robustness", "--adversarial", attack, "--steps", "3"] + Sample.flags()
                + ["--out", "attack.h5"])
        let steps = try #require(document["steps"] as? [[String: Any]])
        #expect(steps.count == (attack == "pgd" ? 4 : 2))
        let losses = steps.compactMap { $0["nll"] as? Double }
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 < $1 })
        for arguments in [
            ["plot", "attack.h5", "--out", "attack"],
            ["export", "notebook", "attack.h5", "--out", "attack.ipynb"],
        ] {
            let outcome = try folder.run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
    }

    @Test(arguments: [
        (["--corruptions", "fogg"], "no such corruption"),
        (["--corruptions", "fog,fog"], "given twice"),
        (["--severities", "0,1"], "from 1 to 5"),
        (["--sequences", "."], "has no sequences"),
        (["--frequency", "--adversarial", "pgd"], "choose one"),
        (["--adversarial", "random"], "expected fgsm or pgd"),
        (["--frequency", "--attacks", "random,nothing"], "expected random, fgsm, pgd"),
        (["--frequency", "--attacks", "fgsm,fgsm"], "given twice"),
        (["--frequency", "--epsilon", "0"], "--epsilon 0.0"),
        (["--frequency", "--steps", "0"], "--steps 0"),
        (["--frequency", "--ring-width", "nan"], "--ring-width nan"),
    ]) func whatMakesNoSenseIsRefused(_ flags: [String], _ word: String) throws {
        let folder = try Folder(inMemory: true)
        let outcome = try folder.run(["robustness"] + flags + Sample.flags())
        let status: Int32 = flags.first == "--sequences" ? 1 : 2
        #expect(outcome.status == status && outcome.failures.count == 1, "\(outcome.errors)")
        #expect(outcome.failures.first?.contains(word) ?? false, "\(outcome.errors)")
    }
}
