import Datasets
import Execution
import Networks

/// Running statistics of batch norm, estimated anew at given weights.
///
/// A pass over whole minibatches in batch mode; means and unbiased variances are averaged over
/// minibatches with equal shares, as PyTorch's `update_bn` does.
///
/// - Source: Izmailov et al. 2018 (arXiv 1803.05407), section 3.2.
public final class BatchNormRecalibration {
    /// The examples that statistics are estimated over; what is left of whole minibatches is not.
    public let positions: Range<Int>
    /// The number of examples in a minibatch.
    public let batchSize: Int
    private let examples: ExampleSet
    private let inquiry: Inquiry

    /// A recalibration over the examples at `positions`.
    ///
    /// - Parameters:
    ///   - batchSize: at most all examples are taken.
    ///   - lesions: units whose residual branch is removed, by index.
    /// - Throws: what tracing and compiling throw.
    public init(
        _ network: any Network, examples: ExampleSet, positions: Range<Int>,
        layout: WeightLayout, batchSize: Int, workers: Int, lesions: Set<Int> = [],
        machine: any Machine, chunkBytes: Int = ObjectiveOptions.standardChunkBytes
    ) throws {
        let size = min(batchSize, positions.count)
        self.batchSize = size
        self.positions = positions.prefix(positions.count / size * size)
        self.examples = examples
        var options = TraceOptions()
        options.batchNormalization = .batch
        options.lesions = lesions
        inquiry = try Inquiry(
            network, StatisticsQuestion(), layout: layout,
            grouping: Grouping(
                coupled: self.positions.count, batchSize: size, workers: workers),
            options: options, machine: machine, chunkBytes: chunkBytes)
    }

    /// Seconds that the program of the statistics has run so far.
    var programSeconds: Double { inquiry.program.seconds }

    /// The buffers with running statistics replaced by those at the weights `w`.
    public func buffers(
        at w: ParameterVector, from buffers: [String: [Double]]
    ) throws -> [String: [Double]] {
        var result = buffers
        var seen = 0
        try inquiry.setWeights(w, buffers: buffers)
        try inquiry.forEachChunk(of: examples, positions) { chunk in
            try inquiry.runPoint()
            for moments in try inquiry.batchMoments(chunk.count / batchSize) {
                seen += 1
                moments.update(&result, share: 1 / Double(seen))
            }
        }
        return result
    }
}
