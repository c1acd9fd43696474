/// What the names and shapes of a checkpoint's tensors tell of the network that it is of: how many
/// blocks each stage has, how wide stages are, and which extents occur.
struct CheckpointStructure {
    /// The shapes of the tensors by name.
    let shapes: [String: [Int]]
    /// How many entries differ between the lists that numbers in the names make: "2-2-6-2".
    let counts: Set<[Int]>
    /// The widths of stages: what tensors of one name, but for the number of the stage, begin with.
    let widths: Set<[Int]>

    /// - Parameter shapes: the shapes of the tensors by name.
    init(_ shapes: [String: [Int]]) {
        self.shapes = shapes
        var children: [String: [Int: Set<Int>]] = [:]
        var extents: [String: [Int: [Int]]] = [:]
        for (name, shape) in shapes {
            let pieces = Self.pieces(name)
            // The text around the first number, and the numbers that follow it.
            for (position, piece) in pieces.enumerated() {
                guard let stage = piece.number else { continue }
                let before = pieces[..<position].map(\.text).joined()
                if let next = pieces[(position + 1)...].first(where: { $0.number != nil })?.number {
                    children[before, default: [:]][stage, default: []].insert(next)
                }
                let after = pieces[(position + 1)...].map(\.text).joined()
                extents[before + "#" + after, default: [:]][stage] = shape
            }
        }
        counts = Set(children.values.map { stages in stages.keys.sorted().map { stages[$0, default: []].count } })
        widths = Set(
            extents.values.filter { $0.count > 1 }.flatMap { stages in
                let shapes = stages.keys.sorted().map { stages[$0, default: []] }
                return (0..<2).compactMap { axis in
                    let list = shapes.compactMap { axis < $0.count ? $0[axis] : nil }
                    return list.count == shapes.count ? list : nil
                }
            })
    }

    /// The kinds of tensors: names with `#` for each number, whatever the numbers of blocks.
    static func kinds(_ names: some Sequence<String>) -> Set<String> {
        Set(names.map { name in
            pieces(name).map { $0.number == nil ? $0.text : "#" }.joined()
        })
    }

    /// A name cut into numbers and the text between them.
    private static func pieces(_ name: String) -> [(text: String, number: Int?)] {
        var pieces: [(text: String, isNumber: Bool)] = []
        for character in name {
            let isNumber = character.isASCII && character.isNumber
            if let last = pieces.last, last.isNumber == isNumber {
                pieces[pieces.count - 1].text.append(character)
            } else {
                pieces.append((String(character), isNumber))
            }
        }
        return pieces.map { ($0.text, $0.isNumber ? Int($0.text) : nil) }
    }
}
