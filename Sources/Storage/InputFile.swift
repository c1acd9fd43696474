import Foundation

/// Whole files into memory.
enum InputFile {
    /// The bytes of the regular file at `path`.
    ///
    /// The file is read, not mapped: a mapped file that another process shortens kills the reader.
    ///
    /// - Throws: `StorageError` of kind `unreadable`, or `tooLarge` beyond `limit` bytes.
    static func read(_ path: String, limit: Int = .max) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let what = status.st_mode & S_IFMT == S_IFDIR ? "is a folder" : "is not a regular file"
            throw StorageError(.unreadable, file: path, problem: what, remedy: "name a file")
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw StorageError(
                .tooLarge, file: path, problem: "has \(size) bytes, beyond the limit of \(limit)",
                remedy: "check that it is the file that was meant")
        }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            filled = 0
            guard let base = buffer.baseAddress else { return }
            while filled < size {
                let count = Foundation.read(descriptor, base + filled, size - filled)
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = errno }
                if count <= 0 { break }
                filled += count
            }
        }
        guard failure == 0 else { throw unreadable(path, failure) }
        guard bytes.count == size else {
            throw StorageError(
                .truncated, file: path,
                problem: "became shorter while it was read (\(bytes.count) of \(size) bytes)",
                remedy: "wait until the program that writes it has finished")
        }
        return bytes
    }

    /// The error for a file that the system does not open or read.
    static func unreadable(_ path: String, _ code: Int32) -> StorageError {
        let remedy =
            switch code {
            case ENOENT: "check the path"
            case EACCES, EPERM: "check the permissions"
            default: "check the disk and the path"
            }
        return StorageError(
            .unreadable, file: path,
            problem: "cannot be read: \(String(cString: strerror(code)))", remedy: remedy)
    }
}
