/// Lists on the command line: items with commas between them.
enum CommaList {
    /// The items, none of them empty.
    ///
    /// - Throws: `UsageError` where an item is empty.
    static func items(_ text: String, flag: String) throws -> [String] {
        let items = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard items.allSatisfy({ !$0.isEmpty }) else {
            throw UsageError(flag, text, "expected items with single commas between them")
        }
        return items
    }

    /// Whole numbers of a range.
    ///
    /// - Throws: `UsageError` where one is none.
    static func integers(_ text: String, flag: String, in range: NumberRange<Int>) throws -> [Int] {
        try values(text, flag: flag, in: range, "whole numbers", example: "16,64")
    }

    /// Numbers of a range, each given once.
    ///
    /// - Throws: `UsageError` where one is none or is given twice.
    static func numbers(
        _ text: String, flag: String, in range: NumberRange<Double>
    ) throws -> [Double] {
        let numbers = try values(text, flag: flag, in: range, "numbers", example: "0.05,0.1")
        guard Set(numbers).count == numbers.count else {
            throw UsageError(flag, text, "a number is given twice")
        }
        return numbers
    }

    private static func values<Value: LosslessStringConvertible>(
        _ text: String, flag: String, in range: NumberRange<Value>, _ kind: String, example: String
    ) throws -> [Value] {
        try items(text, flag: flag).map { item in
            guard let value = Value(item), range.contains(value) else {
                throw UsageError(
                    flag, text,
                    "expected \(kind) from \(range.range.lowerBound) to \(range.range.upperBound),"
                        + " such as \(example)")
            }
            return value
        }
    }
}
