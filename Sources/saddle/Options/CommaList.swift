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
        try items(text, flag: flag).map { item in
            guard let value = Int(item), range.contains(value) else {
                throw UsageError(
                    flag, text,
                    "expected whole numbers from \(range.range.lowerBound) to"
                        + " \(range.range.upperBound), such as 16,64")
            }
            return value
        }
    }

    /// Numbers of a range, each given once.
    ///
    /// - Throws: `UsageError` where one is none or is given twice.
    static func numbers(
        _ text: String, flag: String, in range: NumberRange<Double>
    ) throws -> [Double] {
        let numbers = try items(text, flag: flag).map { item in
            guard let value = Double(item), range.contains(value) else {
                throw UsageError(
                    flag, text,
                    "expected numbers from \(range.range.lowerBound) to \(range.range.upperBound),"
                        + " such as 0.05,0.1")
            }
            return value
        }
        guard Set(numbers).count == numbers.count else {
            throw UsageError(flag, text, "a number is given twice")
        }
        return numbers
    }
}
