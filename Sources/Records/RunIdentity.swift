import Storage

/// What makes two runs the same computation.
public enum RunIdentity {
    /// Refuses a file of another run, naming the first settings that differ.
    ///
    /// - Throws: `StorageError` of kind `mismatch`.
    public static func check(
        _ path: String, found: [String: String], expected: [String: String]
    ) throws {
        // Digests come last: they follow from settings that say more.
        let names = Set(found.keys).union(expected.keys).sorted {
            ($0.hasPrefix("direction_") ? 1 : 0, $0) < ($1.hasPrefix("direction_") ? 1 : 0, $1)
        }
        let different = names.filter { found[$0] != expected[$0] }
        guard !different.isEmpty else { return }
        let list = different.prefix(3).map {
            "\($0) is \(found[$0] ?? "absent"), not \(expected[$0] ?? "absent")"
        }
        let rest = different.count > 3 ? " and \(different.count - 3) more" : ""
        throw StorageError(
            .mismatch, file: path,
            problem: "belongs to another run: \(list.joined(separator: ", "))\(rest)",
            remedy: "choose another --out, give the options of that run to go on with it, or"
                + " --force to replace it"
                + (different.contains("workers") ? "; --workers fixes the order of sums" : ""))
    }

    /// What decides the values of the run that a file or its journal holds, by name; nil where there
    /// is no such run.
    public static func ofRun(at path: String) -> [String: String]? {
        (try? RecordFile.read(path).identity)
            ?? (try? Journal.read(path + ".journal").identity)
    }

    /// A digest of the identity: the SHA-256 of its lines `name=value`, sorted by name.
    public static func digest(_ identity: [String: String]) -> String {
        let text = identity.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)\n" }.joined()
        return SHA256.hexadecimal(Array(text.utf8))
    }
}
