import CZlib
import Foundation

@testable import Figures

/// The texts of an SVG of gnuplot's, each with the rectangle that it takes, in points.
struct PageTexts {
    struct Text {
        var content: String
        var box: Frame
    }

    private(set) var texts: [Text] = []
    let width: Double
    let height: Double

    /// Reads a picture.
    ///
    /// - Parameter advance: the width of a character as a share of the font size.
    init(svg: String, advance: (Unicode.Scalar) -> Double) throws {
        // Pixels of a page of 96 to the inch.
        let points = 72.0 / 96
        let page = try #/viewBox="0 0 (\d+) (\d+)"/#.firstMatch(in: svg)
        width = page.flatMap { Double($0.1) }.map { $0 * points } ?? 0
        height = page.flatMap { Double($0.2) }.map { $0 * points } ?? 0
        let form =
            #/translate\(([-\d.]+),([-\d.]+)\)( rotate\(-?[\d.]+\))?"[^>]*font-size="([\d.]+)"\s+text-anchor="(\w+)">\s*<text>(.*?)</text>/#
        for match in svg.matches(of: form) {
            let content = match.6.replacing(#/<[^>]*>/#, with: "").replacing("&lt;", with: "<")
                .replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
                .replacing("&amp;", with: "&").replacing("&#160;", with: " ")
            guard !content.allSatisfy(\.isWhitespace), let x = Double(match.1),
                let y = Double(match.2), let size = Double(match.4)
            else { continue }
            let length = content.unicodeScalars.reduce(0) { $0 + advance($1) } * size
            let start = match.5 == "middle" ? length / 2 : match.5 == "end" ? length : 0
            // Letters reach from a little below the baseline to the height of a capital above it.
            let (above, below) = (0.73 * size, 0.14 * size)
            let box = match.3 == nil
                ? (left: x - start, right: x - start + length, upper: y - above, lower: y + below)
                : (left: x - above, right: x + below, upper: y - length + start, lower: y + start)
            texts.append(
                Text(
                    content: String(content),
                    box: Frame(
                        left: box.left * points, bottom: height - box.lower * points,
                        right: box.right * points, top: height - box.upper * points)))
        }
    }

    /// What is wrong with the page: texts beyond its edge, on each other or on a given place.
    func faults(on places: [Frame] = []) -> [String] {
        let page = Frame(left: 0, bottom: 0, right: width, top: height)
        var faults = texts.filter { !page.holds($0.box) }.map { "cut: \($0.content) \($0.box)" }
        for (number, text) in texts.enumerated() {
            faults += texts[..<number].filter { $0.box.touches(text.box) }
                .map { "overlap: \($0.content) | \(text.content)" }
            faults += places.filter { $0.touches(text.box) }.map { _ in "on a bar: \(text.content)" }
        }
        return faults
    }
}

/// Whether there is ink at the very edge of a PNG: something was cut there.
func inkAtTheEdge(_ png: Data) throws -> Bool {
    func number(_ offset: Int) -> Int { png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
    let (width, height) = (number(16), number(20))
    let channels = [2: 3, 6: 4][Int(png[25])] ?? 0
    guard png[24] == 8, channels > 0 else { return true }
    var (packed, offset) = ([UInt8](), 8)
    while offset < png.count {
        let length = number(offset)
        if png[offset + 4..<offset + 8] == Data("IDAT".utf8) {
            packed += png[offset + 8..<offset + 8 + length]
        }
        offset += length + 12
    }
    let stride = width * channels
    var rows = [UInt8](repeating: 0, count: (stride + 1) * height)
    var size = uLongf(rows.count)
    guard uncompress(&rows, &size, packed, uLong(packed.count)) == Z_OK else { return true }
    // Filters of PNG: a byte is stored as the difference to its neighbours.
    var above = [UInt8](repeating: 0, count: stride)
    for row in 0..<height {
        let start = row * (stride + 1)
        var line = Array(rows[(start + 1)..<(start + 1 + stride)])
        for index in 0..<stride {
            let left = index >= channels ? Int(line[index - channels]) : 0
            let up = Int(above[index])
            let corner = index >= channels ? Int(above[index - channels]) : 0
            let estimate =
                switch rows[start] {
                case 1: left
                case 2: up
                case 3: (left + up) / 2
                case 4:
                    [left, up, corner].min {
                        abs(left + up - corner - $0) < abs(left + up - corner - $1)
                    } ?? 0
                default: 0
                }
            line[index] &+= UInt8(truncatingIfNeeded: estimate)
        }
        let edge = row == 0 || row == height - 1
            ? line[...] : line[..<channels] + line[(stride - channels)...]
        if edge.contains(where: { $0 != 255 }) { return true }
        above = line
    }
    return false
}
