import Networks

/// Some of a network's parameters, chosen by name.
///
/// A pattern is a state-dict key in which `*` stands for any text and `?` for one character. After a
/// colon follows a part of the tensors: `:q`, `:k` or `:v` for queries, keys or values, with the
/// number of a head for that head alone (`:q0`), or `:head0` for all three of a head.
///
///     blocks.3.*                  a block
///     *.norm*.weight,*.lamb       scales of norms and of AttnScale
///     blocks.*.attn.*:v           the values of all blocks
///     blocks.0.attn.qkv.*:head2   one head
public struct ParameterSelection: Sendable, Hashable {
    /// The patterns as they were given.
    public let text: String
    /// The parameters: ascending, disjoint ranges of the flat vector, joined where they touch.
    public let ranges: [Range<Int>]

    /// The number of parameters.
    public var count: Int { ranges.reduce(0) { $0 + $1.count } }

    /// The parameters that patterns, separated by commas, choose.
    ///
    /// - Parameter units: the network's units, which tell how many heads an attention has.
    /// - Throws: `ParameterSelectionError` naming a pattern that chooses nothing.
    public init(
        _ text: String, of layout: WeightLayout, units: [UnitDescription]
    ) throws(ParameterSelectionError) {
        self.text = text
        var found: [Range<Int>] = []
        for pattern in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ranges = try Self.ranges(of: String(pattern), layout, units)
            guard !ranges.isEmpty else {
                throw ParameterSelectionError(
                    pattern: String(pattern),
                    reason: "chooses no parameter; name state-dict keys such as "
                        + (layout.tensors.first?.name ?? "weight")
                        + ", see `saddle inspect --model`")
            }
            found += ranges
        }
        ranges = Self.joined(found)
    }

    private static func ranges(
        of pattern: String, _ layout: WeightLayout, _ units: [UnitDescription]
    ) throws(ParameterSelectionError) -> [Range<Int>] {
        let pieces = pattern.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var part: AttentionPart?
        if pieces.count > 1 {
            part = pieces.count == 2 ? AttentionPart(pieces[1]) : nil
            if part == nil {
                throw ParameterSelectionError(
                    pattern: pattern, reason: "expected :q, :k, :v, :q0 or :head0 after the name")
            }
        }
        let glob = Array(pieces.first ?? "")
        var ranges: [Range<Int>] = []
        for tensor in layout.tensors where matches(Array(tensor.name), glob) {
            guard let part else {
                ranges.append(tensor.range)
                continue
            }
            let unit = tensor.unit.flatMap { index in units.first { $0.index == index } }
            ranges += part.ranges(of: tensor, heads: unit?.headCount)
        }
        return ranges
    }

    /// Whether a name has the form of a glob.
    static func matches(_ name: [Character], _ glob: [Character]) -> Bool {
        var (place, next) = (0, 0)
        // Where the last `*` is, and what it would take next.
        var star: (glob: Int, name: Int)?
        while place < name.count {
            if next < glob.count, glob[next] == "*" {
                star = (next, place)
                next += 1
            } else if next < glob.count, glob[next] == "?" || glob[next] == name[place] {
                (place, next) = (place + 1, next + 1)
            } else if let last = star {
                star = (last.glob, last.name + 1)
                (place, next) = (last.name + 1, last.glob + 1)
            } else {
                return false
            }
        }
        return glob[next...].allSatisfy { $0 == "*" }
    }

    /// Ranges in ascending order, joined where they touch or overlap.
    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        ranges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
            .reduce(into: []) { result, range in
                if let last = result.last, range.lowerBound <= last.upperBound {
                    let end = max(last.upperBound, range.upperBound)
                    result[result.count - 1] = last.lowerBound..<end
                } else {
                    result.append(range)
                }
            }
    }
}

/// Patterns that choose no parameters.
public struct ParameterSelectionError: Error, CustomStringConvertible, Equatable {
    public let pattern: String
    public let reason: String
    public var description: String { "--parameters \(pattern): \(reason)" }
}

extension UnitDescription {
    /// The number of heads of its attention, if it has one.
    public var headCount: Int? { attentionShape.map { $0[$0.count - 3] } }
}

/// Queries, keys or values of an attention, or one head of these: rows of the tensors that make them.
struct AttentionPart {
    /// Among `q`, `k` and `v`.
    private var roles: [Character]
    private var head: Int?

    /// A part by its name; nil where it is none.
    init?(_ name: String) {
        let isHead = name.hasPrefix("head")
        let number = name.dropFirst(isHead ? 4 : 1)
        guard isHead || name.first.map("qkv".contains) ?? false,
            number.isEmpty ? !isHead : Int(number) != nil
        else { return nil }
        roles = isHead ? Array("qkv") : Array(name.prefix(1))
        head = Int(number)
    }

    /// What rows of a tensor are, from the first to the last: `qkv` for a third each. Empty for
    /// tensors of something else.
    private static func rows(of name: String) -> [Character] {
        let owner = name.split(separator: ".").dropLast().last ?? ""
        let letters = owner.hasPrefix("to_") ? owner.dropFirst(3) : owner
        return ["qkv", "kv", "qk", "q", "k", "v"].contains(letters) ? Array(letters) : []
    }

    /// The part's stretches of the flat vector in one tensor.
    func ranges(of tensor: WeightTensor, heads: Int?) -> [Range<Int>] {
        let rows = Self.rows(of: tensor.name)
        guard !rows.isEmpty, tensor.count.isMultiple(of: rows.count) else { return [] }
        let size = tensor.count / rows.count
        return rows.indices.filter { roles.contains(rows[$0]) }.compactMap { place in
            let start = tensor.offset + place * size
            guard let head else { return start..<start + size }
            guard let heads, head < heads, size.isMultiple(of: heads) else { return nil }
            let share = size / heads
            return start + head * share..<start + (head + 1) * share
        }
    }
}
