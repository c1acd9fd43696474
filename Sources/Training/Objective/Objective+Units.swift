import Autodiff
import Datasets
import Execution
import Networks

extension Objective {
    /// The units of the network, in the order of computation.
    ///
    /// - Throws: what tracing throws.
    public func units() throws -> [UnitDescription] {
        try network.trace(in: GraphBuilder(), batch: 1).units
    }

    /// The objective of the network with the branches of some residual units removed.
    ///
    /// - Parameter lesions: indices of units.
    /// - Throws: `NetworkError` where a unit does not exist or is not residual.
    public func removing(_ lesions: Set<Int>) throws -> Objective {
        var options = options
        options.lesions = lesions
        // Tracing finds out whether the units can be removed.
        var trace = TraceOptions()
        trace.lesions = lesions
        _ = try network.trace(in: GraphBuilder(), batch: 1, options: trace)
        return try Objective(
            network, examples: examples, layout: layout, buffers: buffers, positions: positions,
            options: options)
    }
}
