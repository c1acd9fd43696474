import Foundation

/// The keys of JSON objects, which Foundation's reader takes for granted to be different.
enum JSONKeys {
    /// The first key that an object has twice; nil where there is none, or where the text is no
    /// JSON, which is for its reader to say.
    ///
    /// Keys are equal where Swift says that their texts are: written with escapes or without, and
    /// in whichever normal form. Time grows with the length of the text.
    static func firstRepeated(in bytes: ArraySlice<UInt8>) -> String? {
        var objects: [Set<String>] = []
        var position = bytes.startIndex
        var last: String?
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                objects.append([])
                last = nil
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = objects.popLast()
            case UInt8(ascii: "\""):
                let start = position - 1
                while position < bytes.endIndex, bytes[position] != UInt8(ascii: "\"") {
                    position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard position < bytes.endIndex else { return nil }
                position += 1
                last = text(bytes[start..<position])
            case UInt8(ascii: ":"):
                guard let key = last, !objects.isEmpty else { return nil }
                guard objects[objects.count - 1].insert(key).inserted else { return key }
                last = nil
            default: break
            }
        }
        return nil
    }

    /// A literal in its quotation marks as what it means.
    private static func text(_ literal: ArraySlice<UInt8>) -> String? {
        guard literal.contains(UInt8(ascii: "\\")) else {
            return String(decoding: literal.dropFirst().dropLast(), as: UTF8.self)
        }
        return try? JSONDecoder().decode(String.self, from: Data(literal))
    }
}
