/// The manual page of a command, in the macros of man(7).
struct ManualPage {
    /// The names on the way to the command, the program's first.
    let path: [String]
    let command: CommandTree
    let version: String

    /// The name of its file, such as `saddle-hessian-spectrum.1`.
    var fileName: String { path.joined(separator: "-") + ".1" }

    /// The page.
    var text: String {
        let name = path.joined(separator: " ")
        var lines = [
            ".TH \(Self.quoted(path.joined(separator: "-").uppercased())) 1 \"\" \(Self.quoted(version))",
            ".SH NAME", Self.escaped("\(path.joined(separator: "-")) - \(command.abstract ?? "")"),
            ".SH SYNOPSIS", ".B \(Self.escaped(name))",
            Self.escaped(synopsis),
        ]
        if let discussion = command.discussion {
            lines += [".SH DESCRIPTION"] + Self.paragraphs(discussion)
        }
        if !command.commands.isEmpty {
            lines.append(".SH COMMANDS")
            for child in command.commands {
                let page = (path + [child.commandName]).joined(separator: "-")
                lines += [".TP", ".BR \(Self.escaped(page)) (1)", Self.escaped(child.abstract ?? "")]
            }
        }
        let titles = command.options.map(\.section)
        for (place, title) in titles.enumerated() where titles.firstIndex(of: title) == place {
            lines.append(".SH \(Self.quoted(title.uppercased()))")
            for option in command.options where option.section == title {
                lines += [".TP", Self.heading(option), Self.escaped(option.help)]
            }
        }
        if path.count > 1 {
            let parent = path.dropLast().joined(separator: "-")
            lines += [".SH SEE ALSO", ".BR \(Self.escaped(parent)) (1)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var synopsis: String {
        let words = command.options.filter { $0.kind == "positional" }
            .map { $0.isOptional ? "[\($0.valueName ?? "")]" : $0.valueName ?? "" }
        return (command.commands.isEmpty ? words + ["[options]"] : ["command"])
            .joined(separator: " ")
    }

    private static func heading(_ option: CommandTree.Argument) -> String {
        let names = (option.names ?? []).map { escaped($0.text) }.joined(separator: "\\fR, \\fB")
        let value = option.valueName.map { "\\fI\(escaped($0))\\fR" } ?? ""
        switch option.kind {
        case "positional": return value
        case "flag": return "\\fB\(names)\\fR"
        default: return "\\fB\(names)\\fR \(value)"
        }
    }

    /// Blank lines become new paragraphs, lines that begin a paragraph keep their own line.
    private static func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            line.isEmpty ? [".PP"] : line.hasPrefix("Example:")
                ? [escaped(String(line)), ".br"] : [escaped(String(line))]
        }
    }

    /// Text that roff sets as it is: a full stop or an apostrophe at the start of a line is a request,
    /// and a hyphen is to stay one, so that examples can be pasted.
    private static func escaped(_ text: String) -> String {
        let plain = text.oneLine.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case _ where !scalar.isASCII: "\\[u\(String(scalar.value, radix: 16, uppercase: true).leftPadded(4))]"
            default: String(scalar)
            }
        }.joined()
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }

    private static func quoted(_ text: String) -> String {
        "\"" + escaped(text).replacing("\"", with: "\\(dq") + "\""
    }
}

extension CommandTree.Argument {
    /// The title that it stands under.
    var section: String { sectionTitle ?? "Options" }

    /// What it is, which values it takes and which it has by default.
    var help: String {
        var facts: [String] = []
        if let allValues, !allValues.isEmpty {
            facts.append("values: " + allValues.joined(separator: ", "))
        }
        if let defaultValue, kind != "flag" { facts.append("default: " + defaultValue) }
        return (abstract ?? "") + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
    }
}

extension String {
    /// The text with zeros before it, up to a length.
    fileprivate func leftPadded(_ length: Int) -> String {
        String(repeating: "0", count: max(length - count, 0)) + self
    }
}
