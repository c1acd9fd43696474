/// Help on what is no command: `saddle help TOPIC`.
enum HelpTopic: String, CaseIterable {
    case metrics

    /// The names of all topics.
    static var all: [String] { allCases.map(\.rawValue) }

    /// What a command line asks for, where it asks for a topic.
    ///
    /// - Throws: `UsageError` where it asks for help on a command that is misspelt.
    static func text(_ arguments: [String]) throws -> String? {
        guard arguments.first == "help", arguments.count > 1 else { return nil }
        if arguments.count == 2, let topic = HelpTopic(rawValue: arguments[1]) { return topic.text }
        if let wrong = try CommandTree.all().misspelling(arguments) { throw wrong }
        return nil
    }

    private var text: String {
        switch self {
        case .metrics: MetricGlossary.text
        }
    }
}
