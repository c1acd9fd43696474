import Foundation
import Testing

/// The commands of the README, pasted into a shell.
///
/// They run here on small networks and images in place of the demo's. `make readme` sets
/// SADDLE_README to the folder of the demo's results: then they run on these, and what they print is
/// compared with what the README says they print.
@Suite struct ReadmeTests {
    /// An indented block of the README: commands, and what the last of them prints of its result.
    private struct Block {
        var commands: [String] = []
        var output: [String] = []
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let demo = ProcessInfo.processInfo.environment["SADDLE_README"]
    /// What a time or a rate may differ by from run to run, as a factor.
    private static let timeFactor = 1.5

    /// All blocks that begin with a command.
    private func blocks() throws -> [Block] {
        let text = try String(
            contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        var blocks: [Block] = []
        var isInside = false
        var isContinued = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("    ") else {
                if !line.isEmpty { isInside = false }
                continue
            }
            let content = String(line.dropFirst(4))
            if isContinued {
                let last = blocks.count - 1
                blocks[last].commands[blocks[last].commands.count - 1] += "\n" + content
            } else if content.hasPrefix("saddle ") {
                if !isInside || !blocks[blocks.count - 1].output.isEmpty { blocks.append(Block()) }
                blocks[blocks.count - 1].commands.append(content)
                isInside = true
            } else if isInside {
                blocks[blocks.count - 1].output.append(content)
            }
            isContinued = isInside && content.hasSuffix("\\")
        }
        return blocks
    }

    /// A folder in which the demo's results are at out/demo: the real ones, or small ones.
    private func folder() throws -> Folder {
        let folder = try Folder()
        let files = FileManager.default
        try files.createDirectory(atPath: folder.path("out"), withIntermediateDirectories: true)
        if let demo = Self.demo {
            let target = demo.hasPrefix("/") ? demo : Self.root.appendingPathComponent(demo).path
            try files.createSymbolicLink(
                atPath: folder.path("out/demo"), withDestinationPath: target)
            return folder
        }
        // The demo's own script, with a program in between that makes all of it small.
        try folder.write("small", Self.reduction.utf8)
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("small"))
        let made = try shell(
            "'\(Self.root.path)/experiments/demo.sh' '\(folder.path("small"))'", in: folder)
        try #require(made.status == 0, "\(made.output)")
        return folder
    }

    /// Calls the program with few images, epochs and points, and with images that need no package.
    private static let reduction = """
        #!/bin/bash
        arguments=()
        while [ $# -gt 0 ]; do
            case $1 in
                --first) arguments+=("$1" 32); shift ;;
                --grid) arguments+=("$1" 3x3); shift ;;
                --epochs) arguments+=("$1" 1); shift ;;
                --steps) arguments+=("$1" 3); shift ;;
                --probes) arguments+=("$1" 2); shift ;;
                --max-iterations) arguments+=("$1" 10); shift ;;
                --radii) arguments+=("$1" 0.05); shift ;;
                --batch-sizes) arguments+=("$1" 8,16); shift ;;
                --share | --warm-up | --batch) shift ;;
                --workload) arguments+=("$1" resnet20); shift ;;
                fashion-mnist) arguments+=(synthetic:channels=1,size=28,classes=10,count=128) ;;
                *) arguments+=("$1") ;;
            esac
            shift
        done
        exec '\(Program.path)' "${arguments[@]}"
        """

    private func shell(
        _ text: String, in folder: Folder
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", text]
        process.currentDirectoryURL = folder.url
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test func eachCommandCanBePasted() throws {
        let blocks = try blocks()
        #expect(blocks.flatMap(\.commands).count > 12)
        #expect(blocks.count { !$0.output.isEmpty } > 6)
        let folder = try folder()
        let program = Self.demo == nil ? folder.path("small") : Program.path
        for block in blocks {
            var printed = ""
            for command in block.commands {
                let outcome = try shell("saddle() { '\(program)' \"$@\"; }\n\(command)", in: folder)
                #expect(outcome.status == 0, "\(command)\n\(outcome.output)")
                printed = outcome.output
            }
            let said = block.output.filter { !$0.isEmpty }
            if Self.demo == nil {
                // Names hold for small networks, too; numbers do not.
                for line in said where !line.contains("...") {
                    let name = words(line)[0]
                    #expect(
                        number(name) != nil || printed.split(separator: "\n").contains {
                            words(String($0)).first == name
                        }, "\(line)\n\(block.commands)")
                }
            } else {
                compare(said, printed, block.commands.last ?? "")
            }
        }
    }

    private func words(_ line: String) -> [String] {
        line.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "[" || $0 == "]" })
            .map(String.init)
    }

    private func number(_ word: String) -> Double? {
        Double(word.hasSuffix("%") ? String(word.dropLast()) : word)
    }

    /// Holds each line that the README shows against the one that was printed now.
    private func compare(_ said: [String], _ printed: String, _ command: String) {
        var rest = printed.split(separator: "\n").map(String.init)[...]
        for line in said where line != "..." {
            let expected = words(line)
            let isMatch = { (found: String) in
                let found = words(found)
                return found.count == expected.count
                    && zip(found, expected).allSatisfy {
                        number($0) != nil && number($1) != nil || $0 == $1
                    }
            }
            // Rows of a table are alike but for what they begin with.
            let sameRow = { (found: String) in isMatch(found) && words(found).first == expected.first }
            guard let place = rest.firstIndex(where: sameRow) ?? rest.firstIndex(where: isMatch)
            else {
                Issue.record("README: \"\(line)\" is not printed by \(command)")
                continue
            }
            let found = words(rest[place])
            rest = rest[(place + 1)...]
            // Seconds and what is derived from them differ from run to run.
            let isTime = expected.contains("s") || expected.contains { $0.hasSuffix("/s") }
                || ["outside", "share"].contains(expected[0])
            for (old, new) in zip(expected, found) {
                guard let was = number(old), let now = number(new) else { continue }
                let agrees = isTime
                    ? now <= was * Self.timeFactor && was <= now * Self.timeFactor : old == new
                #expect(agrees, "README: \(line)\nnow: \(found.joined(separator: " "))\n\(command)")
            }
        }
    }
}
