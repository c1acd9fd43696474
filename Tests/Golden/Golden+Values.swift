/// A reference file lacks what a test asks for.
public struct MissingKey: Error {
    /// The key that is absent or holds something else.
    public let key: String

    /// The error for a key.
    public init(_ key: String) { self.key = key }
}

extension [String: Any] {
    /// A number of a reference file.
    public func number(_ key: String) throws -> Double {
        guard let number = Golden.number(self[key]) else { throw MissingKey(key) }
        return number
    }

    /// A list of numbers of a reference file.
    public func numbers(_ key: String) throws -> [Double] {
        guard let list = self[key] as? [Any] else { throw MissingKey(key) }
        return try list.map { element in
            guard let number = Golden.number(element) else { throw MissingKey(key) }
            return number
        }
    }

    /// An object of a reference file.
    public func object(_ key: String) throws -> [String: Any] {
        guard let object = self[key] as? [String: Any] else { throw MissingKey(key) }
        return object
    }

    /// A list of objects of a reference file.
    public func objects(_ key: String) throws -> [[String: Any]] {
        guard let list = self[key] as? [[String: Any]] else { throw MissingKey(key) }
        return list
    }
}

/// |a − b| relative to |b|, or to `floor` where |b| is smaller.
public func deviation(_ a: Double, _ b: Double, floor: Double = 1e-12) -> Double {
    abs(a - b) / max(abs(b), floor)
}

/// ‖a − b‖ relative to ‖b‖.
public func deviation(
    _ a: some Sequence<Double>, _ b: some Sequence<Double>
) -> Double {
    func norm(_ vector: some Sequence<Double>) -> Double {
        vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    return norm(zip(a, b).map(-)) / max(norm(b), 1e-12)
}
