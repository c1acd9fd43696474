import ArgumentParser
import Studies

/// Which minibatches a spectrum is measured on.
struct MinibatchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Minibatches; default: all that are whole.", valueName: "n"))
    var batches: Int?

    @Option(
        help: ArgumentHelp(
            "Measure with several sizes of minibatches; default: that of --batch-size.",
            valueName: "n,n..."))
    var batchSizes: String?

    func validate() throws {
        try NumberRange.batches.check(batches)
    }

    /// The sizes that are asked for.
    ///
    /// - Parameter batchSize: what --batch-size says.
    /// - Throws: `UsageError` where both flags are given or a size is no size.
    func sizes(_ batchSize: Int?) throws -> [Int] {
        guard let batchSizes else { return [batchSize ?? 16] }
        if batchSize != nil {
            throw UsageError("--batch-size", "", "say either --batch-size or --batch-sizes")
        }
        let sizes = try CommaList.integers(batchSizes, flag: "--batch-sizes", in: .batchSize)
        guard Set(sizes).count == sizes.count else {
            throw UsageError("--batch-sizes", batchSizes, "a size is given twice")
        }
        return sizes
    }

    /// The minibatches of one size.
    ///
    /// - Throws: `UsageError` where the examples make too few of them.
    func minibatches(of size: Int, _ experiment: Experiment) throws -> [Range<Int>] {
        let whole = experiment.minibatches(of: size)
        guard !whole.isEmpty else {
            throw UsageError(
                "--batch-size", "\(size)",
                "there are \(experiment.examples.count) examples; choose more or a smaller size")
        }
        guard let batches else { return whole }
        guard batches <= whole.count else {
            throw UsageError(
                "--batches", "\(batches)",
                "the examples make \(whole.count) whole minibatches of \(size)")
        }
        return Array(whole.prefix(batches))
    }
}
