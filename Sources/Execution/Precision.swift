/// The number type in which programs run, or in which a vector is stored.
public enum Precision: String, Sendable, Hashable, CaseIterable, Codable {
    case single = "f32"
    case double = "f64"

    /// Bytes of one number.
    public var bytes: Int { self == .single ? 4 : 8 }
}
