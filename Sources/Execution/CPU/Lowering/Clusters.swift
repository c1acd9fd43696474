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
                guard Self.isLegal(union, graph, isBlocked, users) else { continue }
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

    private static func isLegal(
        _ union: [Int], _ graph: Graph, _ isBlocked: [Bool], _ users: [[Int]]
    ) -> Bool {
        guard union.count <= steps, let first = union.first, let last = union.last else {
            return false
        }
        let set = Set(union)
        // A node outside that depends on a member must not be needed by a member.
        var tainted = Set<Int>()
        for index in first...last {
            let node = graph.nodes[index]
            if set.contains(index) {
                for operand in node.operands where tainted.contains(operand) {
                    guard set.contains(source(operand, graph, isBlocked)) else { return false }
                }
            } else if node.operands.contains(where: { set.contains($0) || tainted.contains($0) }) {
                tainted.insert(index)
            }
        }
        return pressure(union, set, graph, isBlocked, users) <= registers
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
