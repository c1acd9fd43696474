/// Mean and unbiased variance of every batch norm over one minibatch.
struct BatchMoments {
    private(set) var means: [String: [Double]] = [:]
    private(set) var variances: [String: [Double]] = [:]

    /// Joins the moments of the shards of a minibatch, each of `samples` values per channel.
    ///
    ///     M = Σ_s [(n − 1) σ²_s + n (μ_s − μ)²],   σ² = M / (Sn − 1)
    ///
    /// - Source: Chan, Golub & LeVeque 1983, eq. 1.5, for parts of equal size.
    mutating func join(
        _ prefix: String, channels: Int, samples: Int, shards: Range<Int>, means: [Double],
        variances: [Double]
    ) {
        let (n, count) = (Double(samples), Double(shards.count))
        var mean = [Double](repeating: 0, count: channels)
        var variance = mean
        for channel in 0..<channels {
            let places = shards.map { $0 * channels + channel }
            let centre = places.reduce(0) { $0 + means[$1] } / count
            let squares = places.reduce(0) { total, place in
                let offset = means[place] - centre
                return total + (n - 1) * variances[place] + n * offset * offset
            }
            mean[channel] = centre
            variance[channel] = squares / (n * count - 1)
        }
        self.means[prefix] = mean
        self.variances[prefix] = variance
    }

    /// Moves running statistics towards these: r ← r + share · (batch − r).
    func update(_ buffers: inout [String: [Double]], share: Double) {
        func move(_ key: String, _ batch: [Double]) {
            guard let running = buffers[key] else { return }
            buffers[key] = zip(running, batch).map { $0 + share * ($1 - $0) }
        }
        for (prefix, mean) in means { move("\(prefix).running_mean", mean) }
        for (prefix, variance) in variances { move("\(prefix).running_var", variance) }
    }
}
