import Foundation

/// Where two JSON documents differ by more than a tolerance.
///
/// Numbers are held against `tolerance` times the larger of them, or of 1 where both are smaller.
struct DocumentComparison {
    let tolerance: Double
    /// Fields that are not compared, by name.
    var ignored: Set<String> = []

    /// One line for each difference, with its place in the documents.
    func differences(_ first: Any?, _ second: Any?, at place: String = "") -> [String] {
        switch (first, second) {
        case (let first as [String: Any], let second as [String: Any]):
            return Set(first.keys).union(second.keys).subtracting(ignored).sorted().flatMap {
                differences(first[$0], second[$0], at: "\(place).\($0)")
            }
        case (let first as [Any], let second as [Any]):
            guard first.count == second.count else {
                return ["\(place): \(first.count) and \(second.count) entries"]
            }
            return first.indices.flatMap {
                differences(first[$0], second[$0], at: "\(place)[\($0)]")
            }
        case (let first as NSNumber, let second as NSNumber):
            let (first, second) = (first.doubleValue, second.doubleValue)
            let isClose = abs(first - second) <= tolerance * max(abs(first), abs(second), 1)
            return isClose ? [] : ["\(place): \(first) and \(second)"]
        case (let first as NSObject, let second as NSObject):
            return first == second ? [] : ["\(place): \(first) and \(second)"]
        default:
            return ["\(place): \(first ?? "absent") and \(second ?? "absent")"]
        }
    }
}
