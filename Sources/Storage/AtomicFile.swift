import Foundation

/// Files that are either the old one or the whole new one, whatever happens in between.
///
/// The content is written aside in the same folder, synchronised, then renamed over the old file;
/// the folder is synchronised last. Until then the new file has no name where the file system can
/// have it so, and a killed process leaves nothing behind.
public struct AtomicFile {
    /// Makes a file without a name in a folder; the system's headers build it of two flags.
    private static let nameless: Int32 = 0o20_200_000

    private let path: String
    private let target: String
    /// What the file aside is called; nil for devices, which are written in place.
    private let aside: String?
    /// Whether the file aside has its name already.
    private var isNamed = true
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
            let folder = URL(fileURLWithPath: target.path).deletingLastPathComponent().path
            let unnamed = access("/proc/self/fd", X_OK) == 0
                ? open(folder, O_WRONLY | AtomicFile.nameless | O_CLOEXEC, 0o666) : -1
            isNamed = unnamed < 0
            descriptor = isNamed
                ? open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) : unnamed
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
        if !isNamed {
            guard
                linkat(
                    AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, aside, AT_SYMLINK_FOLLOW)
                    == 0
            else { throw AtomicFile.unwritable(path, errno) }
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
            return (resolved(path), true, nil)
        }
        let type = status.st_mode & S_IFMT
        guard type != S_IFDIR else { throw unwritable(path, EISDIR) }
        return (resolved(path), type == S_IFREG, status.st_mode & 0o7777)
    }

    /// The path without the links at its end, whether or not the last of them leads to a file.
    static func resolved(_ path: String) -> String {
        var path = path
        // As many links as Linux follows itself.
        for _ in 0..<40 {
            guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
            else { break }
            path = link.hasPrefix("/")
                ? link
                : URL(fileURLWithPath: path).deletingLastPathComponent()
                    .appendingPathComponent(link).path
        }
        return path
    }

    /// A name for a file beside `target` that is none yet.
    static func nameAside(_ target: String) -> String {
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
            case EFBIG: "raise the limit of file sizes (ulimit -f; what was there is unchanged)"
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
