import ArgumentParser
import Records
import Storage
import Training

/// `saddle identify`: the networks that a checkpoint is of.
struct IdentifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identify",
        abstract: "List the networks that a checkpoint fits, with their arguments.",
        discussion: """
            Example: saddle identify resnet50.pth

            Names and shapes decide; what they do not show, such as the number of heads, is that of \
            the listed network.
            """)

    @Argument(help: "A safetensors or PyTorch checkpoint; FILE#key.path chooses within it.")
    var file: String

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let report = Report(isJSON: json)
        let models = ModelFit(try Checkpoint.read(file)).models()
        guard !models.isEmpty else {
            throw RunFailure(
                "\(file): fits no network of the registry; `saddle inspect` shows its tensors")
        }
        for model in models { report.say("--model \(model)") }
        report.document([
            "command": "identify", "file": .text(file), "models": .array(models.map { .text($0) }),
        ])
    }
}
