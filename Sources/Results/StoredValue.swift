import Randomness

/// One value of a stored result.
public enum StoredScalar: Sendable, Hashable {
    case real(Double)
    case integer(Int)
    case flag(Bool)
    case text(String)
}

/// The types that a column of values can have.
public enum StoredType: Sendable, Hashable {
    case real
    case integer
    case flag
    case text
}

/// One of the named numbers that a value is stored as.
public struct StoredPart: Sendable, Hashable {
    /// What is added to the field's name, such as `_lower`.
    public var suffix: String
    /// The type of the number.
    public var type: StoredType
    /// What the part is of the field; empty for the value itself.
    public var note: String
    /// The unit; nil takes the field's.
    public var unit: StoredUnit?

    /// A part; without a suffix it is the value itself.
    public init(_ type: StoredType, suffix: String = "", note: String = "", unit: StoredUnit? = nil) {
        self.type = type
        self.suffix = suffix
        self.note = note
        self.unit = unit
    }
}

/// A type that a field or column of a result may have.
public protocol StoredValue {
    /// The named parts that it is stored as.
    static var parts: [StoredPart] { get }
    /// The parts' values, in their order; nil where there is none.
    var scalars: [StoredScalar?] { get }
    /// The value of its parts; nil where they are of other types or no such value.
    init?(scalars: [StoredScalar?])
}

/// A value that is no number, so that its unit is known: text, a choice or a flag.
public protocol StoredLabel: StoredValue {
    static var unit: StoredUnit { get }
}

extension StoredLabel {
    public static var unit: StoredUnit { .text }
}

extension Double: StoredValue {
    public static var parts: [StoredPart] { [StoredPart(.real)] }
    public var scalars: [StoredScalar?] { [.real(self)] }
    public init?(scalars: [StoredScalar?]) {
        switch scalars.first {
        case .real(let value): self = value
        case .integer(let value): self = Double(value)
        default: return nil
        }
    }
}

/// Counts and numbers of things, so small that sums and products with a few others are such, too.
extension Int: StoredValue {
    private static let range = -1 << 48...1 << 48

    public static var parts: [StoredPart] { [StoredPart(.integer)] }
    public var scalars: [StoredScalar?] { [.integer(self)] }
    public init?(scalars: [StoredScalar?]) {
        guard case .integer(let value) = scalars.first, Self.range.contains(value) else {
            return nil
        }
        self = value
    }
}

/// Seeds are stored as integers, or as text where they do not fit a signed one.
extension UInt64: StoredValue {
    public static var parts: [StoredPart] { [StoredPart(.integer)] }
    public var scalars: [StoredScalar?] {
        [Int(exactly: self).map { .integer($0) } ?? .text(String(self))]
    }
    public init?(scalars: [StoredScalar?]) {
        switch scalars.first {
        case .integer(let value): self.init(exactly: value)
        case .text(let value): self.init(value)
        default: return nil
        }
    }
}

extension Bool: StoredLabel {
    public static var unit: StoredUnit { .flag }
    public static var parts: [StoredPart] { [StoredPart(.flag)] }
    public var scalars: [StoredScalar?] { [.flag(self)] }
    public init?(scalars: [StoredScalar?]) {
        guard case .flag(let value) = scalars.first else { return nil }
        self = value
    }
}

extension String: StoredLabel {
    public static var parts: [StoredPart] { [StoredPart(.text)] }
    public var scalars: [StoredScalar?] { [.text(self)] }
    public init?(scalars: [StoredScalar?]) {
        guard case .text(let value) = scalars.first else { return nil }
        self = value
    }
}

/// Enumerations are stored as the names of their cases.
extension StoredLabel where Self: RawRepresentable, RawValue == String {
    public static var parts: [StoredPart] { [StoredPart(.text)] }
    public var scalars: [StoredScalar?] { [.text(rawValue)] }
    public init?(scalars: [StoredScalar?]) {
        guard case .text(let value) = scalars.first else { return nil }
        self.init(rawValue: value)
    }
}

/// A missing field is left out; in a column of numbers it is NaN, and NaN is a missing number.
extension Optional: StoredValue where Wrapped: StoredValue {
    public static var parts: [StoredPart] { Wrapped.parts }
    public var scalars: [StoredScalar?] {
        self?.scalars ?? Wrapped.parts.map { _ in nil }
    }
    public init?(scalars: [StoredScalar?]) {
        if case .real(let value) = scalars.first, value.isNaN { self = .none; return }
        guard scalars.contains(where: { $0 != nil }) else { self = .none; return }
        guard let value = Wrapped(scalars: scalars) else { return nil }
        self = value
    }
}

extension Optional: StoredLabel where Wrapped: StoredLabel {
    public static var unit: StoredUnit { Wrapped.unit }
}

/// An estimate is stored as its value and, under names of their own, the interval and its level.
extension Estimate: StoredValue {
    public static var parts: [StoredPart] {
        [
            StoredPart(.real),
            StoredPart(.real, suffix: "_lower", note: "lower end of the interval"),
            StoredPart(.real, suffix: "_upper", note: "upper end of the interval"),
            StoredPart(.real, suffix: "_level", note: "coverage of the interval", unit: .share),
        ]
    }
    public var scalars: [StoredScalar?] {
        [.real(value), .real(lower), .real(upper), .real(level)]
    }
    public init?(scalars: [StoredScalar?]) {
        let numbers = scalars.compactMap { Double(scalars: [$0]) }
        guard numbers.count == 4 else { return nil }
        self.init(value: numbers[0], lower: numbers[1], upper: numbers[2], level: numbers[3])
    }
}
