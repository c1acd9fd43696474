/// How examples are split into groups, which workers take one at a time or, where fewer are left than
/// workers, share.
struct Grouping: Hashable {
    /// Examples of a group; the last ones may be padding.
    let groupSize: Int
    /// Groups of all examples together.
    private let groups: Int
    /// Workers that share a minibatch whose examples are coupled; 1 where they are not.
    let shards: Int
    /// Workers that run side by side; more than groups where these are few.
    let workers: Int
    /// Of what the groups in memory are a multiple.
    private let multiple: Int

    /// Workers that share a group at most: each has kernels of its own, and what is not divided
    /// would leave more of them waiting.
    private static var largestTeam: Int { 8 }

    /// Groups for independent examples.
    ///
    /// - Parameters:
    ///   - most: workers at most; there may be less work.
    ///   - groupSize: examples of a group; nil leaves it to the footprint.
    ///   - footprint: what decides where `groupSize` does not.
    init(count: Int, workers most: Int, groupSize: Int?, footprint: Footprint) {
        let largest = groupSize ?? footprint.groupSize
        let workers = min(most, count)
        let needed = Self.roundedUp(count.dividedUp(by: largest), to: workers)
        self.groupSize = groupSize ?? count.dividedUp(by: needed)
        groups = count.dividedUp(by: self.groupSize)
        shards = 1
        self.workers = min(most, groups * Self.largestTeam)
        multiple = min(workers, groups)
    }

    /// Groups for minibatches whose examples are coupled by batch statistics.
    ///
    /// - Parameter count: a multiple of `batchSize`.
    init(coupled count: Int, batchSize: Int, workers most: Int) {
        let largest = max(min(most, batchSize / 2), 1)
        shards = (1...largest).last { batchSize.isMultiple(of: $0) } ?? 1
        groups = count / batchSize * shards
        groupSize = batchSize / shards
        workers = shards
        multiple = shards
    }

    /// Groups that are in memory at a time.
    ///
    /// - Parameters:
    ///   - bytesPerExample: of the example and of the rows that are answered for it.
    ///   - bytes: of all examples that may be in memory at a time.
    func groupsPerChunk(bytesPerExample: Int, within bytes: Int) -> Int {
        let limit = max(bytes / max(groupSize * bytesPerExample, 1), multiple)
        let chunks = groups.dividedUp(by: limit)
        return chunks == 1
            ? groups : Self.roundedUp(groups.dividedUp(by: chunks), to: multiple)
    }

    private static func roundedUp(_ value: Int, to multiple: Int) -> Int {
        value.dividedUp(by: multiple) * multiple
    }
}

extension Int {
    /// The quotient rounded up.
    func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
