import Foundation
import Networks
import Testing
import Training

/// The library without the command line, by the program in Tests/LibraryExample.
@Suite struct LibraryTests {
    @Test func aShortProgramGoesOnAfterAKillAndEqualsTheCommands() throws {
        let folder = try Folder()
        try Weights(ModelRegistry.network("resnet20"), seed: 1)
            .save(to: folder.path("w.safetensors"))
        let outcome = try folder.run(["w.safetensors", "."], program: "LibraryExample")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 3 && lines[0] == "going on after 5 points")
        let flags = [
            "--model", "resnet20", "--weights", "w.safetensors", "--data", "synthetic:count=64",
            "--first", "8", "--threads", "1",
        ]
        for (name, command) in [
            ("landscape", ["landscape", "--grid", "3x3"]),
            ("spectrum", ["hessian", "spectrum", "--batch-size", "4"]),
        ] {
            let document = try folder.document(["inspect", "\(name).h5"])
            let files = try #require(document["described"] as? [[String: Any]])
            let result = try #require(files[0]["result"] as? [String: Any])
            let measured = try folder.document(command + flags + ["--out", "command.h5", "--force"])
            let differences = result.keys.sorted().flatMap {
                DocumentComparison(tolerance: 0).differences(result[$0], measured[$0], at: $0)
            }
            #expect(differences.isEmpty, "\(differences.prefix(5))")
            if let metrics = result["metrics"] as? [String: Any] {
                let losses = try #require(metrics["nll"] as? [[Double]]).flatMap { $0 }
                let printed = lines[1].dropFirst("NLL [".count).dropLast().split(separator: ", ")
                #expect(printed.count == 9)
                // Texts of numbers are read back with an error in the last place.
                for (loss, text) in zip(losses, printed) {
                    #expect(abs(loss - (Double(text) ?? .nan)) <= 1e-15 * loss)
                }
            }
        }
    }

    @Test func theProgramIsShort() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("LibraryExample/main.swift")
        let lines = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        // The last line ends in a line break.
        #expect(lines.count <= 41 && lines.allSatisfy { $0.count <= 100 })
    }
}
