// LargeFile FILE MEBIBYTES: writes an HDF5 file of that size, block by block, and prints by how many
// mebibytes the peak of the memory rose. A process of its own, so that no other test is measured.

import Foundation
import Storage

/// The most memory that this process ever had, in KiB.
func peak() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
}

let (path, rows) = (CommandLine.arguments[1], Int(CommandLine.arguments[2]) ?? 0)
let before = try peak()
try HDF5File.write(path) { root in
    let block = (0..<1 << 17).map(Double.init)
    let large = try root.createDataset("x", Double.self, shape: [rows, block.count])
    for row in 0..<rows { try large.write(block, at: [row, 0], count: [1, block.count]) }
}
print((try peak() - before) >> 10)
