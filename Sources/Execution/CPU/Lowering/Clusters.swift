import Autodiff

/// Elementwise nodes that run as one pass over memory.
///
/// A cluster holds elementwise nodes of one stage, one layout and one element count, and sums of
/// its members over axes. Two clusters merge where no path leads from one through a node outside
/// back into the other, so that the pass can run at one moment.
struct Clusters {
    /// The cluster of each node, or nil where it is in none.
    private(set) var membership: [Int?]
    /// Members of each cluster, in order.
    private(set) var members: [[Int]]
    /// The round of the last search that came by each node.
    private var visited: [Int]
    private var round = 0

    /// Values that can be alive in one pass; the interpreter has a few more registers.
    private static let registers = 26
    private static let steps = 60

    /// What must agree among the members of a cluster.
    private struct Kind: Equatable {
        let stage: Stage
        let isBlocked: Bool
        let count: Int
    }

    /// - Parameters:
    ///   - isElementwise: whether a node may be a member.
    ///   - isSink: whether a node is a sum that can be taken while its operand is computed.
    init(
        _ graph: Graph, stages: [Stage], isBlocked: [Bool], users: [[Int]],
        isElementwise: (Int) -> Bool, isSink: (Int) -> Bool
    ) {
        membership = [Int?](repeating: nil, count: graph.nodes.count)
        members = []
        visited = [Int](repeating: 0, count: graph.nodes.count)
        var kinds: [Kind] = []
        for (index, node) in graph.nodes.enumerated() {
            let elementwise = isElementwise(index)
            guard elementwise || isSink(index) else { continue }
            let first = node.operands.first.map { Self.source($0, graph, isBlocked) }
            let kind = Kind(
                stage: stages[index],
                isBlocked: elementwise ? isBlocked[index] : first.map { isBlocked[$0] } ?? false,
                count: elementwise ? node.shape.count : first.map { graph.nodes[$0].shape.count } ?? 0)
            var own: Int?
            if elementwise {
                own = members.count
                membership[index] = own
                members.append([index])
                kinds.append(kind)
            }
            let producers = Set(
                node.operands.compactMap { membership[Self.source($0, graph, isBlocked)] })
            for producer in producers.sorted(by: >)
            where producer != own && kinds[producer] == kind && !members[producer].isEmpty {
                let addition = own.map { members[$0] } ?? [index]
                let union = (members[producer] + addition).sorted()
                guard isLegal(union, graph, isBlocked, users) else { continue }
                for member in union { membership[member] = producer }
                members[producer] = union
                if let own { members[own] = [] }
                own = producer
            }
        }
    }

    /// The node whose elements a chain of plain reshapes hands on.
    static func source(_ node: Int, _ graph: Graph, _ isBlocked: [Bool]) -> Int {
        var node = node
        while graph.nodes[node].primitive is Reshape, !isBlocked[graph.nodes[node].operands[0]] {
            node = graph.nodes[node].operands[0]
        }
        return node
    }

    /// Whether a pass over `union` neither overflows nor needs what follows from its own results.
    private mutating func isLegal(
        _ union: [Int], _ graph: Graph, _ isBlocked: [Bool], _ users: [[Int]]
    ) -> Bool {
        guard union.count <= Self.steps else { return false }
        let set = Set(union)
        guard Self.pressure(union, set, graph, isBlocked, users) <= Self.registers else {
            return false
        }
        // Walk forward from what leaves the pass. Other clusters are passes too: whoever reaches
        // one member reaches all that follow from any.
        round += 1
        var waiting: [Int] = []
        for member in union {
            let isSum = graph.nodes[member].primitive is Reduction
            for user in users[member] where user >= 0 {
                collect(user, from: member, isSum, set, graph, isBlocked, users, &waiting)
            }
        }
        while let index = waiting.popLast() {
            if set.contains(index) { return false }
            guard visited[index] != round else { continue }
            visited[index] = round
            if let cluster = membership[index] {
                for member in members[cluster] {
                    visited[member] = round
                    waiting += users[member].filter { $0 >= 0 && visited[$0] != round }
                }
            } else {
                waiting += users[index].filter { $0 >= 0 && visited[$0] != round }
            }
        }
        return true
    }

    /// The users of a member outside of its pass; plain reshapes hand elements on within it.
    private func collect(
        _ user: Int, from member: Int, _ isSum: Bool, _ set: Set<Int>, _ graph: Graph,
        _ isBlocked: [Bool], _ users: [[Int]], _ waiting: inout [Int]
    ) {
        if set.contains(user) {
            if isSum { waiting.append(user) }
        } else if !isSum, graph.nodes[user].primitive is Reshape,
            Self.source(user, graph, isBlocked) == member
        {
            for next in users[user] where next >= 0 {
                if set.contains(next), graph.nodes[next].primitive is Reduction {
                    waiting.append(next)
                } else {
                    collect(next, from: member, isSum, set, graph, isBlocked, users, &waiting)
                }
            }
        } else {
            waiting.append(user)
        }
    }

    /// The largest number of values alive at once; results needed outside live to the end.
    private static func pressure(
        _ union: [Int], _ set: Set<Int>, _ graph: Graph, _ isBlocked: [Bool], _ users: [[Int]]
    ) -> Int {
        var lastUse: [Int: Int] = [:]
        for (time, member) in union.enumerated() {
            for operand in graph.nodes[member].operands {
                lastUse[source(operand, graph, isBlocked)] = time
            }
            if users[member].contains(where: { !set.contains($0) }) || users[member].isEmpty {
                lastUse[member] = .max
            }
        }
        var alive = 0
        var peak = 0
        var ends: [Int: Int] = [:]
        for (time, member) in union.enumerated() {
            alive += 1
            peak = max(peak, alive)
            let end = lastUse[member] ?? time
            if end < .max { ends[end, default: 0] += 1 }
            alive -= ends[time, default: 0]
        }
        return peak
    }
}
