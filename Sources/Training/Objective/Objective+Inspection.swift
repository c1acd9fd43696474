import Autodiff
import Datasets
import Execution
import Networks

/// The programs whose kernels can be timed.
public enum ProfiledProgram: Sendable {
    /// NLL and logits.
    case forward
    /// NLL and gradient.
    case gradient
    /// A Hessian-vector product at a point that is known.
    case hessianProduct
}

extension Objective {
    public func units() throws -> [UnitDescription] {
        try network.trace(in: GraphBuilder(), batch: 1).units
    }

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

    /// Hands out what units put out, some examples at a time.
    ///
    /// - Parameters:
    ///   - names: names of units, see `units()`; their shapes are there too.
    ///   - body: called with the positions of some examples and, for each unit, its outputs for
    ///     them, row-major with the example axis first.
    /// - Throws: `NetworkError` where a unit does not exist, and what `body` throws.
    public func capture(
        _ names: [String], at w: [Double],
        _ body: (_ positions: Range<Int>, _ outputs: [String: [Double]]) throws -> Void
    ) throws {
        let pipeline = try prepared(.captures(names), at: w)
        try forEachChunk(pipeline) { chunk in
            try pipeline.executor.runPoint()
            var outputs: [String: [Double]] = [:]
            for name in names { outputs[name] = try pipeline.capture(name, chunk.count) }
            try body(chunk, outputs)
        }
    }

    /// How long each kind of kernel of a program takes, on one worker.
    public func profile(_ program: ProfiledProgram, at w: [Double]) throws -> [KernelProfile] {
        let kind: PipelineKind = switch program {
        case .forward: .forward
        case .gradient: .gradient
        case .hessianProduct: .hessian
        }
        let pipeline = try prepared(kind, at: w)
        try forEachChunk(pipeline) { _ in try pipeline.executor.runPoint() }
        return try pipeline.executor.profile(ofProduct: program == .hessianProduct)
    }

    public var examplesDescription: [(name: String, value: String)] { examples.description }
}
