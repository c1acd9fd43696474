import Foundation
import Storage

/// Makes sure, before anything is computed, that a result can be stored and replaces nothing else.
enum OutputFile {
    /// Makes room for a result that goes on where an earlier run stopped.
    ///
    /// - Throws: `StorageError` where the folder cannot be written or a file not be removed.
    static func prepareToResume(_ path: String, force: Bool) throws {
        try checkFolder(path)
        guard force else { return }
        for name in [path, path + ".journal", path + ".basis"]
        where unlink(name) != 0 && errno != ENOENT {
            throw StorageError(
                .unwritable, file: name,
                problem: "cannot be removed: \(String(cString: strerror(errno)))",
                remedy: "check the permissions or choose another --out")
        }
    }

    /// Whether something is there under that name.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether it is a file with a content of its own, which could be lost.
    static func isRegular(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }

    /// Checks that a file can be made beside `path`.
    static func checkFolder(_ path: String) throws {
        func unwritable(_ problem: String, _ remedy: String) -> StorageError {
            StorageError(
                .unwritable, file: path, problem: "cannot be written: \(problem)", remedy: remedy)
        }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue {
                throw unwritable("is a folder", "name a file in that folder with --out")
            }
            guard access(path, W_OK) == 0 else {
                throw unwritable(String(cString: strerror(errno)), "choose another --out")
            }
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard access(folder, W_OK | X_OK) == 0 else {
            throw unwritable(
                "\(folder): \(String(cString: strerror(errno)))",
                errno == ENOENT ? "make the folder first" : "choose another --out")
        }
    }
}
