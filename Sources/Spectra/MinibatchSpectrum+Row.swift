/// A minibatch as a row of a study: products, number of samples, then nine values per sample.
extension MinibatchSpectrum {
    private static let valuesPerSample = 9
    /// What a count may be, so that sums of them are counts, too.
    private static let counts = 0...1 << 40

    /// The number of values in the row of a minibatch with `samples` eigenvalues at most.
    public static func rowLength(samples: Int) -> Int { 2 + samples * valuesPerSample }

    /// The minibatch as a row.
    public var row: [Double] {
        [Double(products), Double(samples.count)]
            + samples.flatMap { sample in
                [
                    Double(SpectrumEnd.allCases.firstIndex(of: sample.end) ?? 0),
                    Double(sample.rank), sample.value, sample.residual,
                    sample.converged ? 1 : 0, sample.valueWithL2, sample.residualWithL2,
                    sample.convergedWithL2 ? 1 : 0, Double(sample.iterations),
                ]
            }
    }

    /// The minibatch of a row; nil where it is none.
    init?(row: [Double], minibatch: Int) {
        guard row.count >= 2, let products = Int(exactly: row[0]),
            Self.counts.contains(products),
            let count = Int(exactly: row[1]), count >= 0,
            count <= (row.count - 2) / Self.valuesPerSample
        else { return nil }
        var samples: [SpectrumSample] = []
        for number in 0..<count {
            let v = Array(row[(2 + number * Self.valuesPerSample)...])
            guard let end = Int(exactly: v[0]), SpectrumEnd.allCases.indices.contains(end),
                let rank = Int(exactly: v[1]), let iterations = Int(exactly: v[8]),
                Self.counts.contains(rank), Self.counts.contains(iterations)
            else { return nil }
            samples.append(
                SpectrumSample(
                    minibatch: minibatch, end: SpectrumEnd.allCases[end], rank: rank, value: v[2],
                    residual: v[3], converged: v[4] != 0, valueWithL2: v[5],
                    residualWithL2: v[6], convergedWithL2: v[7] != 0, iterations: iterations))
        }
        self.init(minibatch: minibatch, samples: samples, products: products)
    }
}
