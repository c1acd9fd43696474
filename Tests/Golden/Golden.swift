import Foundation

/// Reference numbers and files that were computed by the papers' own code.
///
/// They lie beside the repository in `../shared`; where they are absent, tests that need them say so.
public enum Golden {
    /// The folder that holds `golden/` and `data/`, or nil where it is absent.
    public static let folder: URL? = {
        let here = URL(fileURLWithPath: #filePath)
        let repository = here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shared = ProcessInfo.processInfo.environment["SADDLE_SHARED"]
            .map { URL(fileURLWithPath: $0) }
            ?? repository.deletingLastPathComponent().appendingPathComponent("shared")
        let present = FileManager.default.fileExists(
            atPath: shared.appendingPathComponent("golden").path)
        return present ? shared : nil
    }()

    /// Whether the reference files are there; said once by the test run where they are not.
    public static let isPresent: Bool = {
        if folder == nil {
            print("ABSENT: ../shared with the reference numbers; tests against them are skipped.")
        }
        return folder != nil
    }()

    /// The parsed JSON file `golden/<name>`.
    public static func json(_ name: String) throws -> [String: Any] {
        let url = try file("golden/\(name)")
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
        guard let dictionary = object as? [String: Any] else { throw CocoaError(.fileReadCorruptFile) }
        return dictionary
    }

    /// The location of a file below the folder, such as `data/cifar10/test_batch.bin`.
    public static func file(_ path: String) throws -> URL {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return folder.appendingPathComponent(path)
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
