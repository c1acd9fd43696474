/// Arrays of numbers to and from little-endian bytes.
///
/// The closures over raw memory stay inside this file; both directions check the byte count first.
enum LittleEndian {
    /// Each `Raw` of `bytes`, through `convert`; a last part of an element is left out.
    static func decode<Raw: FixedWidthInteger, Value>(
        _ bytes: [UInt8], as raw: Raw.Type, _ convert: (Raw) -> Value
    ) -> [Value] {
        let size = MemoryLayout<Raw>.size
        let count = bytes.count / size
        return bytes.withUnsafeBytes { buffer in
            [Value](unsafeUninitializedCapacity: count) { values, initialized in
                guard let base = values.baseAddress else { return }
                for index in 0..<count {
                    let word = buffer.loadUnaligned(fromByteOffset: index * size, as: Raw.self)
                    (base + index).initialize(to: convert(Raw(littleEndian: word)))
                }
                initialized = count
            }
        }
    }

    /// The bytes of each value's `Raw`.
    static func encode<Raw: FixedWidthInteger, Value>(
        _ values: [Value], _ convert: (Value) -> Raw
    ) -> [UInt8] {
        let size = MemoryLayout<Raw>.size
        return [UInt8](unsafeUninitializedCapacity: values.count * size) { bytes, initialized in
            let raw = UnsafeMutableRawBufferPointer(bytes)
            for (index, value) in values.enumerated() {
                raw.storeBytes(
                    of: convert(value).littleEndian, toByteOffset: index * size, as: Raw.self)
            }
            initialized = values.count * size
        }
    }

    /// The bytes of one integer.
    static func bytes<Raw: FixedWidthInteger>(_ value: Raw) -> [UInt8] {
        encode([value]) { $0 }
    }
}
