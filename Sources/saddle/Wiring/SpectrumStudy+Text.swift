import Studies

extension SpectrumStudy {
    /// What the plan says of the study.
    var plan: [(name: String, value: String)] {
        let first = measurements[0]
        let method = first.method == .lanczos
            ? "\(first.largest) largest and \(first.smallest) smallest eigenvalues by Lanczos"
            : "\(first.largest) eigenvalues of largest magnitude by power iteration"
        let sizes = measurements.map { "\($0.minibatchCount) of \($0.batchSize)" }
        return [
            ("protocol", first.preset.rawValue), ("minibatches", sizes.joined(separator: ", ")),
            (
                "eigenvalues",
                "\(method), tolerance \(first.tolerance), \(first.maximumProducts) products"
                    + (basis?.text.map { ", \($0)" } ?? "")
            ),
        ]
    }
}
