import Foundation
import Testing

/// Outputs replace nothing that they should not, and old results stay until new ones are complete.
@Suite struct OutputTests {
    private static let landscape =
        ["landscape"] + Sample.flags() + ["--grid", "3x3", "--no-certify", "--out"]

    private func refused(
        _ folder: Folder, _ arguments: [String], status: Int32 = 1, _ word: String
    ) throws {
        let outcome = try folder.run(arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(outcome.failures.count == 1)
        #expect(outcome.failures.last?.contains(word) == true, "'\(word)' in \(outcome.failures)")
    }

    /// Every command that writes one file, given its name.
    private static let commands: [(words: [String], out: String)] = [
        (Array(landscape.dropLast()), "o.h5"), (["lesion"] + Sample.flags(), "o.h5"),
        (["variance"] + Sample.flags(), "o.h5"),
        (["hessian", "spectrum", "--batch-size", "16", "--top", "1"] + Sample.flags(), "o.h5"),
        (["hessian", "eigenvalues", "--top", "1"] + Sample.flags(), "o.h5"),
        (["hessian", "product", "--vector", "random"] + Sample.flags(), "o.safetensors"),
        (["evaluate"] + Sample.flags(), "o.json"), (["predict"] + Sample.flags(), "o.safetensors"),
        (
            [
                "train", "--model", Sample.network, "--data", Sample.images, "--batch-size", "32",
                "--epochs", "1", "--no-test", "--threads", "2",
            ], "o.safetensors"
        ),
        (["export", "safetensors", "w.safetensors"], "o.safetensors"),
        (["export", "csv", "l.h5", "--table", "metrics"], "o.csv"),
        (["export", "notebook", "l.h5"], "o.ipynb"),
        (["landscape", "--merge", "l.h5"], "o.h5"),
    ]

    /// A folder with a landscape and a checkpoint.
    private func folder() throws -> Folder {
        let folder = try Folder(inMemory: true)
        #expect(try folder.run(Self.landscape + ["l.h5"]).status == 0)
        let training = try #require(Self.commands.first { $0.words[0] == "train" })
        #expect(try folder.run(training.words + ["--out", "w.safetensors"]).status == 0)
        return folder
    }

    @Test func everyCommandKeepsWhatItWasNotToReplace() throws {
        let folder = try folder()
        let foreign = Data("something else".utf8)
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        for (words, out) in Self.commands {
            let command = words + ["--out"]
            try folder.write(out, foreign)
            let outcome = try folder.run(command + [out])
            #expect(outcome.status == 1, "\(words): \(outcome.output)")
            #expect(outcome.failures.last?.contains(out) == true, "\(outcome.failures)")
            #expect(try folder.bytes(out) == foreign, "\(words)")
            try refused(folder, command + ["pipe", "--force"], "is a pipe")
            try refused(folder, command + ["/dev/null", "--force"], "is a device")
            try refused(folder, command + ["-", "--force"], "standard output")
            try refused(folder, command + [".", "--force"], "is a folder")
            // A link is written through, with --force only where it leads to a file.
            try FileManager.default.removeItem(atPath: folder.path(out))
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("link"), withDestinationPath: out)
            for force in [[], ["--force"]] {
                let written = try folder.run(command + ["link"] + force)
                #expect(written.status == 0, "\(words): \(written.errors)")
                let type = try FileManager.default.attributesOfItem(atPath: folder.path("link"))
                #expect(type[.type] as? FileAttributeType == .typeSymbolicLink)
                #expect(try folder.bytes(out).count > 20)
            }
            for name in ["link", out] {
                try FileManager.default.removeItem(atPath: folder.path(name))
            }
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
            .filter { !$0.hasPrefix("run-") }
        #expect(left.sorted() == ["l.h5", "pipe", "w.safetensors"])
    }

    @Test func inputsAreNotReplaced() throws {
        let folder = try folder()
        let (landscape, weights) = (try folder.bytes("l.h5"), try folder.bytes("w.safetensors"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("same"), withDestinationPath: "w.safetensors")
        let flags = Sample.flags(weights: "w.safetensors")
        for words in [
            ["export", "notebook", "l.h5", "--out", "l.h5"],
            ["export", "csv", "l.h5", "--table", "metrics", "--out", "l.h5"],
            ["export", "safetensors", "w.safetensors", "--out", "same"],
            ["landscape", "--merge", "l.h5", "--out", "l.h5"],
            ["evaluate", "--out", "same"] + flags, ["lesion", "--out", "./w.safetensors"] + flags,
            ["landscape", "--save-directions", "w.safetensors,b", "--out", "n.h5"] + flags,
            ["landscape", "--save-directions", "n.h5,b", "--out", "n.h5"] + flags,
            ["landscape", "--save-directions", "b,b", "--out", "n.h5"] + flags,
            ["hessian", "product", "--vector", "w.safetensors", "--out", "same"] + flags,
        ] {
            for force in [[], ["--force"]] { try refused(folder, words + force, "also read") }
        }
        #expect(try folder.bytes("l.h5") == landscape)
        #expect(try folder.bytes("w.safetensors") == weights)
    }

    @Test func theOldResultStaysUntilTheNewOneIsComplete() throws {
        let folder = try Folder(inMemory: true)
        let command = Self.landscape + ["l.h5", "--force"]
        #expect(try folder.run(command).status == 0)
        let old = try folder.bytes("l.h5")
        try refused(folder, command + ["--part", "5/2"], status: 2, "--part")
        try refused(folder, command + ["--directions", "a,b"], "a: cannot be read")
        #expect(try folder.bytes("l.h5") == old)
        // A run that is stopped leaves both, and goes on from what it has.
        let long = ["landscape"] + Sample.flags() + ["--grid", "41x41", "--out", "l.h5", "--force"]
        let process = try Program.start(long, in: folder.url)
        // The header comes first; a journal that grows beyond it holds a point.
        var sizes: Set<Int> = []
        while process.isRunning, sizes.count < 2 {
            if let size = try? folder.bytes("l.h5.new.journal").count, size > 0 { sizes.insert(size) }
            usleep(500)
        }
        process.interrupt()
        process.waitUntilExit()
        #expect(try folder.bytes("l.h5") == old)
        #expect(folder.contains("l.h5.new"))
        let resumed = try folder.run(long)
        #expect(resumed.status == 0 && resumed.output.contains("going on"), "\(resumed.errors)")
        #expect(!folder.contains("l.h5.new"))
        let straight = try Folder(inMemory: true)
        #expect(try straight.run(long).status == 0)
        #expect(try folder.bytes("l.h5") == straight.bytes("l.h5"))
        // What a forced run of other options left is of no use to the next one.
        try folder.write("l.h5.new", old)
        #expect(try folder.run(long + ["--seed", "3"]).status == 0)
        #expect(!folder.contains("l.h5.new") && !folder.contains("l.h5.lock"))
    }

    @Test(arguments: [
        ["landscape", "--grid", "41x41"] + Sample.flags(),
        [
            "train", "--model", Sample.network, "--data", Sample.images, "--batch-size", "16",
            "--epochs", "3000", "--no-test",
        ],
    ], [[], ["--force"]]) func oneOutputHasOneWriter(_ words: [String], _ force: [String]) throws {
        let folder = try Folder(inMemory: true)
        let command = words + force + ["--out", "o"]
        let process = try Program.start(command, in: folder.url)
        while process.isRunning, !folder.contains("o.lock") { usleep(2000) }
        usleep(20_000)
        try refused(folder, command, "process \(process.processIdentifier), saddle \(words[0])")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // After a kill the lock is free.
        #expect(folder.contains("o.lock"))
        // A training that has no epoch behind it begins anew.
        let resume = words[0] == "train" && folder.contains("o") && force.isEmpty ? ["--resume"] : []
        let next = try Program.start(command + resume, in: folder.url, name: "next")
        usleep(300_000)
        #expect(next.isRunning)
        kill(next.processIdentifier, SIGKILL)
        next.waitUntilExit()
    }

    @Test func aFileThatAppearsDuringTheRunIsLeftAlone() throws {
        let folder = try Folder(inMemory: true)
        for (words, force) in [("landscape", false), ("landscape", true), ("train", false)] {
            let command = words == "landscape"
                ? ["landscape", "--grid", "41x41", "--no-certify"] + Sample.flags()
                : [
                    "train", "--model", Sample.network, "--data", Sample.images, "--batch-size",
                    "16", "--epochs", "3000", "--no-test",
                ]
            let process = try Program.start(
                command + (force ? ["--force"] : []) + ["--out", "o"], in: folder.url)
            while process.isRunning, !folder.contains("o.lock") { usleep(1000) }
            usleep(100_000)
            try folder.write("o", Array("mine".utf8))
            process.waitUntilExit()
            let outcome = try Program.outcome(of: process, in: folder.url, name: "run")
            #expect(outcome.status == 1)
            #expect(outcome.failures.last?.contains("another program") == true, "\(outcome.errors)")
            #expect(try folder.bytes("o") == Data("mine".utf8))
            for name in ["o", "o.journal", "o.new", "o.new.journal"] {
                try? FileManager.default.removeItem(atPath: folder.path(name))
            }
        }
    }
}
