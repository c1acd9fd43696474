import Foundation
import Randomness
import Testing

/// Files that were made to break the program are refused, with little time and memory.
@Suite struct HostileFileTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/Hostile")

    private static let names = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path))?
        .filter { $0 != "README.md" }.sorted() ?? []

    /// Runs a command with 1 GiB of address space and 2 s of processor time.
    private func limited(
        _ command: String, in folder: Folder, memory: Int = 1 << 20
    ) throws -> Program.Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "ulimit -v \(memory); ulimit -t 2; exec \(Program.path) \(command) >out 2>err",
        ]
        process.currentDirectoryURL = folder.url
        try process.run()
        process.waitUntilExit()
        let isExit = process.terminationReason == .exit
        return Program.Outcome(
            status: isExit ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: try folder.bytes("out"), as: UTF8.self),
            errors: String(decoding: try folder.bytes("err"), as: UTF8.self))
    }

    /// The file, unpacked.
    private func content(_ name: String) throws -> (name: String, bytes: Data) {
        let file = Self.fixtures.appendingPathComponent(name)
        guard name.hasSuffix(".xz") else { return (name, try Data(contentsOf: file)) }
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/xz")
        process.arguments = ["-dc", file.path]
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(name.dropLast(3)), bytes)
    }

    @Test func thereAreFixtures() { #expect(Self.names.count >= 20) }

    /// What lies beside the weights is no reason to refuse them: it is cut off.
    @Test func whatLiesBesideWeightsIsCutOff() throws {
        let folder = try Folder()
        let (name, bytes) = try content("data_repeat.pth.xz")
        try folder.write(name, bytes)
        let outcome = try limited("inspect '\(name)'", in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("beside the weights"))
    }

    @Test(arguments: names.filter { $0 != "data_repeat.pth.xz" }) func isRefused(_ name: String) throws {
        let folder = try Folder()
        let (name, bytes) = try content(name)
        try folder.write(name, bytes)
        for command in Self.commands {
            let outcome = try limited("\(command) '\(name)'", in: folder)
            #expect(outcome.status == 1, "\(command) \(name): \(outcome.errors)")
            #expect(outcome.failures.count == 1, "\(command) \(name): \(outcome.errors)")
            #expect(outcome.failures.last?.contains(name) == true)
        }
    }

    private static let commands = ["inspect", "plot --formats png --out p --force", "export csv --force"]

    /// Results of the layout that is read now: each reaches the guard that it is named for.
    @Test(arguments: HostileResult.all) func meetsItsGuard(_ result: HostileResult) throws {
        let folder = try Folder()
        let name = result.name + ".h5"
        try result.write(folder.path(name))
        for command in Self.commands {
            let outcome = try limited("\(command) '\(name)'", in: folder)
            guard result.refusing.contains(where: command.hasPrefix) else {
                #expect(outcome.status == 0, "\(command): \(outcome.status) \(outcome.errors)")
                continue
            }
            #expect(outcome.status == 1, "\(command): \(outcome.errors)")
            #expect(outcome.failures.count == 1, "\(command): \(outcome.errors)")
            #expect(outcome.failures.last?.contains(name) == true)
            #expect(
                result.words.isEmpty || outcome.failures.last?.contains(result.words) == true,
                "\(command): \(outcome.errors)")
            #expect(outcome.failures.last?.contains("layout version") == result.words.contains("layout"))
        }
    }

    /// Bytes changed at random end in a result or in one line, whatever they do to libhdf5.
    @Test func randomDamageEndsInALine() throws {
        let folder = try Folder(inMemory: true)
        try HostileResult.landscape().write(to: folder.path("whole.h5"))
        let whole = try folder.bytes("whole.h5")
        let draws = RandomStream(seed: 1, name: "damage")
        for trial in 0..<60 {
            let stream = draws.substream(trial)
            var bytes = [UInt8](whole)
            for change in 0...stream.integer(0, below: 4) {
                let place = stream.integer(3 * change + 1, below: bytes.count)
                bytes[place] = [0, 0x7F, 0x80, 0xFF, UInt8(stream.integer(3 * change + 2, below: 256))][
                    stream.integer(3 * change + 3, below: 5)]
            }
            try folder.write("damaged.h5", bytes)
            let outcome = try limited("inspect damaged.h5", in: folder)
            #expect([0, 1].contains(outcome.status), "trial \(trial): \(outcome.status)")
            #expect(outcome.failures.count == Int(outcome.status), "\(trial): \(outcome.errors)")
        }
    }

    @Test func pipesAndDevicesAreNotOpened() throws {
        let folder = try Folder()
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        for (file, word) in [("pipe", "pipe"), ("/dev/zero", "device"), (".", "folder")] {
            for command in [
                "inspect \(file)", "plot \(file)", "export csv \(file)",
                "export safetensors \(file) --out o", "evaluate --model resnet20 --weights \(file)"
                    + " --data synthetic", "evaluate --model resnet20 --weights initial"
                    + " --data tensors:\(file)",
            ] {
                let outcome = try limited(command, in: folder)
                #expect(outcome.status == 1, "\(command): \(outcome.errors)")
                #expect(outcome.failures.last?.contains("is a \(word)") == true, "\(outcome.errors)")
            }
        }
    }

    /// Limits end a run with one line and leave nothing of it behind.
    @Test(arguments: [
        ("-f 8", "landscape --grid 20x20 --no-certify", "File too large"),
        ("-f 8", "evaluate", ""), ("-v 300000", "landscape --grid 3x3", ""),
        ("-v 400000", "landscape --grid 3x3", ""), ("-v 350000", "hessian eigenvalues", ""),
    ]) func limits(_ limit: String, _ command: String, _ word: String) throws {
        let folder = try Folder()
        let errors = URL(fileURLWithPath: "/dev/shm/saddle-\(UUID().uuidString).err")
        let flags = Sample.flags().joined(separator: " ")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            "ulimit \(limit); ulimit -t 20; exec \(Program.path) \(command) \(flags) --out o.h5"
                + " >/dev/null 2>\(errors.path)",
        ]
        process.currentDirectoryURL = folder.url
        try process.run()
        process.waitUntilExit()
        let lines = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            .split(separator: "\n").filter { $0.hasPrefix("saddle: ") }
        try? FileManager.default.removeItem(at: errors)
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 1 || (word.isEmpty && lines.isEmpty))
        if process.terminationStatus == 1 { #expect(lines.count == 1, "\(lines)") }
        #expect(word.isEmpty || lines.last?.contains(word) == true, "\(lines)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(left.allSatisfy { ["o.h5", "o.h5.journal"].contains($0) }, "\(left)")
    }
}
