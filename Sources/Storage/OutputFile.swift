import Foundation

/// The output of a command, checked before anything is computed.
///
/// - Nothing that exists is replaced unless that is asked for.
/// - What is also an input, or another output, is not replaced at all.
/// - Only regular files are replaced; a link stays and what it leads to is replaced.
/// - The old content stays until the new one is complete, and a file that another program has put
///   there or changed in the meantime is left as it is.
public final class OutputFile {
    /// What becomes of a file that is there.
    public enum Occupied: Sendable {
        /// The output is refused.
        case refused
        /// It is replaced, once the new content is complete.
        case replaced
        /// It is gone on with, where it belongs to the same run.
        case continued
    }

    /// The path, as the caller wrote it.
    public let path: String
    /// Where a run that can be stopped writes: the file itself, or where it is to be replaced
    /// `FILE.new`, until that is complete.
    public let working: String
    private let target: String
    private let occupied: Occupied
    private var stamp: FileStamp?
    private var lock: OutputLock?

    /// Checks that the file can be made or replaced, and that nothing else is lost by it.
    ///
    /// - Parameters:
    ///   - inputs: the files that the command reads, and its other outputs; names of files that
    ///     are not there do no harm.
    ///   - remedy: what is said beside `--force` where the file exists.
    /// - Throws: `StorageError` of kind `unwritable`, `unsupported` or `locked`.
    public init(
        _ path: String, whereOccupied occupied: Occupied, inputs: [String] = [],
        remedy: String = "choose another --out"
    ) throws {
        func refusal(_ problem: String, _ remedy: String) -> StorageError {
            StorageError(.unwritable, file: path, problem: problem, remedy: remedy)
        }
        guard path != "-" else {
            throw StorageError(
                .unsupported, file: path, problem: "files are not written to standard output",
                remedy: "name a file; --json prints a document there (a file of that name is ./-)")
        }
        self.path = path
        self.occupied = occupied
        target = AtomicFile.resolved(path)
        working = occupied == .replaced ? target + ".new" : path
        var status = stat()
        if stat(path, &status) == 0 {
            switch status.st_mode & S_IFMT {
            case S_IFREG: break
            case S_IFDIR:
                throw refusal("cannot be written: is a folder", "name a file in that folder")
            default:
                throw refusal(
                    "is a \(InputFile.kind(status)), not a regular file", "name another file")
            }
        }
        if let same = inputs.first(where: { FileStamp.isSame($0, path) }) {
            throw refusal(
                "is also read or written as \(StorageError.quoted(same)) by this command",
                "choose another name")
        }
        stamp = FileStamp(path)
        if stamp != nil {
            if occupied == .refused {
                try OutputLock.check(target + ".lock", output: path)
                throw refusal("exists", "\(remedy), or --force to replace it")
            }
            guard access(path, W_OK) == 0 else {
                throw refusal(
                    "cannot be written: \(String(cString: strerror(errno)))", "choose another --out")
            }
        }
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        guard access(folder, W_OK | X_OK) == 0 else {
            throw refusal(
                "cannot be written: \(folder): \(String(cString: strerror(errno)))",
                errno == ENOENT ? "make the folder first" : "choose another --out")
        }
    }

    // MARK: Outputs that are written at once

    /// Has `write` make the whole file aside, then puts it in place.
    ///
    /// A file that is gone on with must already hold the same bytes.
    ///
    /// - Throws: what `write` throws, and `StorageError`; the old file is unchanged then.
    public func replace(_ write: (_ aside: String) throws -> Void) throws {
        let aside = AtomicFile.nameAside(target)
        defer { unlink(aside) }
        do {
            try write(aside)
        } catch let error as StorageError where error.file == aside {
            // The user knows the file by its own name.
            throw StorageError(
                error.kind, file: path, problem: error.problem, remedy: error.remedy)
        }
        if occupied == .continued, stamp != nil {
            guard try InputFile.read(aside) == InputFile.read(path) else {
                throw StorageError(
                    .mismatch, file: path, problem: "exists and holds something else",
                    remedy: "choose another name, or --force to replace it")
            }
            return
        }
        try place(aside)
    }

    // MARK: Outputs of runs that can be stopped

    /// Makes this process the only one that writes the output, until it ends or is done with it.
    ///
    /// - Parameter holder: what this process is, for others that want the same output.
    /// - Throws: `StorageError` of kind `locked` saying who has it.
    public func begin(_ holder: String) throws {
        lock = try OutputLock(target + ".lock", output: path, holder: holder)
        // What stood there before the lock was taken may have been changed by its last holder.
        stamp = FileStamp(path)
    }

    /// Removes what an earlier run that was to replace the file left unfinished.
    ///
    /// - Throws: `StorageError` where a file cannot be removed.
    public func discardUnfinished() throws {
        if occupied == .replaced { try remove(["", ".journal", ".basis"].map { working + $0 }) }
    }

    /// Puts the complete result in place of the old one, if there is one.
    ///
    /// - Throws: `StorageError`; the new result stays under `working` then.
    public func finish() throws {
        if occupied == .replaced, FileStamp(working) != nil {
            try place(working)
            // They belong to the run whose result is replaced.
            try remove([".journal", ".basis"].map { target + $0 })
        }
        lock = nil
    }

    /// Puts a whole file in the place of what was there when the output was checked.
    private func place(_ aside: String) throws {
        try FileStamp.check(path, is: stamp)
        var status = stat()
        if stamp != nil, stat(path, &status) == 0 { chmod(aside, status.st_mode & 0o7777) }
        // A link is made only where nothing is; file systems without links go the other way.
        if stamp == nil, link(aside, target) == 0 {
            unlink(aside)
        } else {
            if stamp == nil { try FileStamp.check(path, is: nil) }
            guard rename(aside, target) == 0 else { throw AtomicFile.unwritable(path, errno) }
        }
        AtomicFile.synchronizeFolder(of: target)
        stamp = FileStamp(path)
    }

    private func remove(_ paths: [String]) throws {
        for path in paths where unlink(path) != 0 && errno != ENOENT {
            throw StorageError(
                .unwritable, file: path,
                problem: "cannot be removed: \(String(cString: strerror(errno)))",
                remedy: "check the permissions or choose another --out")
        }
    }
}
