// Sizes beyond what can be counted become the largest number, which every limit refuses.

extension Int {
    /// The sum of two sizes.
    package func saturatingSum(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }

    /// A size taken several times.
    package func saturatingProduct(_ count: Int) -> Int {
        let (product, overflows) = multipliedReportingOverflow(by: count)
        return overflows ? .max : product
    }
}
