import Networks

extension CommandTree {
    /// What names no command, or is no value of its option, with what was probably meant; nil where
    /// neither is the trouble.
    ///
    /// - Parameter arguments: the command line without the program's name.
    func misspelling(_ arguments: [String]) -> UsageError? {
        var (command, path) = (self, [commandName])
        var rest = arguments[...]
        let isHelp = rest.first == "help"
        if isHelp { rest = rest.dropFirst() }
        while !command.commands.isEmpty, let word = rest.first, !word.hasPrefix("-") {
            guard let next = command.commands.first(where: { $0.commandName == word }) else {
                return unknown(word, in: command, at: path, topics: isHelp ? HelpTopic.all : [])
            }
            (command, rest) = (next, rest.dropFirst())
            path.append(word)
        }
        return command.wrongValue(in: Array(rest))
    }

    private func unknown(
        _ word: String, in command: CommandTree, at path: [String], topics: [String]
    ) -> UsageError {
        let parent = path.joined(separator: " ")
        let topic = Spelling.nearest(word, among: topics).map { "\(commandName) help \($0)" }
        // Those of the command at hand first, then those of all others.
        let near = topic ?? Spelling.nearest(word, among: command.commands.map(\.commandName))
            .map { "\(parent) \($0)" }
        let far = near == nil ? descendants().filter { $0.path.count > 1 } : []
        let meant = near ?? Spelling.nearest(word, among: far.map(\.command.commandName))
            .flatMap { name in far.first { $0.command.commandName == name } }
            .map { $0.path.joined(separator: " ") }
        return UsageError(
            parent, word,
            "there is no such command\(meant.map { ", did you mean `\($0)`?" } ?? "");"
                + " `\(parent) --help` lists them")
    }

    /// The first value that its option does not take.
    private func wrongValue(in words: [String]) -> UsageError? {
        for (number, word) in words.enumerated() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
            guard let option = options.first(where: { $0.names?.contains { $0.text == parts[0] } ?? false }),
                let values = option.allValues, !values.isEmpty,
                let value = parts.count == 2 ? parts[1] : words.dropFirst(number + 1).first,
                !values.contains(value)
            else { continue }
            return UsageError(
                parts[0], value,
                "there is no such value\(Spelling.suggestion(value, values)); expected "
                    + values.joined(separator: ", "))
        }
        return nil
    }
}
