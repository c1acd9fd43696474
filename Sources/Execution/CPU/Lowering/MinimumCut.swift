/// The cheapest set of edges that parts the source of a network from its sink.
///
/// - Source: Dinic 1970, "Algorithm for solution of a problem of maximum flow in networks with
///   power estimation".
struct MinimumCut {
    /// A capacity that no cut can afford.
    static let unbounded = Int.max / 4

    private struct Edge {
        let target: Int
        var capacity: Int
    }

    /// Each edge is followed by its reverse.
    private var edges: [Edge] = []
    private var leaving: [[Int]]
    private var level: [Int] = []
    private var next: [Int] = []

    init(vertices: Int) {
        leaving = [[Int]](repeating: [], count: vertices)
    }

    mutating func connect(_ from: Int, _ to: Int, capacity: Int) {
        leaving[from].append(edges.count)
        edges.append(Edge(target: to, capacity: capacity))
        leaving[to].append(edges.count)
        edges.append(Edge(target: from, capacity: 0))
    }

    /// For each vertex, whether it stays with the source.
    mutating func sourceSide(from source: Int, to sink: Int) -> [Bool] {
        while reaches(sink, from: source) {
            next = [Int](repeating: 0, count: leaving.count)
            while push(Self.unbounded, from: source, to: sink) > 0 {}
        }
        return level.map { $0 >= 0 }
    }

    /// Levels by distance from the source along edges with capacity left.
    private mutating func reaches(_ sink: Int, from source: Int) -> Bool {
        level = [Int](repeating: -1, count: leaving.count)
        level[source] = 0
        var queue = [source]
        var position = 0
        while position < queue.count {
            let vertex = queue[position]
            position += 1
            for index in leaving[vertex] {
                let edge = edges[index]
                guard edge.capacity > 0, level[edge.target] < 0 else { continue }
                level[edge.target] = level[vertex] + 1
                queue.append(edge.target)
            }
        }
        return level[sink] >= 0
    }

    /// Sends flow along one path of increasing levels; the path is kept on a stack of its own,
    /// for graphs are deep.
    private mutating func push(_ most: Int, from source: Int, to sink: Int) -> Int {
        var path: [Int] = []
        var vertex = source
        while vertex != sink {
            if next[vertex] < leaving[vertex].count {
                let index = leaving[vertex][next[vertex]]
                let edge = edges[index]
                if edge.capacity > 0, level[edge.target] == level[vertex] + 1 {
                    path.append(index)
                    vertex = edge.target
                } else {
                    next[vertex] += 1
                }
            } else {
                guard let last = path.popLast() else { return 0 }
                vertex = edges[last ^ 1].target
                next[vertex] += 1
            }
        }
        let flow = path.reduce(most) { min($0, edges[$1].capacity) }
        for index in path {
            edges[index].capacity -= flow
            edges[index ^ 1].capacity += flow
        }
        return flow
    }
}
