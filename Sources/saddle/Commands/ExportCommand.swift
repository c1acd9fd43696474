import ArgumentParser

/// `saddle export`: results and weights for other programs.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write results and weights for other programs.",
        discussion: """
            Example: saddle export notebook resnet.h5 vit.h5
            Example: saddle export csv lesion.h5
            Example: saddle export safetensors resnet20.th --out resnet20.safetensors
            """,
        subcommands: [
            ExportNotebookCommand.self, ExportCSVCommand.self, ExportSafetensorsCommand.self,
        ])
}
