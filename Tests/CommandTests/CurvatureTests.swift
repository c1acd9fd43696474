import Foundation
import Testing

/// All that tells of curvature, on small networks of the families, from flags to files.
@Suite struct CurvatureTests {
    private static let models = [
        Sample.network, Sample.transformer,
        "swin_tiny,size=16,patch=2,width=8,depth=2-2,heads=1-2,window=2,classes=4",
        "alternet18,size=16,blocks=1-2-1-1,attention=0-1-0-0,head_width=8,classes=4",
        "cait_xxs24,size=16,patch=8,width=16,depth=2,heads=2,classes=4",
        "deit_tiny,size=16,patch=8,width=12,depth=2,heads=2,classes=4,scaling=attnscale",
    ]

    private static func flags(_ model: String) -> [String] {
        [
            "--model", model, "--weights", "initial", "--data", Sample.images, "--first", "8",
            "--threads", "2",
        ]
    }

    /// Each command with its own flags, and what its document must have.
    private static let commands: [(words: [String], table: String, number: String)] = [
        (["hessian", "density", "--probes", "2", "--steps", "8", "--points", "40"], "curve", "mean"),
        (["hessian", "trace", "--tolerance", "0.3", "--max-iterations", "24"], "history", "trace"),
        (
            [
                "hessian", "trace", "--method", "hutch++", "--range", "3", "--operator", "fisher",
                "--tolerance", "0.3", "--max-iterations", "24",
            ], "history", "frobenius"
        ),
        (
            ["hessian", "blocks", "--probes", "2", "--max-iterations", "6", "--operator", "ggn"],
            "blocks", "products"
        ),
        (["hessian", "minibatch", "--batch-sizes", "2,4", "--batches", "2"], "curves", "products"),
        (["sharpness", "--radii", "0.01,0.1", "--steps", "2"], "rises", "critical_sharpness"),
        (
            ["hessian", "eigenvalues", "--top", "2", "--operator", "empirical-fisher"],
            "eigenvalues", "products"
        ),
    ]

    @Test(arguments: models) func everyFamilyIsMeasured(_ model: String) throws {
        let folder = try Folder(inMemory: true)
        for (number, command) in Self.commands.enumerated() {
            let arguments = command.words + Self.flags(model)
            let document = try folder.document(arguments + ["--out", "\(number).h5"])
            let rows = try #require(document[command.table] as? [[String: Any]])
            #expect(!rows.isEmpty, "\(command.words)")
            let value = try #require(document[command.number] as? NSNumber, "\(command.words)")
            #expect(value.doubleValue.isFinite)
        }
    }

    /// The same seed gives the same bits, parts join to the whole, and files can be drawn.
    @Test(arguments: [
        (commands[0], true), (commands[1], false), (commands[3], true), (commands[4], true),
        (commands[5], true),
    ])
    func filesAreRepeatedJoinedAndDrawn(
        _ command: (words: [String], table: String, number: String), _ hasParts: Bool
    ) throws {
        let folder = try Folder(inMemory: true)
        let arguments = command.words + Self.flags(Sample.transformer)
        let whole = try folder.document(arguments + ["--out", "one.h5"])
        let again = try folder.document(arguments + ["--out", "two.h5"])
        #expect(again[command.table] as? NSArray == whole[command.table] as? NSArray)
        #expect(again[command.number] as? NSNumber == whole[command.number] as? NSNumber)
        let parts = (0..<2).map { "part\($0).h5" }
        for (number, part) in parts.enumerated() {
            let outcome = try folder.run(arguments + ["--part", "\(number + 1)/2", "--out", part])
            #expect((outcome.status == 0) == hasParts, "\(outcome.errors)")
        }
        if hasParts {
            let words = Array(command.words.prefix(command.words[0] == "hessian" ? 2 : 1))
            let merged = try folder.document(words + ["--merge"] + parts + ["--out", "merged.h5"])
            #expect(
                merged[command.table] as? NSArray == whole[command.table] as? NSArray)
        }
        for arguments in [
            ["plot", "one.h5", "two.h5", "--titles", "A,B", "--out", "figure"],
            ["export", "notebook", "one.h5", "--out", "figure.ipynb"],
            ["export", "csv", "one.h5", "--table", command.table, "--out", "figure.csv"],
        ] {
            let outcome = try folder.run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        #expect(folder.contains("figure.png") && folder.contains("figure.ipynb"))
    }

    @Test(arguments: [
        (["--operator", "hesian"], "--operator"), (["--parameters", "nothing.*"], "nothing.*"),
        (["--parameters", "head.*:q"], "head.*:q"), (["--probes", "0"], "--probes 0"),
        (["--steps", "1"], "--steps 1"), (["--points", "0"], "--points 0"),
        (["--protocol", "pyhesian"], "--protocol"),
    ])
    func flagsThatMakeNoSenseAreRefused(_ flags: [String], _ named: String) throws {
        let folder = try Folder(inMemory: true)
        let outcome = try folder.run(
            ["hessian", "density"] + flags + Self.flags(Sample.transformer) + ["--out", "x.h5"])
        #expect(outcome.status == 2)
        #expect(outcome.failures.count == 1)
        #expect(outcome.failures.first?.contains(named) ?? false, "\(outcome.errors)")
        #expect(!folder.contains("x.h5"))
    }

    @Test func minibatchesNeedASecondOne() throws {
        let folder = try Folder(inMemory: true)
        let outcome = try folder.run(
            ["hessian", "minibatch", "--batch-sizes", "8"] + Self.flags(Sample.network)
                + ["--out", "x.h5"])
        #expect(outcome.status == 2 && outcome.failures.count == 1)
        #expect(outcome.failures.first?.contains("two are needed") ?? false)
    }

    /// Another matrix or other parameters are another run.
    @Test func anotherMatrixDoesNotGoOn() throws {
        let folder = try Folder(inMemory: true)
        let arguments = ["hessian", "density", "--probes", "2", "--steps", "4", "--points", "20"]
            + Self.flags(Sample.transformer) + ["--out", "x.h5"]
        #expect(try folder.run(arguments).status == 0)
        for change in [["--operator", "ggn"], ["--parameters", "head.*"]] {
            let outcome = try folder.run(arguments + change)
            #expect(outcome.status != 0)
        }
    }
}
