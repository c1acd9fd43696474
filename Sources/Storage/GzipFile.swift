/// gzip files (RFC 1952), such as the IDX files of the MNIST family.
public enum GzipFile {
    /// The inflated bytes of the file at `path`, all members one after another.
    ///
    /// - Parameter limit: bytes that the result may have; nil takes what a file of its size may
    ///   hold (`InputFile.contentLimit`).
    /// - Throws: `StorageError` of kind `unreadable`, `malformed` (no gzip, damaged, wrong
    ///   checksum), `truncated` or `tooLarge`.
    public static func read(_ path: String, limit: Int? = nil) throws -> [UInt8] {
        let bytes = try InputFile.read(path)
        return try inflate(
            bytes, limit: limit ?? InputFile.contentLimit(size: bytes.count), file: path)
    }

    /// Whether `bytes` begin as a gzip file does.
    public static func isGzip(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x1F, 0x8B])
    }

    /// The first inflated bytes of gzip content, at least `count` of them where there are as many.
    ///
    /// - Throws: as `read`.
    public static func beginning(
        _ bytes: [UInt8], count: Int, file: String
    ) throws -> [UInt8] {
        try Inflation.inflate(
            bytes[...], wrapping: .gzip, limit: .max, enough: count, file: file
        ).bytes
    }

    /// The inflated bytes of gzip content; `file` is for messages.
    ///
    /// - Throws: as `read`.
    public static func inflate(_ bytes: [UInt8], limit: Int, file: String) throws -> [UInt8] {
        guard isGzip(bytes) else {
            throw StorageError(
                .malformed, file: file, problem: "is not a gzip file",
                remedy: "name the file as it was downloaded")
        }
        var output: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let member = try Inflation.inflate(
                rest, wrapping: .gzip, limit: limit - output.count, file: file)
            output += member.bytes
            rest = rest.dropFirst(member.consumed)
            // Tape and block devices leave zeros behind the last member.
            if rest.allSatisfy({ $0 == 0 }) { break }
        }
        return output
    }
}
