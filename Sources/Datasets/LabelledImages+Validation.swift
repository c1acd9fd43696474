extension LabelledImages {
    /// The product of the lengths, or nil where it overflows.
    static func product(_ lengths: [Int]) -> Int? {
        var result = 1
        for length in lengths {
            let (next, overflow) = result.multipliedReportingOverflow(by: length)
            if overflow { return nil }
            result = next
        }
        return result
    }

    /// The names "0", "1", ... of `count` classes.
    static func numbers(_ count: Int) -> [String] { (0..<count).map(String.init) }

    /// The given names, or numbers for as many classes as the labels show.
    static func names(
        _ names: [String]?, labels: Labels, count: Int, source: String
    ) throws -> [String] {
        if let names { return names }
        switch labels {
        case .classes(let classes):
            let largest = classes.max() ?? 0
            guard largest < 1_000_000 else {
                throw DatasetError.inconsistent(
                    reason: "\(source): label \(largest) is too large for a class number")
            }
            return numbers(max(largest, 0) + 1)
        case .soft(let rows):
            return numbers(rows.count / count)
        }
    }

    static func requireFinite(_ pixels: Pixels, imageSize: Int, source: String) throws {
        let place: Int?
        switch pixels {
        case .bytes, .drawn: place = nil
        case .floats(let values): place = values.firstIndex { !$0.isFinite }
        case .doubles(let values): place = values.firstIndex { !$0.isFinite }
        }
        if let place {
            throw DatasetError.inconsistent(
                reason: "\(source): image \(place / imageSize) has a pixel that is not finite "
                    + "(value \(place % imageSize) of the image); leave that image out")
        }
    }

    static func check(_ labels: Labels, count: Int, classes: Int, source: String) throws {
        switch labels {
        case .classes(let labels):
            guard labels.count == count else {
                throw DatasetError.inconsistent(
                    reason: "\(source): \(labels.count) labels for \(count) images")
            }
            if let bad = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
                throw DatasetError.inconsistent(
                    reason: "\(source): image \(bad) has label \(labels[bad]); "
                        + "expected 0 to \(classes - 1)")
            }
        case .soft(let rows):
            guard classes > 0, rows.count == count * classes else {
                throw DatasetError.inconsistent(
                    reason: "\(source): \(rows.count) soft-label values for \(count) images of "
                        + "\(classes) classes; expected \(count * classes)")
            }
            for image in 0..<count {
                let row = rows[image * classes..<(image + 1) * classes]
                let sum = row.reduce(0, +)
                // Rows stored in half precision may miss 1 by a few units of 1e-3.
                guard row.allSatisfy({ $0 >= 0 }), abs(sum - 1) <= 5e-3 else {
                    throw DatasetError.inconsistent(
                        reason: "\(source): the soft label of image \(image) is not a distribution "
                            + "(sum \(sum), least value \(row.min() ?? 0)); "
                            + "give probabilities that sum to 1")
                }
            }
        }
    }
}
