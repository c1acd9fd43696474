/// How examples are split into groups, which workers take one at a time or, where fewer are left than
/// workers, share.
struct Grouping: Hashable {
    /// Examples of a group; the last ones may be padding.
    let groupSize: Int
    /// Groups that are in memory at a time, and how often that many are needed.
    let groupsPerChunk: Int
    let chunks: Int
    /// Workers that share a minibatch whose examples are coupled; 1 where they are not.
    let shards: Int
    /// Workers that run side by side; more than groups where these are few.
    let workers: Int

    var examplesPerChunk: Int { groupSize * groupsPerChunk }

    /// Bytes of images that are in memory at a time. Fixed, so that sums do not depend on the
    /// machine.
    private static var imageBytes: Int { 512 << 20 }

    /// Workers that share a group at most: each has kernels of its own, and what is not divided
    /// would leave more of them waiting.
    private static var largestTeam: Int { 8 }

    /// Groups for independent examples.
    ///
    /// - Parameters:
    ///   - groupSize: examples of a group; nil leaves it to the footprint.
    ///   - footprint: what decides where `groupSize` does not.
    init(
        count: Int, threads: Int, groupSize: Int?, footprint: Footprint, bytesPerExample: Int
    ) {
        let largest = groupSize ?? footprint.groupSize
        let workers = min(threads, count)
        let needed = Self.roundedUp(count.dividedUp(by: largest), to: workers)
        let size = groupSize ?? count.dividedUp(by: needed)
        let groups = count.dividedUp(by: size)
        self.init(
            groups: groups, size: size, shards: 1,
            workers: min(threads, groups * Self.largestTeam),
            multiple: min(workers, groups), bytesPerExample: bytesPerExample)
    }

    /// Groups for minibatches whose examples are coupled by batch statistics.
    ///
    /// - Parameter count: a multiple of `batchSize`.
    init(coupled count: Int, batchSize: Int, threads: Int, bytesPerExample: Int) {
        let most = max(min(threads, batchSize / 2), 1)
        let shards = (1...most).last { batchSize.isMultiple(of: $0) } ?? 1
        self.init(
            groups: count / batchSize * shards, size: batchSize / shards, shards: shards,
            workers: shards, multiple: shards, bytesPerExample: bytesPerExample)
    }

    private init(
        groups: Int, size: Int, shards: Int, workers: Int, multiple: Int, bytesPerExample: Int
    ) {
        let limit = max(Self.imageBytes / max(size * bytesPerExample, 1), multiple)
        chunks = groups.dividedUp(by: limit)
        groupsPerChunk = chunks == 1
            ? groups : Self.roundedUp(groups.dividedUp(by: chunks), to: multiple)
        groupSize = size
        self.shards = shards
        self.workers = workers
    }

    private static func roundedUp(_ value: Int, to multiple: Int) -> Int {
        value.dividedUp(by: multiple) * multiple
    }
}

extension Int {
    /// The quotient rounded up.
    func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
