import Foundation
import Storage
import Synchronization

/// Reference numbers that were computed by the papers' own code.
///
/// They lie beside this file in `Numbers/`, packed by gzip; the README there tells what they are.
public enum Golden {
    /// A parsed file. What `JSONSerialization` makes does not change, so that threads may share it.
    private struct Document: @unchecked Sendable {
        let values: [String: Any]
    }

    private static let documents = Mutex<[String: Document]>([:])

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Numbers")

    /// The parsed JSON file called `name`, such as `models.json`; each file is parsed once.
    ///
    /// - Throws: `StorageError` where the file is absent or damaged, and what `JSONSerialization`
    ///   throws.
    public static func json(_ name: String) throws -> [String: Any] {
        try documents.withLock { documents in
            if let document = documents[name] { return document }
            let path = folder.appendingPathComponent(name + ".gz").path
            let bytes = try GzipFile.read(path)
            guard
                let values = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            else { throw CocoaError(.fileReadCorruptFile) }
            let document = Document(values: values)
            documents[name] = document
            return document
        }.values
    }

    /// A JSON number, or one of the strings "nan", "inf", "-inf".
    public static func number(_ value: Any?) -> Double? {
        if let number = value as? NSNumber { return number.doubleValue }
        switch value as? String {
        case "nan": return .nan
        case "inf": return .infinity
        case "-inf": return -.infinity
        default: return nil
        }
    }
}
