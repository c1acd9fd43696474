import ArgumentParser
import Networks
import Records
import Results

/// `saddle inspect`: what a file holds, or what a network consists of.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Describe a file that Saddle reads or writes, or the layers of a network.",
        discussion: """
            Example: saddle inspect resnet20.th
            Example: saddle inspect --model vit,patch=4,depth=6
            Example: saddle inspect --model swin_tiny,classes=100 swin.pth.tar

            With a network and a checkpoint, the keys that another version named differently are \
            listed, too.

            Files: checkpoints (safetensors, PyTorch), results (HDF5), NumPy arrays, CIFAR and IDX \
            files, journals of unfinished runs.
            """)

    @Argument(help: "The files.")
    var files: [String] = []

    @Option(help: ArgumentHelp("Show this network's layers; default: none.", valueName: "name[,key=value...]"))
    var model: String?

    @Flag(help: "One row per file: what it is and what matters most.")
    var brief = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if files.isEmpty, model == nil {
            throw ValidationError("name a file, or a network with --model")
        }
    }

    func run() throws {
        let report = Report(isJSON: json)
        var documents: [JSONValue] = []
        let network = try model.map(ModelRegistry.network)
        if let network {
            let description = try NetworkDescription(network)
            report.say(network.name, description.facts)
            report.say(table: description.units)
            documents.append(description.document)
        }
        var rows = [["file", "holds", "network", "finding"]]
        for file in files {
            let description = try FileDescription.of(file)
            rows.append([file, description.format, description.model, description.finding])
            if !brief {
                report.say("\(file): \(description.format)", description.facts)
                for table in description.tables {
                    report.say(table.name)
                    report.say(table: table.rows)
                }
            }
            let renamings = network?.renamings(of: description.keys) ?? []
            if !renamings.isEmpty {
                report.say(
                    table: [["key in the file", "key of the network"]]
                        + renamings.map { [$0.old, $0.new ?? "left out"] }, alignsRight: false)
            }
            documents.append(
                .object([
                    ("file", .text(file)), ("format", .text(description.format)),
                    ("finding", .text(description.finding)),
                    (
                        "renamings",
                        .array(
                            renamings.map { ["old": .text($0.old), "new": .optional($0.new)] })
                    ),
                ]).adding(description.document))
        }
        if brief, !files.isEmpty { report.say(table: rows, alignsRight: false) }
        report.document(["command": "inspect", "described": .array(documents)])
    }
}
