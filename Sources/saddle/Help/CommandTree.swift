import ArgumentParser
import Foundation

/// The commands with their options, as the parser describes them.
struct CommandTree: Decodable {
    /// An option, a flag or a positional argument.
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            /// The name as it is written on the command line.
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: String
        let shouldDisplay: Bool
        let sectionTitle: String?
        let isOptional: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
    }

    let commandName: String
    let shouldDisplay: Bool
    let abstract: String?
    let discussion: String?
    private let subcommands: [CommandTree]?
    private let arguments: [Argument]?

    /// The commands below that are shown to people.
    var commands: [CommandTree] { (subcommands ?? []).filter(\.shouldDisplay) }
    /// What the command takes, in the order of its help.
    var options: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    /// The tree of all commands.
    ///
    /// - Throws: `DecodingError` where the parser describes itself in another way.
    static func all() throws -> CommandTree {
        struct Document: Decodable { let command: CommandTree }
        return try JSONDecoder().decode(Document.self, from: Data(Saddle._dumpHelp().utf8)).command
    }

    /// This command and all below, each with the names on the way to it.
    func descendants(_ path: [String] = []) -> [(path: [String], command: CommandTree)] {
        let own = path + [commandName]
        return [(own, self)] + commands.flatMap { $0.descendants(own) }
    }
}
