import Foundation

/// Writing a file so that nothing half-written ever stands under its name.
enum FileReplacement {
    /// Lets `write` fill a file beside `path`, brings it to the disk and renames it to `path`.
    ///
    /// - Throws: `FigureError.unwritable` where the folder or the disk refuses, and what `write`
    ///   throws; the file that stood under `path` before is then untouched.
    static func replace(_ path: String, write: (String) throws -> Void) throws {
        let target = URL(fileURLWithPath: path)
        let folder = target.deletingLastPathComponent()
        let aside = folder.appendingPathComponent(
            ".\(target.lastPathComponent).\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: aside) }
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            // gnuplot goes on after an output that it cannot open, so the folder is tried first.
            try Data().write(to: aside)
            try write(aside.path)
            let handle = try FileHandle(forWritingTo: aside)
            try handle.synchronize()
            try handle.close()
        } catch let error as FigureError {
            throw error
        } catch {
            throw FigureError.unwritable(file: path, reason: error.localizedDescription)
        }
        guard rename(aside.path, path) == 0 else {
            throw FigureError.unwritable(file: path, reason: String(cString: strerror(errno)))
        }
    }
}
