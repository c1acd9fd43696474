import Foundation

/// The advances of a TrueType font: what a text takes when cairo or a browser sets it.
struct FontFile {
    private let data: Data
    private var tables: [String: Int] = [:]
    private var unitsPerEm = 1.0
    private var longMetrics = 1

    /// The font that fontconfig has for a name; nil where there is no fontconfig or no such font.
    init?(named name: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["fc-match", "-f", "%{family}\n%{file}", name]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = said.split(separator: "\n").map(String.init)
        guard lines.count == 2, lines[0] == name else { return nil }
        data = try Data(contentsOf: URL(fileURLWithPath: lines[1]))
        for index in 0..<number(4, 2) {
            let entry = 12 + 16 * index
            tables[String(decoding: data[entry..<entry + 4], as: UTF8.self)] = number(entry + 8, 4)
        }
        guard let head = tables["head"], let hhea = tables["hhea"] else { return nil }
        unitsPerEm = Double(number(head + 18, 2))
        longMetrics = number(hhea + 34, 2)
    }

    private func number(_ offset: Int, _ bytes: Int) -> Int {
        data[offset..<offset + bytes].reduce(0) { $0 << 8 | Int($1) }
    }

    /// The advance of a character as a share of the font size; nil where the font lacks it.
    func advance(_ scalar: Unicode.Scalar) -> Double? {
        guard let glyph = glyph(scalar), glyph > 0, let metrics = tables["hmtx"] else { return nil }
        return Double(number(metrics + 4 * min(glyph, longMetrics - 1), 2)) / unitsPerEm
    }

    /// The glyph of a character by the table of format 12.
    private func glyph(_ scalar: Unicode.Scalar) -> Int? {
        guard let map = tables["cmap"] else { return nil }
        for index in 0..<number(map + 2, 2) {
            let start = map + number(map + 4 + 8 * index + 4, 4)
            guard number(start, 2) == 12 else { continue }
            for group in 0..<number(start + 12, 4) {
                let entry = start + 16 + 12 * group
                let (first, last) = (number(entry, 4), number(entry + 4, 4))
                if (first...last).contains(Int(scalar.value)) {
                    return number(entry + 8, 4) + Int(scalar.value) - first
                }
            }
        }
        return nil
    }
}
