import ArgumentParser
import Networks
import Storage

/// Which network, with which weights.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The network; `saddle models` lists names and keys; default: the one that a checkpoint of \
            `saddle train` names.
            """, valueName: "name[,key=value...]"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            """
            A safetensors or PyTorch checkpoint, or `initial` for untrained weights of --seed; \
            required.
            """,
            valueName: "file"))
    var weights: String?

    /// The word that stands for untrained weights.
    static let initial = "initial"

    /// The network.
    ///
    /// - Throws: `UsageError` where none is named, `NetworkError` where name or keys are unknown,
    ///   `StorageError` where the checkpoint that is to name it cannot be read.
    func network() throws -> any Network {
        guard let name = try model ?? named() else {
            throw UsageError("--model", "", "name a network; `saddle models` lists them")
        }
        return try ModelRegistry.network(name)
    }

    /// The name of the network in a checkpoint of ours; nil where nothing names one.
    private func named() throws -> String? {
        guard let weights, weights != Self.initial else { return nil }
        return try Checkpoint.read(weights).metadata["model"]
    }

    /// The file of the weights.
    ///
    /// - Throws: `UsageError` where none is named.
    func weightsFile() throws -> String {
        guard let weights else {
            throw UsageError(
                "--weights", "",
                "name a checkpoint, or `\(Self.initial)` for untrained weights of --seed")
        }
        return weights
    }
}
