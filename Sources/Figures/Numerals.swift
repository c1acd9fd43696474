import Foundation

/// Numbers as they are printed on figures and in data blocks.
enum Numerals {
    /// A number of a data block: all its digits, or `NaN`, which gnuplot leaves out.
    static func datum(_ value: Double) -> String {
        value.isFinite ? "\(value)" : "NaN"
    }

    /// A number with `decimals` digits after the point and a true minus sign.
    static func fixed(_ value: Double, decimals: Int) -> String {
        let text = String(format: "%.\(decimals)f", value)
        let isZero = !text.contains { ("1"..."9").contains($0) }
        return isZero
            ? text.replacingOccurrences(of: "-", with: "")
            : text.replacingOccurrences(of: "-", with: "−")
    }

    /// A number with about three significant digits, for notes and legends.
    static func rounded(_ value: Double) -> String {
        guard value.isFinite else { return "undefined" }
        let magnitude = abs(value)
        if magnitude == 0 { return "0" }
        if magnitude >= 1e5 || magnitude < 1e-3 {
            let exponent = Int(log10(magnitude).rounded(.down))
            return fixed(value / pow(10, Double(exponent)), decimals: 1)
                + "×" + power(exponent)
        }
        let decimals = max(0, 2 - Int(log10(magnitude).rounded(.down)))
        return fixed(value, decimals: decimals)
    }

    /// A round number with no more digits than it has.
    static func short(_ value: Double) -> String {
        let magnitude = abs(value)
        guard magnitude > 0, magnitude >= 1e5 || magnitude < 1e-3 else {
            return digits(value)
        }
        let exponent = Int((log10(magnitude) + 1e-9).rounded(.down))
        let factor = digits(value / pow(10, Double(exponent)))
        return factor == "1" ? power(exponent) : factor + "×" + power(exponent)
    }

    private static func digits(_ value: Double) -> String {
        String(format: "%.5g", value).replacingOccurrences(of: "-", with: "−")
    }

    /// A share as a percentage.
    static func percentage(_ share: Double) -> String {
        guard share.isFinite else { return "undefined" }
        return fixed(share * 100, decimals: abs(share) < 0.1 ? 1 : 0) + "%"
    }

    /// 10ⁿ with superscript digits.
    static func power(_ exponent: Int) -> String {
        let superscripts: [Character: String] = [
            "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶",
            "7": "⁷", "8": "⁸", "9": "⁹",
        ]
        return "10" + String(exponent).compactMap { superscripts[$0] }.joined()
    }
}
