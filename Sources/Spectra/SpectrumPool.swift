extension Sequence where Element == SpectrumSample {
    /// For each sample, whether it is in the pool from which NEP, APE and the spectrum are made:
    /// whether it is among the k eigenvalues of largest magnitude of its minibatch.
    ///
    /// k is the number of eigenvalues asked for at one end. Where both ends were computed, the k
    /// largest magnitudes are among these 2k, whatever their signs: this is what power iteration
    /// with deflation finds where it converges, without its confusion of +λ and -λ near ties.
    /// Pooling both ends whole would make NEP one half by construction.
    public func pooled(withL2: Bool) -> [Bool] {
        let samples = Array(self)
        var pooled = [Bool](repeating: true, count: samples.count)
        for members in Dictionary(grouping: samples.indices, by: { samples[$0].minibatch }).values {
            let ends = Dictionary(grouping: members, by: { samples[$0].end })
            guard ends.count > 1, let asked = ends.values.map(\.count).max() else { continue }
            func magnitude(_ index: Int) -> Double {
                abs(withL2 ? samples[index].valueWithL2 : samples[index].value)
            }
            let ordered = members.sorted {
                (magnitude($1), $0) < (magnitude($0), $1)
            }
            for index in ordered.dropFirst(asked) { pooled[index] = false }
        }
        return pooled
    }
}
