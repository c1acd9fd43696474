import Foundation
import Storage

/// Reading whole files and resolving the paths that users write.
enum FileBytes {
    /// The bytes of the file.
    ///
    /// - Throws: `DatasetError.unreadable`, or `StorageError` where it is no regular file or may not
    ///   be read.
    static func read(_ path: String) throws -> [UInt8] {
        try requireFile(path)
        return try InputFile.read(path)
    }

    /// - Throws: `DatasetError.unreadable` if there is no file of that name.
    static func requireFile(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw DatasetError.unreadable(path: path, reason: "no such file; check the path")
        }
        if isFolder.boolValue {
            throw DatasetError.unreadable(path: path, reason: "is a folder; expected a file")
        }
    }

    /// - Throws: `DatasetError.unreadable` if there is no folder of that name.
    static func requireFolder(_ path: String, holding contents: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw DatasetError.unreadable(
                path: path, reason: "no such folder; expected one with \(contents)")
        }
        if !isFolder.boolValue {
            throw DatasetError.unreadable(
                path: path, reason: "is a file; expected a folder with \(contents)")
        }
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// `folder/name`.
    static func path(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The path with a leading `~` replaced by the home folder: shells leave it after a colon.
    static func expand(_ path: String) -> String {
        NSString(string: path).expandingTildeInPath
    }

    /// The non-empty lines of a text file, or nil where there is none or it is not UTF-8.
    static func lines(_ path: String) -> [String]? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let lines = text.split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        return lines.isEmpty ? nil : lines
    }
}
