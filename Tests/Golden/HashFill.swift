/// Weights and inputs of the reference models: a function of their names.
///
/// The stream is SplitMix64 seeded with the FNV-1a hash of the name, see the README beside the
/// reference numbers.
public enum HashFill {
    /// 64 bits, number `index` of the stream called `name`.
    public static func bits(_ name: String, count: Int) -> [UInt64] {
        let seed = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return (0..<count).map { index in
            var z = seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15 &+ 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Uniform numbers in [0, 1).
    public static func unit(_ name: String, count: Int) -> [Double] {
        bits(name, count: count).map { Double($0 >> 11) * 0x1p-53 }
    }

    /// Uniform numbers in [-1, 1).
    public static func symmetric(_ name: String, count: Int) -> [Double] {
        unit(name, count: count).map { 2 * $0 - 1 }
    }

    /// Signs, plus or minus one.
    public static func rademacher(_ name: String, count: Int) -> [Double] {
        unit(name, count: count).map { $0 >= 0.5 ? 1 : -1 }
    }

    /// The value of the state-dict tensor `key`, or nil for a buffer that keeps its construction value.
    ///
    /// - Parameter trainable: false for buffers and frozen parameters.
    public static func tensor(_ key: String, shape: [Int], trainable: Bool) -> [Double]? {
        let count = shape.reduce(1, *)
        let last = key.split(separator: ".").last.map(String.init) ?? key
        if trainable {
            if shape.count >= 2 {
                let scale = 1 / (Double(count) / Double(shape[0])).squareRoot()
                return symmetric(key, count: count).map { $0 * scale }
            }
            if shape.count == 1, last == "weight" {
                return symmetric(key, count: count).map { 1 + 0.1 * $0 }
            }
            return symmetric(key, count: count).map { 0.1 * $0 }
        }
        switch last {
        case "running_mean": return symmetric(key, count: count).map { 0.1 * $0 }
        case "running_var": return unit(key, count: count).map { 1 + 0.5 * $0 }
        case "num_batches_tracked": return [Double](repeating: 0, count: count)
        default: return nil
        }
    }
}
