import Autodiff
import Datasets
import Execution
import Networks

/// Running statistics of batch norm, estimated anew at given weights.
///
/// A pass over whole minibatches in batch mode; means and unbiased variances are averaged over
/// minibatches with equal shares, as PyTorch's `update_bn` does.
///
/// - Source: Izmailov et al. 2018 (arXiv 1803.05407), section 3.2.
public final class BatchNormRecalibration<Scalar: CPUScalar> {
    /// The examples that statistics are estimated over; what is left of whole minibatches is not.
    public let positions: Range<Int>
    /// The number of examples in a minibatch.
    public let batchSize: Int
    private let examples: ExampleSet<Scalar>
    private let pipeline: Pipeline<Scalar>

    /// A recalibration over the examples at `positions`.
    ///
    /// - Parameters:
    ///   - batchSize: at most all examples are taken.
    ///   - lesions: units whose residual branch is removed, by index.
    /// - Throws: what tracing and compiling throw.
    public init(
        _ network: any Network, examples: ExampleSet<Scalar>, positions: Range<Int>,
        layout: WeightLayout, batchSize: Int, threads: Int, lesions: Set<Int> = []
    ) throws {
        self.positions = positions
        self.batchSize = min(batchSize, positions.count)
        self.examples = examples
        let image = network.imageShape.reduce(1, *)
        let batches = positions.count / self.batchSize
        let grouping = Grouping(
            coupled: batches * self.batchSize, batchSize: self.batchSize, threads: threads,
            bytesPerExample: (image + network.classes) * MemoryLayout<Scalar>.stride)
        var options = TraceOptions()
        options.batchNormalization = .batch
        options.lesions = lesions
        pipeline = try Pipeline<Scalar>(
            network, .statistics, layout: layout, grouping: grouping, options: options,
            pool: WorkerPool(count: grouping.workers), memoryBudget: nil)
    }

    /// Seconds that the program of the statistics has run so far.
    var programSeconds: Double { pipeline.executor.pool.programSeconds }

    /// The buffers with running statistics replaced by those at the weights `w`.
    public func buffers(
        at w: [Double], from buffers: [String: [Double]]
    ) throws -> [String: [Double]] {
        var result = buffers
        var seen = 0
        try pipeline.setWeights(w, buffers: buffers)
        let size = pipeline.grouping.examplesPerChunk
        let end = positions.lowerBound + positions.count / batchSize * batchSize
        for start in stride(from: positions.lowerBound, to: end, by: size) {
            let chunk = start..<min(start + size, end)
            pipeline.setExamples(examples, chunk, numbers: 0)
            try pipeline.executor.runPoint()
            for moments in try pipeline.batchStatistics(chunk.count / batchSize) {
                seen += 1
                moments.update(&result, share: 1 / Double(seen))
            }
        }
        return result
    }
}
