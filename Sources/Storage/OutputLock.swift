import CGuard
import Foundation

/// The right to write one output, which one process has at a time.
///
/// It is a lock (flock) on the file `OUTPUT.lock`, which says who holds it and which goes with the
/// run. After a kill the file stays, without a lock on it: the next run takes it over.
final class OutputLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - output: the output, for messages.
    ///   - holder: what this process is, for those who meet the lock.
    /// - Throws: `StorageError` of kind `locked` saying who holds it, or `unwritable`.
    init(_ path: String, output: String, holder: String) throws {
        self.path = path
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
            guard descriptor >= 0 else { throw AtomicFile.unwritable(path, errno) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                defer { close(descriptor) }
                throw OutputLock.held(descriptor, output)
            }
            var (own, named) = (stat(), stat())
            let isThere = fstat(descriptor, &own) == 0 && lstat(path, &named) == 0
                && own.st_ino == named.st_ino && own.st_dev == named.st_dev
            // The run before may have removed the file between opening and locking.
            guard isThere else {
                close(descriptor)
                continue
            }
            self.descriptor = descriptor
            break
        }
        let text = Array("process \(getpid()), \(holder.prefix(200))".utf8)
        // A full disk leaves the lock without a name, which is lock enough.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
        saddle_guard_remove(path)
    }

    deinit {
        saddle_guard_remove(nil)
        unlink(path)
        close(descriptor)
    }

    /// Says who holds the lock, if somebody does.
    ///
    /// - Throws: `StorageError` of kind `locked`.
    static func check(_ path: String, output: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { throw held(descriptor, output) }
    }

    private static func held(_ descriptor: Int32, _ output: String) -> StorageError {
        let holder = text(descriptor)
        return StorageError(
            .locked, file: output,
            problem: "another run is writing it" + (holder.isEmpty ? "" : " (\(holder))"),
            remedy: "wait for it to end or choose another --out")
    }

    private static func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 1000)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}
