/// A named array of numbers as a file holds it: the bytes stay, so each type stays exact.
public struct StoredTensor: Equatable, Sendable {
    /// The name in the file, such as `layer1.0.conv1.weight`.
    public var name: String
    /// Sizes, slowest-varying first; empty for a single number.
    public let shape: [Int]
    /// The type of number.
    public let elementType: ElementType
    /// The elements in row-major order, little-endian.
    public let bytes: [UInt8]

    /// Number of elements.
    public var count: Int { bytes.count / elementType.size }

    /// A tensor over `bytes` (row-major, little-endian).
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the shape does not account for the bytes.
    public init(name: String, shape: [Int], elementType: ElementType, bytes: [UInt8]) throws {
        guard elementType.byteCount(shape: shape) == bytes.count else {
            throw StorageError(
                .mismatch, file: "tensor \(StorageError.quoted(name))",
                problem:
                    "shape \(shape) of \(elementType) does not account for \(bytes.count) bytes",
                remedy: "give as many elements as the shape holds")
        }
        self.init(unchecked: name, shape: shape, elementType: elementType, bytes: bytes)
    }

    /// A tensor whose byte count the caller has checked.
    init(unchecked name: String, shape: [Int], elementType: ElementType, bytes: [UInt8]) {
        self.name = name
        self.shape = shape
        self.elementType = elementType
        self.bytes = bytes
    }

    /// A float64 tensor.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the shape does not hold `doubles.count`.
    public init(name: String, shape: [Int], doubles: [Double]) throws {
        try self.init(
            name: name, shape: shape, elementType: .float64,
            bytes: LittleEndian.encode(doubles) { $0.bitPattern })
    }

    /// A float32 tensor.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the shape does not hold `floats.count`.
    public init(name: String, shape: [Int], floats: [Float]) throws {
        try self.init(
            name: name, shape: shape, elementType: .float32,
            bytes: LittleEndian.encode(floats) { $0.bitPattern })
    }

    /// An int64 tensor.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the shape does not hold `integers.count`.
    public init(name: String, shape: [Int], integers: [Int64]) throws {
        try self.init(
            name: name, shape: shape, elementType: .int64,
            bytes: LittleEndian.encode(integers) { $0 })
    }

    /// A uint8 tensor.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the shape does not hold `unsigned.count`.
    public init(name: String, shape: [Int], unsigned: [UInt8]) throws {
        try self.init(name: name, shape: shape, elementType: .uint8, bytes: unsigned)
    }
}
