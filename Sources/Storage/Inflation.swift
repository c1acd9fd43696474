import CZlib

/// Deflated bytes back to the original ones, with a cap that is checked before memory is taken.
enum Inflation {
    /// How the deflated bytes are wrapped (zlib's window bits).
    enum Wrapping: Int32 {
        /// Bare deflate stream, as in zip entries (RFC 1951).
        case bare = -15
        /// gzip members (RFC 1952).
        case gzip = 31
    }

    /// The inflated bytes, and how many bytes of `source` they took.
    ///
    /// - Parameters:
    ///   - limit: bytes that the output may have.
    ///   - enough: where only the beginning is wanted, after how many bytes to stop.
    /// - Throws: `StorageError` of kind `truncated`, `malformed` or `tooLarge`.
    static func inflate(
        _ source: ArraySlice<UInt8>, wrapping: Wrapping, limit: Int, enough: Int = .max,
        file: String
    ) throws -> (bytes: [UInt8], consumed: Int) {
        var stream = z_stream()
        let version = ZLIB_VERSION
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, wrapping.rawValue, version, size) == Z_OK else {
            throw StorageError(
                .unreadable, file: file, problem: "no memory to inflate it", remedy: "free memory")
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var input = source
        var result = Z_OK
        while result != Z_STREAM_END, output.count < enough {
            let offered = min(input.count, 1 << 28)
            let room = chunk.count
            let (taken, produced) = input.withUnsafeBufferPointer { inputBuffer in
                chunk.withUnsafeMutableBufferPointer { outputBuffer in
                    stream.next_in = UnsafeMutablePointer(mutating: inputBuffer.baseAddress)
                    stream.avail_in = UInt32(offered)
                    stream.next_out = outputBuffer.baseAddress
                    stream.avail_out = UInt32(room)
                    result = CZlib.inflate(&stream, Z_NO_FLUSH)
                    return (offered - Int(stream.avail_in), room - Int(stream.avail_out))
                }
            }
            input = input.dropFirst(taken)
            guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
                throw StorageError(
                    .malformed, file: file,
                    problem: "compressed data is damaged after \(output.count + produced) bytes",
                    remedy: "copy or download the file again")
            }
            guard produced <= limit - output.count else {
                throw StorageError(
                    .tooLarge, file: file, problem: "inflates to more than \(limit) bytes",
                    remedy: "check that it is the file that was meant")
            }
            output += chunk[..<produced]
            if result != Z_STREAM_END, taken == 0, produced == 0 {
                throw StorageError(
                    .truncated, file: file,
                    problem: "compressed data ends early, after \(output.count) inflated bytes",
                    remedy: "the file is incomplete, copy or download it again")
            }
        }
        return (output, source.count - input.count)
    }

    /// The CRC-32 of `bytes` (ISO 3309, as zlib computes it).
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            UInt32(truncatingIfNeeded: crc32_z(0, buffer.baseAddress, buffer.count))
        }
    }
}
