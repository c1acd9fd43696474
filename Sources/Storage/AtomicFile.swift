import Foundation

/// Files that are either the old one or the whole new one, whatever happens in between.
///
/// The content is written aside in the same folder, synchronised, then renamed over the old file;
/// the folder is synchronised last.
public struct AtomicFile {
    private let path: String
    private let target: String
    private let aside: String?
    private let descriptor: Int32
    /// Bytes written so far.
    public private(set) var written = 0

    /// Writes `data` to `path`, whole or not at all.
    ///
    /// - Throws: `StorageError` of kind `full` or `unwritable`; what was there is unchanged.
    public static func write(_ path: String, _ data: Data) throws {
        try write(path) { file in try file.append([UInt8](data)) }
    }

    /// Writes what `body` appends to `path`, whole or not at all.
    ///
    /// - Throws: what `body` throws, or `StorageError` of kind `full` or `unwritable`; the file
    ///   that was there is unchanged.
    public static func write(_ path: String, _ body: (inout AtomicFile) throws -> Void) throws {
        var file = try AtomicFile(path)
        do {
            try body(&file)
            try file.finish()
        } catch {
            file.abandon()
            throw error
        }
    }

    private init(_ path: String) throws {
        self.path = path
        let target = try AtomicFile.target(of: path)
        self.target = target.path
        if target.isRegular {
            let name = AtomicFile.nameAside(target.path)
            aside = name
            descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0, let mode = target.mode { fchmod(descriptor, mode) }
        } else {
            // A device or pipe cannot be replaced: it is written in place.
            aside = nil
            descriptor = open(target.path, O_WRONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw AtomicFile.unwritable(path, errno) }
    }

    /// Appends `bytes`.
    ///
    /// - Throws: `StorageError` of kind `full` or `unwritable`.
    public mutating func append(_ bytes: [UInt8]) throws {
        let descriptor = descriptor
        let code: Int32 = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                guard let base = buffer.baseAddress else { break }
                let count = Foundation.write(descriptor, base + done, buffer.count - done)
                if count < 0, errno == EINTR { continue }
                if count < 0 { return errno }
                done += count
            }
            return 0
        }
        guard code == 0 else { throw AtomicFile.unwritable(path, code) }
        written += bytes.count
    }

    private func finish() throws {
        // Devices refuse fsync with EINVAL, which says nothing about the bytes.
        if fsync(descriptor) != 0, errno != EINVAL { throw AtomicFile.unwritable(path, errno) }
        guard let aside else {
            close(descriptor)
            return
        }
        guard rename(aside, target) == 0 else { throw AtomicFile.unwritable(path, errno) }
        close(descriptor)
        AtomicFile.synchronizeFolder(of: target)
    }

    private func abandon() {
        close(descriptor)
        if let aside { unlink(aside) }
    }

    /// What `path` leads to, links followed, so that a link stays a link.
    private static func target(
        of path: String
    ) throws -> (path: String, isRegular: Bool, mode: mode_t?) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT, !path.isEmpty, !path.hasSuffix("/") else {
                throw unwritable(path, errno)
            }
            return (path, true, nil)
        }
        let type = status.st_mode & S_IFMT
        guard type != S_IFDIR else { throw unwritable(path, EISDIR) }
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return (resolved, type == S_IFREG, status.st_mode & 0o7777)
    }

    private static func nameAside(_ target: String) -> String {
        let url = URL(fileURLWithPath: target)
        let mark = String(UInt32.random(in: .min ... .max), radix: 36)
        let name = ".\(url.lastPathComponent.prefix(180)).\(getpid())-\(mark).partial"
        return url.deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// Makes a rename or a new name last; folders that refuse it (some network file systems) are
    /// left as they are, since the file itself is synchronised.
    static func synchronizeFolder(of path: String) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// The error for a file that the system does not write.
    static func unwritable(_ path: String, _ code: Int32) -> StorageError {
        if code == ENOSPC || code == EDQUOT {
            return StorageError(
                .full, file: path, problem: "cannot be written: the disk is full",
                remedy: "free space or choose another folder (what was there is unchanged)")
        }
        let remedy =
            switch code {
            case ENOENT, ENOTDIR: "make the folder first"
            case EACCES, EPERM, EROFS: "check the permissions or choose another folder"
            case EISDIR: "name a file in that folder"
            default: "check the disk and the path (what was there is unchanged)"
            }
        return StorageError(
            .unwritable, file: path,
            problem: "cannot be written: \(String(cString: strerror(code)))", remedy: remedy)
    }
}
