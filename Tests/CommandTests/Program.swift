import Foundation
import Testing

/// The built program, run as a user runs it, or another one that was built with it.
struct Program {
    /// What a run left behind.
    struct Outcome {
        /// The exit code, or minus the number of the signal that ended it.
        let status: Int32
        let output: String
        let errors: String

        /// The lines of standard error that are not progress or plan.
        var failures: [String] {
            errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("saddle: ") }
        }

        /// Standard output as one JSON document.
        func document() throws -> [String: Any] {
            let lines = output.split(separator: "\n")
            #expect(lines.count == 1, "--json prints one document: \(output.prefix(200))")
            let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return try #require(object as? [String: Any])
        }
    }

    /// The program beside the test bundle.
    static let path: String = {
        let link = "/proc/self/exe"
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? ""
        var folder = URL(fileURLWithPath: own).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("saddle").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        return FileManager.default.currentDirectoryPath + "/.build/release/saddle"
    }()

    /// Starts a program; `output` and `errors` are files in `folder`.
    static func start(
        _ arguments: [String], in folder: URL, name: String = "run", program: String = "saddle"
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path).deletingLastPathComponent()
            .appendingPathComponent(program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        for ending in ["out", "err"] {
            let file = folder.appendingPathComponent("\(name).\(ending)")
            try Data().write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            if ending == "out" {
                process.standardOutput = handle
            } else {
                process.standardError = handle
            }
        }
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs a program to its end.
    static func run(
        _ arguments: [String], in folder: URL, program: String = "saddle"
    ) throws -> Outcome {
        let name = "run-\(UUID().uuidString.prefix(8))"
        let process = try start(arguments, in: folder, name: name, program: program)
        process.waitUntilExit()
        return try outcome(of: process, in: folder, name: name)
    }

    /// What an ended process left behind.
    static func outcome(of process: Process, in folder: URL, name: String) throws -> Outcome {
        func text(_ ending: String) throws -> String {
            let file = folder.appendingPathComponent("\(name).\(ending)")
            return String(decoding: try Data(contentsOf: file), as: UTF8.self)
        }
        let isExit = process.terminationReason == .exit
        return Outcome(
            status: isExit ? process.terminationStatus : -process.terminationStatus,
            output: try text("out"), errors: try text("err"))
    }
}

/// A folder of its own for a test, removed at its end.
final class Folder {
    let url: URL

    /// - Parameter inMemory: whether to avoid the disk where the system has a folder in memory; it
    ///   spares many small runs the wait for each synchronised write.
    init(inMemory: Bool = false) throws {
        let memory = URL(fileURLWithPath: "/dev/shm")
        let usesMemory = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
        url = (usesMemory ? memory : FileManager.default.temporaryDirectory)
            .appendingPathComponent("saddle-commands-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// The bytes of a file in the folder.
    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: url.appendingPathComponent(name))
    }

    /// Whether there is a file of that name.
    func contains(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Writes a file into the folder.
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: url.appendingPathComponent(name))
    }

    /// Runs a program in the folder.
    func run(_ arguments: [String], program: String = "saddle") throws -> Program.Outcome {
        try Program.run(arguments, in: url, program: program)
    }

    /// Runs the program with --json, expects success and reads the document.
    func document(_ arguments: [String]) throws -> [String: Any] {
        let outcome = try run(arguments + ["--json"])
        #expect(outcome.status == 0, "\(arguments.joined(separator: " ")): \(outcome.errors)")
        return try outcome.document()
    }
}

/// The small networks and data of these tests.
enum Sample {
    static let network = "resnet,depth=8,width=4,classes=4,size=16"
    static let transformer = "vit,size=16,patch=8,width=24,depth=2,heads=3,classes=4"
    static let images = "synthetic:size=16,classes=4,count=64"

    /// Flags that name a network with untrained weights and some images.
    static func flags(_ model: String = network, weights: String = "initial") -> [String] {
        [
            "--model", model, "--weights", weights, "--data", images, "--first", "32", "--threads",
            "2",
        ]
    }
}
