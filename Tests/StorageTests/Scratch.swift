import Foundation

@testable import Storage

/// A folder of its own for a test, removed with the last reference to it.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("saddle-storage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The path of the file `name` in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes `bytes` to the file `name` and returns its path.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
        return path(name)
    }
}

/// The error of kind `StorageError` that `body` throws, or nil where it throws none.
///
/// Any other error is passed on, so that a test cannot take it for a typed one.
func storageError(_ body: () throws -> Void) throws -> StorageError? {
    do {
        try body()
        return nil
    } catch let error as StorageError {
        return error
    }
}
