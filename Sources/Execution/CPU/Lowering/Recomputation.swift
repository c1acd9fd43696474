import Autodiff

/// A graph in which the linear program computes some residuals again in place of reading them.
///
/// A residual that is kept is written once for each point and read from memory for each product.
/// An elementwise function of another one that is kept anyway costs less than that, and joins a
/// pass that runs anyway: so networks of convolutions become faster by this, not slower. What is
/// kept is the minimum cut between the primal and the linear program, where a node in the cut costs
/// its elements and a node computed again its arithmetic.
struct Recomputation {
    let graph: Graph
    /// The stage of each node.
    let stages: [Stage]

    init(_ original: Graph) {
        let stages = Stage.assignments(original)
        guard stages.contains(.linear) else {
            (graph, self.stages) = (original, stages)
            return
        }
        let candidates = Candidates(graph: original, stages: stages)
        var rewriting = Rewriting(original, stages, candidates.computedAgain())
        (graph, self.stages) = rewriting.result()
    }
}

/// The nodes of a primal program from which residuals are chosen.
private struct Candidates {
    let graph: Graph
    let stages: [Stage]

    /// Picoseconds that it costs to write an element and to read it again, while all workers wait
    /// for the same memory.
    private static let keeping = 300
    /// Elements that stay in a core's own caches until the next kernel reads them.
    private static let cachedElements = 1 << 18

    /// For each node, whether the linear program computes it again.
    func computedAgain() -> [Bool] {
        let count = graph.nodes.count
        let (source, sink) = (2 * count, 2 * count + 1)
        let isWritten = writtenForKernels()
        var network = MinimumCut(vertices: 2 * count + 2)
        for (index, node) in graph.nodes.enumerated() {
            let operands = Set(node.operands).filter(contains)
            if stages[index] == .linear {
                for operand in operands {
                    network.connect(2 * operand + 1, sink, capacity: MinimumCut.unbounded)
                }
            }
            guard contains(index) else { continue }
            // A node is two vertices. Both are with the source if the linear program does not need
            // it, both with the sink if it is computed again; between the two it is kept.
            network.connect(2 * index, 2 * index + 1, capacity: Self.keeping * keptElements(index))
            network.connect(
                source, 2 * index,
                capacity: cost(index, isWritten: isWritten[index]).map { $0 * node.shape.count }
                    ?? MinimumCut.unbounded)
            for operand in operands {
                network.connect(2 * operand + 1, 2 * index, capacity: MinimumCut.unbounded)
            }
        }
        let staysWithSource = network.sourceSide(from: source, to: sink)
        return graph.nodes.indices.map { contains($0) && !staysWithSource[2 * $0] }
    }

    /// Whether the primal program makes the node; its inputs are in memory as they are.
    private func contains(_ index: Int) -> Bool {
        stages[index] == .examples && !(graph.nodes[index].primitive is Input)
    }

    private func keptElements(_ index: Int) -> Int {
        let node = graph.nodes[index]
        return node.primitive is Broadcast
            ? graph.nodes[node.operands[0]].shape.count : node.shape.count
    }

    /// For each node, whether a kernel of the linear program reads it that is no elementwise pass,
    /// so that its elements are written if they are computed again.
    private func writtenForKernels() -> [Bool] {
        var isWritten = [Bool](repeating: false, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() where stages[index] == .linear {
            switch node.primitive {
            case is Unary, is Binary, is Affine, is Select, is Reduction: break
            default: for operand in node.operands { isWritten[operand] = true }
            }
        }
        return isWritten
    }

    /// Picoseconds an element takes to be computed again; nil for what never is.
    private func cost(_ index: Int, isWritten: Bool) -> Int? {
        guard let arithmetic = arithmetic(index) else { return nil }
        // What leaves the caches before it is read costs as much as if it had been kept.
        let passesMemory = isWritten && arithmetic > 0
            && graph.nodes[index].shape.count > Self.cachedElements
        return arithmetic + (passesMemory ? Self.keeping : 0)
    }

    /// Picoseconds of arithmetic an element takes, as measured.
    private func arithmetic(_ index: Int) -> Int? {
        let node = graph.nodes[index]
        switch node.primitive {
        case is Reshape, is Permutation, is Slice, is Broadcast: return 0
        case is Affine, is Select: return 30
        case let primitive as Binary:
            switch primitive.function {
            case .power: return 500
            case .add, .subtract:
                // Where branches meet the chain ends: each block would compute all before it.
                return node.operands.allSatisfy(contains) ? nil : 30
            default: return 30
            }
        case let primitive as Unary:
            switch primitive.function {
            case .absolute, .sign, .square, .relu, .step: return 30
            case .squareRoot, .reciprocalSquareRoot, .reciprocal: return 60
            case .exponential, .logarithm, .logistic, .hyperbolicTangent, .geluSecondDerivative:
                return 250
            case .errorFunction, .gelu, .geluDerivative: return 450
            }
        case is SoftmaxJacobian: return 270
        case let primitive as Standardization:
            // Statistics of a batch are made by all workers together, once.
            return primitive.axes == [node.shape.rank - 1] ? 160 : nil
        default: return nil
        }
    }
}

/// The copying of a graph in which chosen nodes are computed again where they are used.
private struct Rewriting {
    private let original: Graph
    private let originalStages: [Stage]
    private let isAgain: [Bool]
    private var nodes: [Graph.Node] = []
    private var stages: [Stage] = []
    /// Where each original node is.
    private var place: [Int]
    /// Where a node was computed again last, and how many products came before.
    private var again: [Int: (node: Int, time: Int)] = [:]
    private var time = 0

    /// A result that is needed again after this many products has left the caches; the forward and
    /// the reverse sweep of the linear program each make their own.
    private static let reach = 8

    init(_ graph: Graph, _ stages: [Stage], _ isAgain: [Bool]) {
        (original, originalStages, self.isAgain) = (graph, stages, isAgain)
        place = [Int](repeating: -1, count: graph.nodes.count)
    }

    mutating func result() -> (Graph, [Stage]) {
        for (index, node) in original.nodes.enumerated() {
            let isLinear = originalStages[index] == .linear
            let operands = node.operands.map { isLinear ? available($0) : place[$0] }
            place[index] = append(node, operands, originalStages[index])
            switch node.primitive {
            case is MatrixProduct, is Convolution, is ConvolutionInputGradient,
                is ConvolutionWeightGradient:
                if isLinear { time += 1 }
            default: break
            }
        }
        var isNeeded = [Bool](repeating: false, count: nodes.count)
        for input in original.inputs { isNeeded[place[input.node]] = true }
        for output in original.outputs { isNeeded[place[output.node]] = true }
        for index in nodes.indices.reversed() where isNeeded[index] {
            for operand in nodes[index].operands { isNeeded[operand] = true }
        }
        var final = [Int](repeating: -1, count: nodes.count)
        var kept: [Graph.Node] = []
        for (index, node) in nodes.enumerated() where isNeeded[index] {
            final[index] = kept.count
            kept.append(
                Graph.Node(
                    primitive: node.primitive, operands: node.operands.map { final[$0] },
                    shape: node.shape))
        }
        let graph = original.replacingNodes(kept) { final[place[$0]] }
        return (graph, stages.indices.filter { isNeeded[$0] }.map { stages[$0] })
    }

    /// A node for the linear program: itself, or computed again.
    private mutating func available(_ index: Int) -> Int {
        guard isAgain[index] else { return place[index] }
        if let known = again[index], time - known.time <= Self.reach { return known.node }
        let node = original.nodes[index]
        let operands = node.operands.map { available($0) }
        switch node.primitive {
        case is Reshape, is Permutation, is Slice, is Broadcast:
            // A look at what is kept costs no more than what is kept.
            if operands == node.operands.map({ place[$0] }) { return place[index] }
        default: break
        }
        let copy = append(node, operands, .linear)
        again[index] = (copy, time)
        return copy
    }

    private mutating func append(_ node: Graph.Node, _ operands: [Int], _ stage: Stage) -> Int {
        nodes.append(
            Graph.Node(primitive: node.primitive, operands: operands, shape: node.shape))
        stages.append(stage)
        return nodes.count - 1
    }
}
