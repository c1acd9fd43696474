import ArgumentParser
import Records
import Storage
import Studies

/// `saddle export safetensors`: a checkpoint of any format as safetensors.
struct ExportSafetensorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "safetensors",
        abstract: "Convert a checkpoint to safetensors, names and values unchanged.",
        discussion: """
            Example: saddle export safetensors resnet20.th --out resnet20.safetensors

            A prefix `module.` that every name has is left out.
            """)

    @Argument(help: "A PyTorch file or safetensors.")
    var checkpoint: String

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        let report = output.report
        let path = output.out ?? "\(checkpoint.prefix { $0 != "." }).safetensors"
        report.say("saddle export safetensors", [("checkpoint", checkpoint), ("out", path)])
        let file = try output.file(path, inputs: [checkpoint])
        let content = try Checkpoint.read(checkpoint)
        let digest = try sha256(checkpoint)
        let added = [
            "saddle_version": Experiment.version, "source_sha256": digest,
            "source_format": content.format.rawValue,
        ]
        try file.replace { aside in
            try Checkpoint.write(
                aside, tensors: content.tensors,
                metadata: content.metadata.merging(added) { _, new in new })
        }
        report.say("stored \(path): \(content.tensors.count) tensors")
        let written = try sha256(path)
        report.document(
            [
                "command": "export safetensors", "out": .text(path),
                "tensors": .integer(content.tensors.count), "source_sha256": .text(digest),
                "sha256": .text(written),
            ])
    }
}
