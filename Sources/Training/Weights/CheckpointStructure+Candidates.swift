import Networks

extension ModelKey {
    /// Whether it is a list with one number per stage.
    var isList: Bool {
        standard.contains("-") && standard.split(separator: "-").allSatisfy { Int($0) != nil }
    }
}

extension CheckpointStructure {
    /// Whether an argument sets how many blocks there are.
    static func countsBlocks(_ key: ModelKey) -> Bool { ["depth", "blocks"].contains(key.name) }

    /// What an argument may be, from the shapes that differ, the structure of the names and the sizes
    /// in use.
    ///
    /// - Parameter heads: the attention heads of each stage, which shapes do not show.
    func candidates(
        _ key: ModelKey, _ mismatch: WeightsError.Mismatch, heads: [Int]
    ) -> [String] {
        if !key.choices.isEmpty { return key.choices }
        if key.isList {
            let perHead = widths.filter { $0.count == heads.count }.map { zip($0, heads).map(/) }
            let lists = Self.countsBlocks(key)
                ? counts : key.name == "head_width" ? Set(perHead) : widths
            return lists.filter { list in list.count > 1 && list.allSatisfy { $0 > 0 } }
                .map { $0.map(String.init).joined(separator: "-") }.sorted()
        }
        let shapes = (mismatch.misshapen.prefix(3) + mismatch.misshapen.suffix(3)).map(\.actual)
        let matrices = shapes.filter { $0.count >= 2 && $0[1] > 0 }
        switch key.name {
        case "layer_scale": return ["none", "1e-6"]
        case "size":
            // Of n² places, with up to two tokens beside them, each every patch or half a patch.
            let sides = shapes.flatMap { $0 }.flatMap { extent in
                (0...2).compactMap { tokens -> Int? in
                    let side = Int(Double(max(extent - tokens, 0)).squareRoot())
                    return side * side + tokens == extent ? side : nil
                }
            } + shapes.filter { $0.count == 4 }.compactMap(\.last)
            return Self.numbers(
                patches.sorted().flatMap { patch in sides.flatMap { [$0 * patch, ($0 + 1) * patch / 2] } })
        case "patch": return Self.numbers(patches.sorted())
        case "window":
            // A table of relative positions has (2 window - 1)² rows.
            let rows = shapes.compactMap(\.first).map { Int(Double($0).squareRoot()) }
            return Self.numbers(rows.map { ($0 + 1) / 2 } + [2, 4, 7, 8, 12, 14])
        case "stride", "class_depth": return Self.numbers([1, 2, 3, 4])
        case "kernel": return Self.numbers([3, 5, 7])
        case "reduction": return Self.numbers([2, 4, 8, 16, 32])
        case "width_factor", "depth_factor":
            return [
                "0.35", "0.5", "0.75", "1", "1.1", "1.2", "1.4", "1.6", "1.8", "2", "2.2", "2.6",
                "3.1", "3.6",
            ]
        case "expansion":
            let ratios = matrices.map { Double($0[0]) / Double($0[1]) }
            return Set(ratios + ratios.map { 1 / $0 }).filter { (0.25...16).contains($0) }
                .sorted().map { $0 == $0.rounded() ? String(Int($0)) : String($0) }
        case "depth":
            // Blocks, or for a network of 6n + 2 layers the convolutions of its n blocks in each stage.
            return Self.numbers(counts.flatMap { [$0.count, 2 * $0.reduce(0, +) + 2] })
        case "groups": return Self.numbers(matrices.map { $0[0] / $0[1] })
        default: return Int(key.standard) == nil ? [] : Self.numbers(shapes.flatMap { $0 })
        }
    }

    /// The sides of the filters that the file's maps begin with.
    private var patches: Set<Int> {
        Set(shapes.values.compactMap { $0.count == 4 && $0[1] <= 4 ? $0[3] : nil })
    }

    private static func numbers(_ numbers: [Int]) -> [String] {
        Set(numbers).filter { $0 > 0 }.sorted().map(String.init)
    }
}
