import Foundation
import Testing

/// What the program says of itself.
@Suite struct HelpTests {
    /// A command as the parser describes it.
    private struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable { let name: String }
            let kind: String
            let shouldDisplay: Bool
            let isOptional: Bool
            let preferredName: Name?
            let defaultValue: String?
            let abstract: String?
        }
        let commandName: String
        let shouldDisplay: Bool
        let subcommands: [Command]?
        let arguments: [Argument]?

        func all(_ path: [String] = []) -> [(path: [String], command: Command)] {
            let own = path + [commandName]
            let below = (subcommands ?? []).filter(\.shouldDisplay)
            return [(own, self)] + below.flatMap { $0.all(own) }
        }
    }

    private let folder: Folder

    init() throws { folder = try Folder(inMemory: true) }

    private func commands() throws -> [(path: [String], command: Command)] {
        struct Document: Decodable { let command: Command }
        let outcome = try folder.run(["--experimental-dump-help"])
        return try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8)).command.all()
    }

    @Test(arguments: [
        ("landscpe", "saddle landscpe", "`saddle landscape`"),
        ("help landscpe", "saddle landscpe", "`saddle landscape`"),
        ("hessian eigenvaluse", "saddle hessian eigenvaluse", "`saddle hessian eigenvalues`"),
        ("spectrum --top 3", "saddle spectrum", "`saddle hessian spectrum`"),
        ("help metric", "saddle metric", "`saddle help metrics`"),
        ("plot x.h5 --metric nlll", "--metric nlll", "\"nll\""),
        ("evaluate --split=tset", "--split tset", "\"test\""),
        ("evaluate --modle resnet20", "--modle", "--model"),
        ("evaluate --model resnet21 --weights initial", "resnet21", "\"resnet20\""),
    ]) func whatIsMisspeltIsSuggested(_ line: String, _ wrong: String, _ meant: String) throws {
        let outcome = try folder.run(line.split(separator: " ").map(String.init))
        #expect(outcome.status == 2)
        #expect(outcome.failures.count == 1)
        let text = try #require(outcome.failures.first)
        #expect(text.contains(wrong), "\(text)")
        #expect(text.lowercased().contains("did you mean") && text.contains(meant), "\(text)")
    }

    @Test func whatResemblesNothingIsRefusedWithoutAGuess() throws {
        let outcome = try folder.run(["xyzzyplugh"])
        #expect(outcome.status == 2 && outcome.failures.count == 1)
        #expect(outcome.failures.first?.contains("did you mean") == false)
        #expect(outcome.failures.first?.contains("saddle --help") == true)
    }

    /// An option is required, has a default that the parser states, or says what is done without it.
    @Test func everyOptionStatesItsDefault() throws {
        let commands = try commands()
        #expect(commands.count > 15)
        for (path, command) in commands {
            for option in command.arguments ?? []
            where option.kind == "option" && option.shouldDisplay && option.isOptional {
                let text = option.abstract ?? ""
                #expect(
                    option.defaultValue != nil || text.contains("default: ")
                        || text.contains("default ") || text.hasSuffix("required."),
                    "\(path.joined(separator: " ")) --\(option.preferredName?.name ?? ""): \(text)")
            }
        }
    }

    /// What the help of --split says is what is measured.
    @Test func theSplitThatHelpNamesIsTaken() throws {
        let train = ["landscape", "hessian eigenvalues", "hessian spectrum", "hessian product"]
        let test = ["evaluate", "predict", "lesion", "variance"]
        for command in train + test {
            var arguments = command.split(separator: " ").map(String.init)
                + Sample.flags(Sample.transformer)
            switch command {
            case "landscape": arguments += ["--grid", "1x1", "--no-certify"]
            case "hessian eigenvalues": arguments += ["--top", "1", "--max-iterations", "2"]
            case "hessian spectrum": arguments += ["--batch-size", "32", "--top", "1"]
            case "hessian product": arguments += ["--vector", "random"]
            default: break
            }
            let run = try folder.document(arguments)["run"] as? [String: Any]
            let data = try #require(run?["data"] as? String)
            #expect(data.contains(train.contains(command) ? "train" : "test"), "\(command): \(data)")
        }
    }

    @Test func commandsStandUnderTheQuestionThatTheyAnswer() throws {
        let lines = try folder.run(["--help"]).output.split(separator: "\n").map(String.init)
        let questions = lines.filter { $0.hasSuffix("?") && $0 == $0.uppercased() }
        #expect(questions.count >= 5)
        #expect(!lines.contains { $0.contains("SUBCOMMANDS") })
        let shown = try commands().filter { $0.path.count == 2 }.map(\.command.commandName)
        for command in shown where command != "help" {
            let place = lines.firstIndex { $0.hasPrefix("  \(command) ") }
            let first = lines.firstIndex { questions.contains($0) }
            #expect(try #require(place) > #require(first), "\(command)")
        }
    }

    /// Each number that is printed is explained, with definition, unit and source.
    @Test func metricsAreExplained() throws {
        let outcome = try folder.run(["help", "metrics"])
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        let heads = lines.indices.filter { lines[$0].hasPrefix("  ") && lines[$0].hasSuffix("]") }
        var explained: Set<String> = []
        for head in heads {
            #expect(lines[head].contains("["))
            #expect(lines[head + 1].count > 10)
            #expect(lines[head + 2].hasPrefix("      source: "))
            let names = lines[head].prefix { $0 != "[" }
            explained.formUnion(
                names.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        }
        let evaluated = try folder.document(["evaluate"] + Sample.flags())
        let metrics = try #require(evaluated["metrics"] as? [String: Any])
        #expect(Set(metrics.keys).subtracting(explained).isEmpty)
        let plot = try #require(try commands().first { $0.path == ["saddle", "plot"] }).command
        #expect(plot.arguments?.isEmpty == false)
        for name in try metricsOfLandscapes() { #expect(explained.contains(name), "\(name)") }
        for name in ["eigenvalue", "residual", "nep", "ape", "accuracy_drop", "nll_rise", "variance"] {
            #expect(explained.contains(name), "\(name)")
        }
    }

    /// The values of `plot --metric`, as the refusal of another one lists them.
    private func metricsOfLandscapes() throws -> [String] {
        let outcome = try folder.run(["plot", "x.h5", "--metric", "?"])
        let list = try #require(outcome.failures.first?.components(separatedBy: "expected ").last)
        let names = list.components(separatedBy: ", ")
        try #require(names.count > 5)
        return names
    }

    /// Names with commas are given by repeating the flag.
    @Test func titlesMayHoldCommas() throws {
        for name in ["a.h5", "b.h5"] {
            let made = try folder.run(["variance"] + Sample.flags(Sample.transformer) + ["--out", name])
            try #require(made.status == 0, "\(made.errors)")
        }
        func titles(_ base: String, _ flags: [String]) throws -> String {
            let outcome = try folder.run(
                ["plot", "a.h5", "b.h5", "--formats", "svg", "--out", base] + flags)
            guard outcome.status == 0 else { return outcome.failures.first ?? "" }
            return String(decoding: try folder.bytes(base + ".gp"), as: UTF8.self)
        }
        let repeated = try titles("r", ["--titles", "ViT, small", "--titles", "ViT, large"])
        #expect(repeated.contains("ViT, small") && repeated.contains("ViT, large"))
        let once = try titles("o", ["--titles", "One,Two"])
        #expect(once.contains("One") && once.contains("Two") && !once.contains("One,Two"))
        #expect(try titles("w", ["--titles", "One,Two,Three"]).contains("gives 3 names for 2 files"))
        #expect(try titles("e", ["--titles", "One", "--titles", ""]).contains("repeat the flag"))
        let single = try folder.run(
            ["plot", "a.h5", "--formats", "svg", "--out", "s", "--titles", "ViT, small"])
        #expect(single.status == 0, "\(single.errors)")
    }
}
