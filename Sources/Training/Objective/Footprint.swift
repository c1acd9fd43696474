import Autodiff
import Networks

/// How much a network's forward pass holds: it decides how many images a worker takes at a time.
struct Footprint {
    /// Elements that one image leaves behind, mere rearrangements apart.
    let activations: Int
    /// Elements of the weights.
    let weights: Int

    /// The footprint of `network` in inference mode.
    ///
    /// - Throws: what tracing throws.
    init(_ network: any Network, weights: Int) throws {
        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: 1)
        let graph = builder.graph(outputs: [("logits", trace.logits, .concatenate)])
        let moves = graph.dependents { $0.role == .examples }
        activations = graph.nodes.indices.reduce(0) { total, index in
            switch graph.nodes[index].primitive {
            case is Reshape, is Permutation, is Broadcast, is Slice: total
            default: moves[index] ? total + graph.nodes[index].shape.count : total
            }
        }
        self.weights = weights
    }

    /// Images of a group.
    ///
    /// Measured: with more, memory grows and no time is won. With fewer, kernels become so small
    /// that their start shows (the first bound), or the weights, which each group reads anew, weigh
    /// more than the images (the second).
    var groupSize: Int {
        let enough = max(7 << 20, 3 * weights)
        return min(max(enough / max(activations, 1), 1), 64)
    }
}
