import Foundation
import Testing

/// Images and published weights that are too large for the repository.
///
/// They lie beside the repository in `../shared/data`, or in `$SADDLE_SHARED/data`. Tests that need
/// them say so in their names and are not run where they are absent.
public enum SharedData {
    private static let folder: URL = {
        let shared = ProcessInfo.processInfo.environment["SADDLE_SHARED"]
            .map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared").standardizedFileURL
        return shared.appendingPathComponent("data")
    }()

    fileprivate static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    /// The location of a file below the folder, such as `cifar10/test_batch.bin`.
    public static func file(_ path: String) -> URL { folder.appendingPathComponent(path) }
}

extension Trait where Self == ConditionTrait {
    /// The test runs only where `SharedData` is there.
    ///
    /// The names of such tests end in "(needs ../shared/data)".
    public static var needsData: Self {
        .enabled(
            if: SharedData.isPresent, "needs ../shared/data (images and published weights)")
    }
}
