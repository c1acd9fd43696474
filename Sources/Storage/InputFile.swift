import Foundation

/// Whole files into memory.
///
/// What a small file may claim to hold is bounded by its size, in every reader of this target:
/// content that is compressed, repeated or not stored at all may take `contentLimit` bytes of
/// memory and no more.
public enum InputFile {
    /// Bytes of content that a file of `size` bytes may have: 64 times its size and 64 MiB.
    public static func contentLimit(size: Int) -> Int {
        let (product, overflow) = max(size, 0).multipliedReportingOverflow(by: 64)
        return overflow ? .max - (64 << 20) : min(product, .max - (64 << 20)) + (64 << 20)
    }

    /// The size of the regular file at `path`, which is not opened: opening a pipe can wait for
    /// ever, and opening a device can do anything.
    ///
    /// - Throws: `StorageError` of kind `unreadable`.
    @discardableResult
    public static func size(_ path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw unreadable(path, errno) }
        return try size(path, status)
    }

    private static func size(_ path: String, _ status: stat) throws -> Int {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StorageError(
                .unreadable, file: path, problem: "is a \(kind(status)), not a regular file",
                remedy: "name a file")
        }
        return Int(status.st_size)
    }

    /// What is there, in a word.
    static func kind(_ status: stat) -> String {
        switch status.st_mode & S_IFMT {
        case S_IFDIR: "folder"
        case S_IFIFO: "pipe"
        case S_IFSOCK: "socket"
        case S_IFREG: "file"
        default: "device"
        }
    }

    /// The bytes of the regular file at `path`.
    ///
    /// The file is read, not mapped: a mapped file that another process shortens kills the reader.
    ///
    /// - Throws: `StorageError` of kind `unreadable`, or `tooLarge` beyond `limit` bytes.
    public static func read(_ path: String, limit: Int = .max) throws -> [UInt8] {
        try size(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        let size = try size(path, status)
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
