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
}
