import Autodiff

/// Turns a graph into a plan: which kernels run, on which buffers, in which layout.
///
/// Work is done on demand. The nodes are visited in order, and each asks for its operands in the
/// form that its kernel wants: row-major, channel blocks, a strided view, or a layout private to a
/// convolution. Reshapes, permutations, slices and broadcasts cost nothing until somebody needs
/// their elements in a row; products write straight into the place where they will be read.
final class Lowering<Scalar: CPUScalar> {
    let graph: Graph
    let stages: [Stage]
    let blocks: ChannelBlocks
    /// For each node the nodes that use it; an output counts as the user `-1`.
    let users: [[Int]]
    let clusters: Clusters
    /// How many workers share one group of coupled examples.
    let shards: Int
    var plan = Plan()
    /// Finished results in row-major order.
    var plain: [Int: BufferID] = [:]
    /// Finished results in channel blocks.
    var blocked: [Int: BufferID] = [:]
    /// Finished results with the channels of a pixel together.
    var pixels: [Int: BufferID] = [:]
    /// Vectors that fill up whole blocks, by their nodes and the number of their elements.
    var padded: [PaddedKey: BufferID] = [:]
    /// Weights in the private layout of a convolution.
    var packed: [PackedKey: BufferID] = [:]
    /// Copies of weights with the last two axes exchanged.
    var transposed: [Int: BufferID] = [:]
    var emittedClusters = Set<Int>()
    private(set) var outputs: [OutputPlan] = []
    /// What a user should know of how the program runs, each once.
    var notes: [String] = []

    struct PackedKey: Hashable {
        let node: Int
        let layout: FilterLayout.Key
    }

    struct PaddedKey: Hashable {
        let node: Int
        let count: Int
    }

    /// Which activations lie in channel blocks.
    var isBlocked: [Bool] { blocks.isBlocked }

    /// - Parameter readsVectorsInPlace: whether vector inputs lie one after another, in the order
    ///   of their declaration, where the caller keeps them.
    init(_ graph: Graph, shards: Int, readsVectorsInPlace: Bool) throws {
        let recomputation = Recomputation(graph)
        let (graph, stages) = (recomputation.graph, recomputation.stages)
        self.graph = graph
        self.shards = shards
        let blocks = ChannelBlocks(graph, areUsed: Scalar.hasBlockedConvolution)
        let isBlocked = blocks.isBlocked
        var users = [[Int]](repeating: [], count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            for operand in node.operands { users[operand].append(index) }
        }
        for output in graph.outputs { users[output.node].append(-1) }
        (self.stages, self.blocks, self.users) = (stages, blocks, users)
        let sums = SumTrees(graph, stages: stages, users: users)
        self.sums = sums
        let folded = FoldedConvolution.chains(graph, blocks, stages: stages, users: users)
        self.folded = folded
        inFoldedChain = Set(folded.values.flatMap(\.chain))
        convolutionSums = Scalar.hasBlockedConvolution
            ? ConvolutionSums.terms(graph, blocks, stages: stages, users: users)
            : [:]
        inConvolutionSum = Set(convolutionSums.keys).union(convolutionSums.values.joined())
        let isConvolution = inFoldedChain.union(inConvolutionSum)
        clusters = Clusters(
            graph, stages: stages, isBlocked: isBlocked, users: users,
            isElementwise: { index in
                if isConvolution.contains(index) { return false }
                switch graph.nodes[index].primitive {
                case is Unary, is Affine, is Select: return graph.nodes[index].shape.count > 0
                case is Binary:
                    return graph.nodes[index].shape.count > 0 && !sums.contains(index)
                default: return false
                }
            },
            isSink: { index in
                guard let reduction = graph.nodes[index].primitive as? Reduction,
                    reduction.kind == .sum
                else { return false }
                let operand = graph.nodes[index].operands[0]
                let shape = graph.nodes[operand].shape
                return !(graph.nodes[operand].primitive is Reshape) && shape.count > 0
                    && Self.sumPattern(graph, blocks, operand, reduction) != nil
            })
        var end = 0
        for input in graph.inputs {
            let (stage, bytes) = (stages[input.node], bytes(input.shape.count))
            let region: Region? = switch input.role {
            case .examples: .examples
            case .vector: readsVectorsInPlace ? .callersVector : .vector
            default: .parameters
            }
            let offset = region == .callersVector ? end : nil
            plain[input.node] = plan.buffer(
                bytes: bytes, stage: stage, region: region, offset: offset)
            if offset != nil { end = end.saturatingSum(bytes) }
        }
        try lowerAll()
    }

    /// Sums of products, which accumulate in place.
    let sums: SumTrees
    /// Convolutions that take over what follows them, by the last node of the chain.
    let folded: [Int: FoldedConvolution]
    private let inFoldedChain: Set<Int>
    /// Terms of sums of convolutions, by the node of the sum.
    let convolutionSums: [Int: [Int]]
    private let inConvolutionSum: Set<Int>

    func bytes(_ count: Int) -> Int { count.saturatingProduct(MemoryLayout<Scalar>.stride) }

    /// A new buffer for `count` elements that `node` produces.
    func scratch(_ count: Int, _ stage: Stage) -> BufferID {
        plan.buffer(bytes: bytes(count), stage: stage)
    }

    private func lowerAll() throws {
        let finished = Dictionary(grouping: graph.outputs.indices) { graph.outputs[$0].node }
        var lowered = [OutputPlan?](repeating: nil, count: graph.outputs.count)
        for index in graph.nodes.indices {
            // Results leave at once, while what they are made of is in the caches.
            for position in finished[index] ?? [] {
                lowered[position] = try lower(graph.outputs[position])
            }
            if !isDeferred(index) { try emit(index) }
        }
        outputs = lowered.compactMap { $0 }
    }

    /// Whether a node waits until somebody asks for it.
    private func isDeferred(_ index: Int) -> Bool {
        switch graph.nodes[index].primitive {
        case is Input, is Fill, is Constant, is Reshape, is Permutation, is Slice, is Broadcast,
            is Concatenation, is Padding:
            return true
        default: break
        }
        if users[index] == [-1] { return true }
        if sums.contains(index) || sums.isPart(index) { return true }
        if graph.nodes[index].primitive is ConvolutionWeightGradient { return true }
        if inFoldedChain.contains(index) { return folded[index] == nil }
        if inConvolutionSum.contains(index) { return convolutionSums[index] == nil }
        if let cluster = clusters.membership[index] { return clusters.members[cluster].last != index }
        guard graph.nodes[index].primitive is MatrixProduct, users[index].count == 1 else {
            return false
        }
        let user = graph.nodes[users[index][0]].primitive
        return user is Permutation || user is Reshape || user is Concatenation
    }

    /// Computes a node, unless that was done.
    func emit(_ index: Int) throws {
        let isKnown = plain[index] != nil || blocked[index] != nil || pixels[index] != nil
        guard !isKnown else { return }
        if let cluster = clusters.membership[index] { return try emitCluster(cluster) }
        if let chain = folded[index] { return try emitFolded(chain, index) }
        if let terms = convolutionSums[index] { return try emitTiles(terms, into: index) }
        if sums.contains(index) {
            let target = scratch(graph.nodes[index].shape.count, stages[index])
            try place(
                index, View(contiguous: target, graph.nodes[index].shape), .overwrite,
                stages[index])
            plain[index] = target
            return
        }
        let node = graph.nodes[index]
        switch node.primitive {
        case let primitive as Fill:
            try emitConstant(index, [primitive.value])
        case let primitive as Constant:
            try emitConstant(index, primitive.values)
        case is Reshape, is Permutation, is Broadcast, is Concatenation:
            try emitArrangement(index)
        case is Slice, is Padding:
            if isBlocked[index] { try emitBlockedWindow(index) } else { try emitArrangement(index) }
        case is MatrixProduct:
            let target = scratch(node.shape.count, stages[index])
            try emitProduct(index, View(contiguous: target, node.shape), .overwrite)
            plain[index] = target
        case is Convolution, is ConvolutionInputGradient, is ConvolutionWeightGradient:
            try emitConvolution(index)
        case let reduction as Reduction:
            try emitReduction(index, reduction)
        case is Softmax, is LogSoftmax, is SoftmaxJacobian, is SoftmaxJacobianTangent:
            try emitSoftmax(index)
        case is Standardization, is StandardizationJacobian, is StandardizationHessian:
            try emitStandardization(index)
        case is AveragePooling, is AverageUnpooling, is MaximumLocation, is PixelGather,
            is PixelScatter:
            try emitPooling(index)
        case is Gather, is ScatterAdd:
            try emitTable(index)
        case let mask as RandomMask:
            try emitMask(index, mask)
        default:
            try emitByReference(index)
        }
    }
}
