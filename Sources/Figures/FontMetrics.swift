import Foundation

/// How wide letters are, as shares of the font size.
///
/// The numbers are the advances of DejaVu Sans, which Debian's fontconfig brings along and in which
/// figures are set. It is the widest of the usual fonts without serifs: what fits in it fits where a
/// viewer of SVG takes Arial, Helvetica or Liberation Sans in its place.
///
/// - Source: table `hmtx` of DejaVuSans.ttf 2.37, in units of 1/2048 of the font size.
enum FontMetrics {
    /// The font of all figures.
    static let family = "DejaVu Sans"
    /// How far letters reach above the baseline.
    static let ascent = 0.76
    /// How far letters reach below the baseline.
    static let descent = 0.24

    private static let unitsPerEm = 2048.0

    /// From the space to the tilde.
    private static let plain: [Double] = [
        651, 821, 942, 1716, 1303, 1946, 1597, 563, 799, 799, 1024, 1716, 651, 739, 651, 690,
        1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 690, 690, 1716, 1716, 1716,
        1087, 2048, 1401, 1405, 1430, 1577, 1294, 1178, 1587, 1540, 604, 604, 1343, 1141, 1767,
        1532, 1612, 1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403, 1251, 1403, 799, 690,
        799, 1716, 1024, 1024, 1255, 1300, 1126, 1300, 1260, 721, 1300, 1298, 569, 569, 1186, 569,
        1995, 1298, 1253, 1300, 1300, 842, 1067, 803, 1298, 1212, 1675, 1212, 1212, 1075, 1303,
        690, 1303, 1716,
    ]

    /// Signs that figures use.
    private static let signs: [Unicode.Scalar: Double] = [
        "×": 1716, "−": 1716, "…": 2048, "·": 651, "λ": 1212, "Σ": 1294, "‖": 1024, "–": 1024,
        "—": 2048, "²": 821, "³": 821, "¹": 821, "⁰": 821, "⁴": 821, "⁵": 821, "⁶": 821, "⁷": 821,
        "⁸": 821, "⁹": 821, "⁻": 1081,
    ]

    /// The width of one character; of what the table lacks, a width that few letters exceed.
    static func advance(_ character: Character) -> Double {
        String(character).decomposedStringWithCanonicalMapping.unicodeScalars
            .reduce(0) { $0 + advance($1) } / unitsPerEm
    }

    private static func advance(_ scalar: Unicode.Scalar) -> Double {
        if (0x20..<0x7f).contains(scalar.value) { return plain[Int(scalar.value) - 0x20] }
        if let known = signs[scalar] { return known }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        case .control: return plain[0]
        default: break
        }
        return (scalar.properties.isEmojiPresentation ? 1.4 : 1.1) * unitsPerEm
    }
}
