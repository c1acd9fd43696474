import Storage

/// An array of bytes in an IDX file, plain or compressed with gzip.
///
/// An IDX file is two zero bytes, a type (8: unsigned bytes), the number of dimensions, each length
/// as a big-endian 32-bit number, and the values, the last dimension fastest. Its header is read
/// first; what it declares must be what the file can hold (`InputFile.contentLimit`) and does.
///
/// - Source: LeCun, Cortes & Burges 1998, "The MNIST database of handwritten digits".
public struct IDXArray: Sendable {
    /// The lengths of the dimensions.
    public let lengths: [Int]
    /// The values, the last dimension fastest.
    public let values: [UInt8]

    /// Whether a file begins as one of these does, plain or compressed.
    public static func isPlausible(_ start: [UInt8]) -> Bool {
        GzipFile.isGzip(start)
            || (start.count >= 8 && start.starts(with: [0, 0, 8]) && (1...4).contains(start[3]))
    }

    /// Reads a file.
    ///
    /// - Parameter dimensions: their number, where only one is of use.
    /// - Throws: `DatasetError.malformed`, or `StorageError` where the file cannot be read or
    ///   declares too much.
    public init(_ path: String, dimensions: Int? = nil) throws {
        let stored = try InputFile.read(path)
        // Some tools unpack a file and keep its name, or the reverse: the content decides.
        let isPacked = GzipFile.isGzip(stored)
        let start = try isPacked
            ? GzipFile.beginning(stored, count: 1024, file: path) : Array(stored.prefix(1024))
        let rank = start.count >= 4 ? Int(start[3]) : 0
        let header = 4 + 4 * rank
        // So short it is none of those that are of use either.
        let least = max(header, 4 + 4 * (dimensions ?? 1))
        guard start.count >= least, start[0] == 0, start[1] == 0 else {
            throw DatasetError.malformed(
                path: path,
                reason: "not an IDX file: it starts with \(Array(start.prefix(4))), "
                    + "expected [0, 0, 8, \(dimensions ?? 3)]")
        }
        guard start[2] == 8, dimensions ?? rank == rank else {
            throw DatasetError.malformed(
                path: path,
                reason: "an IDX file of type \(start[2]) with \(rank) dimensions; expected "
                    + "type 8 (bytes) with \(dimensions ?? 3)")
        }
        let lengths = (0..<rank).map { dimension in
            start[4 + 4 * dimension..<8 + 4 * dimension].reduce(0) { $0 << 8 | Int($1) }
        }
        let limit = InputFile.contentLimit(size: stored.count)
        guard let size = LabelledImages.product(lengths), size <= limit - header else {
            throw DatasetError.malformed(
                path: path,
                reason: "its header states lengths \(lengths), more than a file of"
                    + " \(stored.count) bytes holds; fetch the file again")
        }
        var bytes = try isPacked
            // Somewhat more than is declared, so that what follows is told of.
            ? GzipFile.inflate(stored, limit: size + header + (1 << 20), file: path) : stored
        guard size > 0, size == bytes.count - header else {
            throw DatasetError.malformed(
                path: path,
                reason: "its header states lengths \(lengths), but \(bytes.count - header) bytes "
                    + "of values follow; fetch the file again")
        }
        bytes.removeFirst(header)
        (self.lengths, values) = (lengths, bytes)
    }
}
