/// Why data could not be read or chosen: one line with the place, the values met and the remedy.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
    /// A file or folder is absent or cannot be read.
    case unreadable(path: String, reason: String)
    /// A file's size is not a whole number of records of `recordSize` bytes.
    case wrongSize(path: String, recordSize: Int, actual: Int)
    /// A file holds something else than its format allows.
    case malformed(path: String, reason: String)
    /// Images and labels that do not fit together.
    case inconsistent(reason: String)
    /// An option whose value cannot be used.
    case invalidOption(name: String, value: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            return "\(path): \(reason)"
        case .wrongSize(let path, let recordSize, let actual):
            let rest = actual % recordSize
            let detail =
                actual == 0
                ? "the file is empty" : "\(rest) bytes follow record \(actual / recordSize)"
            return "\(path): expected a size that is a multiple of \(recordSize) bytes, but it has "
                + "\(actual) bytes (\(detail)); fetch the file again"
        case .malformed(let path, let reason):
            return "\(path): \(reason)"
        case .inconsistent(let reason):
            return reason
        case .invalidOption(let name, let value, let reason):
            return "\(name) \(value): \(reason)"
        }
    }
}
