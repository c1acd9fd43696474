/// The unit of a stored value, as files state it.
public struct StoredUnit: Sendable, Hashable {
    /// What files say, such as `nats`.
    public let name: String

    /// A unit by its name.
    public init(_ name: String) { self.name = name }

    /// Counts and numbers without a dimension.
    public static let one = StoredUnit("1")
    /// A share of a whole, 0 to 1, which is shown as a percentage.
    public static let share = StoredUnit("share")
    /// Losses, by the natural logarithm.
    public static let nats = StoredUnit("nats")
    /// Weights and norms of them.
    public static let weight = StoredUnit("weight")
    /// First derivatives of the loss.
    public static let slope = StoredUnit("loss / weight")
    /// Second derivatives of the loss.
    public static let curvature = StoredUnit("loss / weight²")
    /// Times.
    public static let seconds = StoredUnit("s")
    /// Lengths in images and feature maps.
    public static let pixels = StoredUnit("pixels")
    /// No number, but text.
    public static let text = StoredUnit("text")
    /// No number, but 0 for no and 1 for yes.
    public static let flag = StoredUnit("flag")

    /// What stands behind a number or in the label of an axis; nil where nothing does.
    public var symbol: String? {
        switch self {
        case .share: "%"
        case .one, .text, .flag: nil
        default: name
        }
    }
}
