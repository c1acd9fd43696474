import Networks
import Storage
import Training

/// Where weights come from: a checkpoint of any format that is read, or a seed.
enum WeightsSource {
    /// The weights, and what identifies them.
    ///
    /// - Throws: `StorageError` or `WeightsError`, one line that names the file.
    static func load(
        _ file: String, for network: any Network, seed: UInt64
    ) throws -> (weights: Weights, digest: String) {
        if file == ModelOptions.initial {
            return (try Weights(network, seed: seed), "initial weights of seed \(seed)")
        }
        let weights = try Weights(network, file: file)
        return (weights, try weights.sha256 ?? sha256(file))
    }
}
