import Foundation

/// Text as gnuplot takes it: quoted, measured, shortened and wrapped.
enum Lettering {
    /// Font sizes, in points, chosen to stay legible where a column is 8.5 cm wide.
    enum Size {
        /// Titles of panels.
        static let title = 7.5
        /// Labels of axes.
        static let label = 7.0
        /// Numbers at ticks and entries of legends.
        static let tick = 6.5
        /// Notes below the panels.
        static let note = 5.5
        /// Numbers on lines of equal value.
        static let contour = 5.0
    }

    /// The distance of two lines, as a share of the font size.
    static let lineSpacing = 1.25

    /// A gnuplot string literal in single quotes, in which nothing but the quote is special.
    ///
    /// Line ends and other control characters would end the command, so they become spaces.
    static func quoted(_ text: String) -> String {
        let plain = String(String.UnicodeScalarView(text.unicodeScalars.map {
            $0.properties.generalCategory == .control ? " " : $0
        }))
        return "'" + plain.replacingOccurrences(of: "'", with: "''") + "'"
    }

    /// The width of a line, in points, with a little more for the rounding of letters to pixels.
    static func width(_ text: String, size: Double) -> Double {
        text.reduce(0) { $0 + FontMetrics.advance($1) } * size * 1.02
    }

    /// The text, or where it is wider than `limit` points its ends around an ellipsis.
    static func shortened(_ text: String, size: Double, limit: Double) -> String {
        // A text for which just its own width was kept is not too wide by a rounding error.
        guard width(text, size: size) > limit + 1e-6 else { return text }
        let room = limit - width("…", size: size)
        var (head, tail) = (text.startIndex, text.endIndex)
        var taken = 0.0
        var fromHead = true
        while head < tail {
            let place = fromHead ? head : text.index(before: tail)
            taken += width(String(text[place]), size: size)
            if taken > room { break }
            if fromHead { head = text.index(after: head) } else { tail = place }
            fromHead.toggle()
        }
        return text[..<head] + "…" + text[tail...]
    }

    /// The text in lines no wider than `limit` points; a longer word is shortened.
    ///
    /// - Parameter lines: the most lines; what is left over is shortened into the last one.
    static func wrapped(
        _ text: String, size: Double, limit: Double, lines most: Int = .max
    ) -> [String] {
        var lines: [String] = []
        var line = ""
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)[...]
        while let word = words.first {
            if lines.count == most - 1 {
                let rest = (line.isEmpty ? [] : [line]) + words
                return lines + [
                    shortened(rest.joined(separator: " "), size: size, limit: limit)
                ]
            }
            let candidate = line.isEmpty ? word : line + " " + word
            if width(candidate, size: size) <= limit {
                line = candidate
                words.removeFirst()
            } else if line.isEmpty {
                lines.append(shortened(word, size: size, limit: limit))
                words.removeFirst()
            } else {
                lines.append(line)
                line = ""
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

/// The names of results in figures.
public enum FigureTitle {
    private static let limit = 80

    /// A name on one line; of one longer than a caption bears, the ends.
    public static func short(_ name: String) -> String {
        let line = name.oneLine
        guard line.count > limit else { return line }
        return line.prefix(limit / 2) + "…" + line.suffix(limit / 2 - 1)
    }
}
