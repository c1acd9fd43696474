/// A JSON document; members keep their order, and numbers are exact.
///
/// JSON has no NaN and no infinity: a number that is missing is null, infinities are the texts "inf"
/// and "-inf".
public indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])

    /// The document on one line.
    public var text: String {
        var result = ""
        append(to: &result)
        return result
    }

    private func append(to result: inout String) {
        switch self {
        case .null: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .integer(let value): result += String(value)
        case .number(let value) where value.isNaN: result += "null"
        case .number(let value) where value.isInfinite: result += value > 0 ? "\"inf\"" : "\"-inf\""
        case .number(let value): result += "\(value)"
        case .text(let value): JSONValue.append(value, to: &result)
        case .array(let values):
            result += "["
            for (index, value) in values.enumerated() {
                if index > 0 { result += "," }
                value.append(to: &result)
            }
            result += "]"
        case .object(let members):
            result += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { result += "," }
                JSONValue.append(member.name, to: &result)
                result += ":"
                member.value.append(to: &result)
            }
            result += "}"
        }
    }

    private static func append(_ text: String, to result: inout String) {
        result += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        result += "\""
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    public typealias Key = String
    public typealias Value = JSONValue

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { (name: $0.0, value: $0.1) })
    }

    public init(stringLiteral value: String) { self = .text(value) }

    public init(integerLiteral value: Int) { self = .integer(value) }

    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// An array of numbers.
    public static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }

    /// An array of whole numbers.
    public static func integers(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }

    /// Rows of a row-major table.
    public static func rows(_ values: [Double], width: Int) -> JSONValue {
        .array(
            stride(from: 0, to: values.count, by: max(width, 1)).map {
                .numbers(Array(values[$0..<min($0 + width, values.count)]))
            })
    }

    /// Text, or null.
    public static func optional(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }

    /// The object with the members of another one at its end.
    public func adding(_ other: JSONValue) -> JSONValue {
        guard case .object(let members) = other else { return self }
        return adding(members)
    }

    /// The object with further members at its end; anything else stays as it is.
    public func adding(_ members: [(name: String, value: JSONValue)]) -> JSONValue {
        guard case .object(let present) = self else { return self }
        return .object(present + members)
    }
}
