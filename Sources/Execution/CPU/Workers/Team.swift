/// Workers that do one group of examples together, where fewer groups than workers are left.
struct Team {
    /// The worker whose memory holds the group.
    let leader: Int
    /// The part of the worker that this is of.
    let share: Share
    let barrier: Barrier

    /// The team of each worker, if `groups` are left for `workers`; none if that comes out even.
    static func teams(
        workers: Int, groups: Int, _ turnstile: Turnstile? = nil
    ) -> [Team?] {
        guard groups > 0 else { return [Team?](repeating: nil, count: workers) }
        let sizes = (0..<groups).map { (workers - $0 + groups - 1) / groups }
        let barriers = sizes.map { Barrier(count: $0, turnstile) }
        return (0..<workers).map { worker in
            let leader = worker % groups
            return Team(
                leader: leader, share: Share(member: worker / groups, count: sizes[leader]),
                barrier: barriers[leader])
        }
    }
}

/// One member's part of what a team does.
struct Share {
    let member: Int
    let count: Int

    /// All there is.
    static var whole: Share { Share(member: 0, count: 1) }

    /// The part of `0..<extent`, which begins at a multiple of `quantum`.
    func range(of extent: Int, by quantum: Int = 1) -> Range<Int> {
        let quanta = (extent + quantum - 1) / quantum
        func bound(_ member: Int) -> Int { min(quanta * member / count * quantum, extent) }
        return bound(member)..<bound(member + 1)
    }
}
