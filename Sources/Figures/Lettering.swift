import Foundation

/// Text as gnuplot takes it: quoted, measured, shortened and wrapped.
enum Lettering {
    /// Font sizes, in points, chosen to stay legible where a column is 8.5 cm wide.
    enum Size {
        /// Titles of panels.
        static let title = 8.0
        /// Labels of axes.
        static let label = 7.5
        /// Numbers at ticks and entries of legends.
        static let tick = 7.0
        /// Notes below the panels.
        static let note = 6.0
    }

    /// A gnuplot string literal in single quotes, in which nothing but the quote is special.
    ///
    /// Line ends and other control characters would end the command, so they become spaces.
    static func quoted(_ text: String) -> String {
        let plain = String(String.UnicodeScalarView(text.unicodeScalars.map {
            $0.properties.generalCategory == .control ? " " : $0
        }))
        return "'" + plain.replacingOccurrences(of: "'", with: "''") + "'"
    }

    /// An estimate of the width of a line, in points, a little above what Liberation Sans takes.
    static func width(_ text: String, size: Double) -> Double {
        text.reduce(0) { $0 + advance($1) } * size * 1.05
    }

    /// The advance of one character as a share of the font size.
    private static func advance(_ character: Character) -> Double {
        switch character {
        case "i", "j", "l", "'", "|": 0.23
        case " ", ".", ",", ":", ";", "!", "/", "I", "f", "t", "[", "]": 0.28
        case "r", "-", "(", ")", "{", "}", "\"": 0.34
        case "m", "M", "%": 0.86
        case "w", "W", "@", "—", "…": 0.95
        case "0"..."9", "−", "×", "+", "=", "_", "a"..."z": 0.56
        case "A"..."Z": 0.69
        // Letters outside ASCII may be as wide as the font is high.
        default: character.isASCII ? 0.6 : (character.isWide ? 1.0 : 0.65)
        }
    }

    /// The text, or where it is wider than `limit` points its ends around an ellipsis.
    static func shortened(_ text: String, size: Double, limit: Double) -> String {
        guard width(text, size: size) > limit else { return text }
        // No page has room for more than some thousand characters; trying is quadratic.
        let characters = text.count > 1000
            ? Array(text.prefix(500)) + Array(text.suffix(500)) : Array(text)
        var kept = characters.count - 1
        while kept > 1 {
            let head = (kept + 1) / 2
            let candidate = String(characters.prefix(head)) + "…"
                + String(characters.suffix(kept - head))
            if width(candidate, size: size) <= limit { return candidate }
            kept -= 1
        }
        return "…"
    }

    /// The text in lines no wider than `limit` points; a longer word is shortened.
    static func wrapped(_ text: String, size: Double, limit: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let fitting = shortened(String(word), size: size, limit: limit)
            let candidate = line.isEmpty ? fitting : line + " " + fitting
            if width(candidate, size: size) <= limit {
                line = candidate
            } else {
                lines.append(line)
                line = fitting
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

extension Character {
    /// Whether the character belongs to a script set in full-width squares.
    fileprivate var isWide: Bool {
        unicodeScalars.contains { $0.value >= 0x1100 && !(0x2000...0x2fff).contains($0.value) }
    }
}
