import Foundation

/// Which file stands under a name, and in which state, as far as the system tells without reading it.
///
/// Two equal stamps mean that no other program has replaced or changed the file in between.
public struct FileStamp: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    /// The stamp of what is there, links followed; nil where nothing is.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    /// Refuses a file that is no longer what it was.
    ///
    /// - Throws: `StorageError` of kind `mismatch`.
    public static func check(_ path: String, is stamp: FileStamp?) throws {
        guard FileStamp(path) != stamp else { return }
        throw StorageError(
            .mismatch, file: path,
            problem: "another program has made, changed or removed it since this run looked, so it"
                + " is left as it is",
            remedy: "move it away and run the same command again")
    }

    /// Whether two names mean the same file, now or once it is made.
    static func isSame(_ first: String, _ second: String) -> Bool {
        func place(_ path: String) -> [String] {
            var status = stat()
            if stat(path, &status) == 0 { return ["\(status.st_dev)", "\(status.st_ino)"] }
            let target = URL(fileURLWithPath: AtomicFile.resolved(path))
            let folder = target.deletingLastPathComponent().path
            guard stat(folder, &status) == 0 else { return [target.path] }
            return ["\(status.st_dev)", "\(status.st_ino)", target.lastPathComponent]
        }
        return place(first) == place(second)
    }
}
