import Foundation

/// Numbers as people read them.
public enum Readable {
    /// Up to six significant digits.
    public static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value > 0 ? "inf" : "-inf" }
        return String(format: "%.6g", value)
    }

    /// A share as a percentage.
    public static func percentage(_ share: Double) -> String {
        share.isFinite ? String(format: "%.2f%%", 100 * share) : "unknown"
    }

    /// A number as its unit wants it shown: a share as a percentage.
    public static func number(_ value: Double, unit: StoredUnit) -> String {
        unit == .share ? percentage(value) : number(value)
    }
}

extension StoredScalar {
    /// The value with all its digits.
    public var text: String {
        switch self {
        case .real(let value): "\(value)"
        case .integer(let value): String(value)
        case .flag(let value): value ? "true" : "false"
        case .text(let value): value
        }
    }

    /// The value as people read it.
    public func readable(unit: StoredUnit) -> String {
        switch self {
        case .real(let value): Readable.number(value, unit: unit)
        case .flag(let value): value ? "yes" : "no"
        case .integer, .text: text
        }
    }
}
