/// What went wrong with a file: one line that names the file, the trouble and the remedy.
///
/// Every function of this target throws this type and no other.
public struct StorageError: Error, CustomStringConvertible, Equatable, Sendable {
    /// The classes of trouble, for callers that act on them.
    public enum Kind: String, Sendable {
        /// The file is absent, a folder, or may not be opened.
        case unreadable
        /// The file ends before its own declarations say.
        case truncated
        /// The content contradicts the format.
        case malformed
        /// The content is well formed, in a variant that is not read or written.
        case unsupported
        /// A pickle holds an object of a class that is not run where a dictionary is wanted.
        case foreignConstructor
        /// A declared size is beyond what the file can hold or a limit allows.
        case tooLarge
        /// The file cannot be written; what was there is unchanged.
        case unwritable
        /// The disk or quota is full; what was there is unchanged.
        case full
        /// Another process holds the file.
        case locked
        /// The named group, data set, attribute or tensor is not there.
        case missing
        /// Values, shapes or types do not agree with what was asked.
        case mismatch
    }

    /// The class of trouble.
    public let kind: Kind
    /// The file, as the caller wrote it.
    public let file: String
    /// What is wrong, with the actual values.
    public let problem: String
    /// What the reader of the message can do.
    public let remedy: String

    /// An error about `file`; control characters in the text are escaped so that it stays one line.
    public init(_ kind: Kind, file: String, problem: String, remedy: String) {
        self.kind = kind
        self.file = file
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String {
        StorageError.oneLine("\(file): \(problem); \(remedy)", limit: 2_000)
    }

    /// Text from a file, in quotation marks, on one line and not longer than 80 characters.
    static func quoted(_ text: String) -> String {
        "'" + oneLine(text, limit: 80) + "'"
    }

    private static func oneLine(_ text: String, limit: Int) -> String {
        var line = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit { return line + "..." }
            count += 1
            let isControl = scalar.properties.generalCategory == .control
            let breaksLine = scalar.value == 0x2028 || scalar.value == 0x2029
            if isControl || breaksLine {
                line += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
