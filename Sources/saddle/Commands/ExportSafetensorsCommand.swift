import ArgumentParser
import Foundation
import Records
import Results
import Storage
import Studies
import Training

/// `saddle export safetensors`: a checkpoint of any format as safetensors.
struct ExportSafetensorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "safetensors",
        abstract: "Convert a checkpoint's weights to safetensors, names and values unchanged.",
        discussion: """
            Example: saddle export safetensors resnet20.th --out resnet20.safetensors

            A prefix `module.` that every name has is left out. So is the optimiser's state of a \
            checkpoint of `saddle train`, so that PyTorch's load_state_dict takes the file.
            """)

    @Argument(help: "A PyTorch file or safetensors.")
    var checkpoint: String

    @Flag(help: "Keep the optimiser's state, from which `saddle train --resume` goes on.")
    var withOptimizer = false

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        let report = output.report
        let path = output.out
            ?? URL(fileURLWithPath: checkpoint).deletingPathExtension().lastPathComponent
            + ".safetensors"
        report.say("saddle export safetensors", [("checkpoint", checkpoint), ("out", path)])
        let file = try output.file(path, inputs: [checkpoint])
        let content = try Checkpoint.read(checkpoint)
        let digest = try sha256(checkpoint)
        let (weights, state) = content.parts
        let tensors = withOptimizer ? content.tensors : weights
        let added = [
            "content": "weights, one tensor per parameter with its state-dict key and axes"
                + (withOptimizer && !state.isEmpty ? "; the optimiser's state" : ""),
            "saddle_version": Experiment.version, "source_sha256": digest,
            "source_format": content.format.rawValue,
        ]
        try file.replace { aside in
            try Checkpoint.write(
                aside, tensors: tensors,
                metadata: content.metadata.merging(added) { _, new in new })
        }
        let left = withOptimizer || state.isEmpty
            ? "" : "; the optimiser's state is left out, --with-optimizer keeps it"
        report.say("stored \(path): \(Readable.count(tensors.count, "tensor"))\(left)")
        let written = try sha256(path)
        report.document(
            [
                "command": "export safetensors", "out": .text(path),
                "tensors": .integer(tensors.count), "source_sha256": .text(digest),
                "sha256": .text(written),
            ])
    }
}
