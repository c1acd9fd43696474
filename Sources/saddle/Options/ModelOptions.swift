import ArgumentParser
import Networks

/// Which network, with which weights.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The network; `saddle models` lists names and keys.", valueName: "name[,key=value...]"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "A safetensors or PyTorch checkpoint, or `initial` for untrained weights of --seed.",
            valueName: "file"))
    var weights: String?

    /// The word that stands for untrained weights.
    static let initial = "initial"

    /// The network.
    ///
    /// - Throws: `UsageError` where none is named, `NetworkError` where name or keys are unknown.
    func network() throws -> any Network {
        guard let model else {
            throw UsageError("--model", "", "name a network; `saddle models` lists them")
        }
        return try ModelRegistry.network(model)
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
