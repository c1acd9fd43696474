/// The command line as text that a shell takes again.
enum CommandText {
    /// The command line of this process.
    static var current: String {
        (["saddle"] + CommandLine.arguments.dropFirst().map(quoted)).joined(separator: " ")
    }

    /// One argument, in quotation marks where a shell would take it apart.
    static func quoted(_ argument: String) -> String {
        let plain = argument.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "-_./,:=+%@#".unicodeScalars.contains(scalar)
        }
        if plain, !argument.isEmpty { return argument }
        return "'" + argument.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
