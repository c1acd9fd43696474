import Randomness

/// Which images of a data set are used: `--indices A..<B`, then `--share`, then `--first N`.
///
/// Each step takes from what the one before left, so all three may be given together. The chosen
/// images keep the data set's order.
public struct Selection: Hashable, Sendable {
    /// Only images with these numbers.
    public var indices: Range<Int>?
    /// This share of each class, chosen by the seed: floor(share · size of the class) images.
    public var share: Double?
    /// Only so many images.
    public var first: Int?

    /// All images, or those that the given steps leave.
    public init(indices: Range<Int>? = nil, share: Double? = nil, first: Int? = nil) {
        self.indices = indices
        self.share = share
        self.first = first
    }

    /// The options that make the same choice again, such as "--share 0.1 --first 64".
    public var text: String {
        var parts: [String] = []
        if let indices { parts.append("--indices \(indices.lowerBound)..<\(indices.upperBound)") }
        if let share { parts.append("--share \(share)") }
        if let first { parts.append("--first \(first)") }
        return parts.isEmpty ? "all" : parts.joined(separator: " ")
    }

    /// Reads a range of image numbers in the form `A..<B`.
    ///
    /// - Throws: `DatasetError.invalidOption`.
    public static func range(_ text: String) throws -> Range<Int> {
        let parts = text.split(separator: "..<", omittingEmptySubsequences: false)
        guard parts.count == 2, let lower = Int(parts[0]), let upper = Int(parts[1]), lower >= 0,
            lower < upper
        else {
            throw DatasetError.invalidOption(
                name: "--indices", value: text,
                reason: "expected A..<B with 0 <= A < B, such as 0..<128")
        }
        return lower..<upper
    }

    /// The numbers of the chosen images, ascending.
    ///
    /// - Parameter seed: decides which images of each class `share` keeps.
    /// - Throws: `DatasetError.invalidOption` if a step asks for images that are not there, or
    ///   leaves none.
    /// - Source: the stratified share is that of Park & Kim 2022 (arXiv 2202.06709), "ViT (6 %)".
    public func indices(in images: LabelledImages, seed: UInt64) throws -> [Int] {
        var chosen = Array(0..<images.count)
        if let indices {
            guard indices.lowerBound >= 0, !indices.isEmpty, indices.upperBound <= images.count
            else {
                throw DatasetError.invalidOption(
                    name: "--indices", value: "\(indices.lowerBound)..<\(indices.upperBound)",
                    reason: "\(images.source) has \(images.count) images; "
                        + "use a range inside 0..<\(images.count)")
            }
            chosen = Array(indices)
        }
        if let share { chosen = try stratified(chosen, share, classes: images.classes, seed: seed) }
        if let first {
            guard first > 0, first <= chosen.count else {
                throw DatasetError.invalidOption(
                    name: "--first", value: "\(first)",
                    reason: "\(chosen.count) images of \(images.source) are left to choose from; "
                        + "use 1 to \(chosen.count)")
            }
            chosen = Array(chosen.prefix(first))
        }
        return chosen
    }

    private func stratified(
        _ candidates: [Int], _ share: Double, classes: [Int], seed: UInt64
    ) throws -> [Int] {
        guard share > 0, share <= 1 else {
            throw DatasetError.invalidOption(
                name: "--share", value: "\(share)",
                reason: "expected a number above 0 and at most 1, such as 0.1")
        }
        var members: [Int: [Int]] = [:]
        for index in candidates { members[classes[index], default: []].append(index) }
        let stream = RandomStream(seed: seed, name: "selection/share")
        var chosen: [Int] = []
        for (label, group) in members {
            // 0.29 of 100 is 29 although 0.29 * 100 is a little less in binary.
            let size = min(group.count, Int((Double(group.count) * share + 1e-9).rounded(.down)))
            let order = stream.substream(label).permutation(group.count)
            chosen.append(contentsOf: order.prefix(size).map { group[$0] })
        }
        guard !chosen.isEmpty else {
            throw DatasetError.invalidOption(
                name: "--share", value: "\(share)",
                reason: "leaves no image: the largest class has "
                    + "\(members.values.map(\.count).max() ?? 0); use a larger share")
        }
        return chosen.sorted()
    }
}
