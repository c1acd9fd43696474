extension StoredTensor {
    /// The elements as float64: exact for every type but int64 beyond 2^53, which is rounded.
    public func doubles() -> [Double] {
        switch elementType {
        case .float64: decode(UInt64.self) { Double(bitPattern: $0) }
        case .float32: decode(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .float16: decode(UInt16.self) { Double(Float16(bitPattern: $0)) }
        case .bfloat16: decode(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
        case .int64: decode(Int64.self) { Double($0) }
        case .int32: decode(Int32.self) { Double($0) }
        case .int16: decode(Int16.self) { Double($0) }
        case .int8: decode(Int8.self) { Double($0) }
        case .uint8: decode(UInt8.self) { Double($0) }
        case .bool: decode(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// The elements as float32: exact for float32, float16, bfloat16 and up to 24-bit integers,
    /// else rounded to nearest.
    public func floats() -> [Float] {
        switch elementType {
        case .float64: decode(UInt64.self) { Float(Double(bitPattern: $0)) }
        case .float32: decode(UInt32.self) { Float(bitPattern: $0) }
        case .float16: decode(UInt16.self) { Float(Float16(bitPattern: $0)) }
        case .bfloat16: decode(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .int64: decode(Int64.self) { Float($0) }
        case .int32: decode(Int32.self) { Float($0) }
        case .int16: decode(Int16.self) { Float($0) }
        case .int8: decode(Int8.self) { Float($0) }
        case .uint8: decode(UInt8.self) { Float($0) }
        case .bool: decode(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// The elements as int64; floating-point elements must be whole numbers.
    ///
    /// - Throws: `StorageError` of kind `mismatch` that names the first element which is not whole.
    public func integers() throws -> [Int64] {
        switch elementType {
        case .int64: return decode(Int64.self) { $0 }
        case .int32: return decode(Int32.self) { Int64($0) }
        case .int16: return decode(Int16.self) { Int64($0) }
        case .int8: return decode(Int8.self) { Int64($0) }
        case .uint8: return decode(UInt8.self) { Int64($0) }
        case .bool: return decode(UInt8.self) { $0 == 0 ? 0 : 1 }
        case .float64, .float32, .float16, .bfloat16:
            return try doubles().enumerated().map { index, value in
                guard let whole = Int64(exactly: value) else {
                    throw StorageError(
                        .mismatch, file: "tensor \(StorageError.quoted(name))",
                        problem: "element \(index) is \(value), not a whole number of 64 bits",
                        remedy: "read it with doubles() instead")
                }
                return whole
            }
        }
    }

    private func decode<Raw: FixedWidthInteger, Value>(
        _ raw: Raw.Type, _ convert: (Raw) -> Value
    ) -> [Value] {
        LittleEndian.decode(bytes, as: raw, convert)
    }
}
