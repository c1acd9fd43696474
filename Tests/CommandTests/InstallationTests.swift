import Foundation
import Testing

/// `make install` into a folder of its own.
@Suite struct InstallationTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func theProgramItsManualAndCompletionsAreInstalled() throws {
        let folder = try Folder(inMemory: true)
        // A name that a shell would take apart.
        let prefix = folder.path("a place")
        let script = Self.root.appendingPathComponent("experiments/install.sh").path
        #expect(try run(script, [Program.path, prefix]) == 0)

        #expect(try run(prefix + "/bin/saddle", ["--version"]) == 0)
        let completions = [
            "bash-completion/completions/saddle", "zsh/site-functions/_saddle",
            "fish/vendor_completions.d/saddle.fish",
        ]
        for completion in completions {
            let text = try String(contentsOfFile: "\(prefix)/share/\(completion)", encoding: .utf8)
            #expect(text.contains("landscape") && text.contains("eigenvalues"), "\(completion)")
        }
        #expect(try run("/bin/bash", ["-n", "\(prefix)/share/\(completions[0])"]) == 0)

        let pages = try FileManager.default.contentsOfDirectory(atPath: prefix + "/share/man/man1")
        #expect(pages.contains("saddle.1") && pages.contains("saddle-hessian-spectrum.1"))
        for page in pages {
            let text = try String(contentsOfFile: "\(prefix)/share/man/man1/\(page)", encoding: .utf8)
            #expect(text.hasPrefix(".TH ") && text.contains("\n.SH NAME\n"), "\(page)")
            // Only requests that are meant begin a line.
            let requests = Set(
                text.split(separator: "\n").filter { $0.hasPrefix(".") || $0.hasPrefix("'") }
                    .map { $0.prefix { $0 != " " } })
            #expect(requests.isSubset(of: [".TH", ".SH", ".B", ".BR", ".TP", ".PP", ".br"]), "\(page)")
        }
        let landscape = try String(
            contentsOfFile: prefix + "/share/man/man1/saddle-landscape.1", encoding: .utf8)
        #expect(landscape.contains("\\-\\-grid") && landscape.contains("default: 21"))
    }
}
