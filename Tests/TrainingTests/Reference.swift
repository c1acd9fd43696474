import Foundation

/// −log softmax of a row at `target`.
func crossEntropy(_ row: [Double], _ target: Int) -> Double {
    let top = row.max() ?? 0
    return top + log(row.reduce(0) { $0 + exp($1 - top) }) - row[target]
}
