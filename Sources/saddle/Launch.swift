import ArgumentParser
import Autodiff
import Datasets
import Figures
import Networks
import Training

/// Parses the command line, runs the command and turns every outcome into an exit code.
///
/// 0: done. 1: failed or stopped. 2: the command line makes no sense.
enum Launch {
    static let failure: Int32 = 1
    static let usage: Int32 = 2

    /// Runs one command line, without the program's name.
    static func run(_ arguments: [String]) -> Int32 {
        do {
            if let topic = try HelpTopic.text(arguments) {
                StandardOutput.write(topic)
                try StandardOutput.check()
                return 0
            }
            var command = try Saddle.parseAsRoot(arguments)
            try command.run()
            try StandardOutput.check()
            return 0
        } catch {
            return report(error, of: arguments)
        }
    }

    /// Prints what is to be said of an error: exactly one line on standard error, unless it is no
    /// failure but a request for help or the version.
    private static func report(_ error: any Error, of arguments: [String]) -> Int32 {
        let code = Saddle.exitCode(for: error)
        if code == .success {
            // The parser ends the names of groups, which are questions here, with this word.
            let text = Saddle.fullMessage(for: error).replacing("? SUBCOMMANDS:", with: "?")
            StandardOutput.write(text + "\n")
            return 0
        }
        let isUsage = code == .validationFailure || Launch.isUsage(error)
        var text = String(describing: error)
        if code == .validationFailure, let wrong = try? CommandTree.all().misspelling(arguments) {
            text = String(describing: wrong)
        } else if code == .validationFailure {
            text = Saddle.message(for: error)
            // The parser's own messages say what is wrong; where to read more is for us to say.
            if !text.contains(":") { text += "; see `saddle --help`" }
        }
        StandardError.write("saddle: \(text.oneLine)\n")
        return isUsage ? usage : failure
    }

    /// Whether an error of a lower floor is about what was asked rather than what was found.
    static func isUsage(_ error: any Error) -> Bool {
        switch error {
        case is UsageError, is NetworkError, is ShapeError, DatasetError.invalidOption, is ParameterSelectionError,
            ObjectiveError.option, TrainingError.option, FigureError.option,
            FigureError.ignored:
            true
        default: false
        }
    }
}

/// A command line that makes no sense: one line with flag, value and remedy.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ flag: String, _ value: String, _ reason: String) {
        description = value.isEmpty ? "\(flag): \(reason)" : "\(flag) \(value): \(reason)"
    }
}

/// A run that could not be done: one line with what, where, the values met and the remedy.
struct RunFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension String {
    /// The text on one line: line breaks with the space around them become single spaces.
    var oneLine: String {
        split(whereSeparator: \.isNewline)
            .map { $0.drop { $0 == " " } }.joined(separator: " ")
    }
}
