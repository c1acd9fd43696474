/// A counter-based random stream: draw `i` is a pure function of (seed, stream, i).
///
/// Any worker can make any draw without making those before it, so results do not depend on how
/// work is split. The generator is SplitMix64 evaluated at a counter: its state after `i` steps is
/// `key + i·γ`, with γ the odd integer nearest 2⁶⁴/φ.
///
/// - Source: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
public struct RandomStream: Hashable, Sendable {
    /// The starting state; streams with different keys are independent for all practical purposes.
    public let key: UInt64

    /// A stream with the given starting state.
    public init(key: UInt64) {
        self.key = key
    }

    /// The stream named `name` of the run seeded with `seed`.
    public init(seed: UInt64, name: String) {
        key = Self.mix(seed &* 0xD1B5_4A32_D192_ED03 &+ Self.hash(name))
    }

    /// The sub-stream with the given index, for example of one training image.
    public func substream(_ index: Int) -> RandomStream {
        RandomStream(key: Self.mix(key ^ Self.mix(UInt64(bitPattern: Int64(index)))))
    }

    /// 64 uniform bits, draw number `index`.
    public func bits(_ index: Int) -> UInt64 {
        Self.mix(key &+ UInt64(bitPattern: Int64(index)) &* Self.gamma)
    }

    /// A uniform number in [0, 1) with 53 random bits.
    public func uniform(_ index: Int) -> Double {
        Double(bits(index) >> 11) * 0x1p-53
    }

    /// An integer uniform in `0 ..< bound`, draw number `index`.
    ///
    /// The bias of the multiply-high method is below `bound`·2⁻⁶⁴.
    public func integer(_ index: Int, below bound: Int) -> Int {
        Int(bits(index).multipliedFullWidth(by: UInt64(bound)).high)
    }

    private static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The output function of SplitMix64 applied to `x + γ`.
    public static func mix(_ x: UInt64) -> UInt64 {
        var z = x &+ gamma
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The 64-bit FNV-1a hash of the UTF-8 bytes of `text`.
    public static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
