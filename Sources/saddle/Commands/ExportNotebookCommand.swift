import ArgumentParser
import Figures
import Foundation
import Records
import Storage
import Studies

/// `saddle export notebook`: a figure as a Jupyter notebook.
struct ExportNotebookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notebook",
        abstract: "Write the figure of results as a Jupyter notebook.",
        discussion: """
            Example: saddle export notebook resnet.h5 vit.h5 --titles ResNet,ViT

            The notebook reads the HDF5 files with h5py and draws with matplotlib; the picture \
            that gnuplot draws is embedded as its output.
            """)

    @Argument(help: "Results of one kind: HDF5 files.")
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "The notebook; default: notebooks-export/NAME.ipynb.", valueName: "file"))
    var out: String?

    @OptionGroup(title: "Figure") var options: FigureOptions

    @Flag(help: "Replace a notebook that is there.")
    var force = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let report = Report(isJSON: json)
        let request = try options.request()
        let name = URL(fileURLWithPath: files[0]).deletingPathExtension().lastPathComponent
        let path = out ?? "notebooks-export/\(name).ipynb"
        report.say(
            "saddle export notebook", [("files", files.joined(separator: ", ")), ("out", path)])
        try? FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true)
        let output = try OutputFile(
            path, whereOccupied: force ? .replaced : .refused, inputs: files)
        let stored = try StoredSource.read(files, titles: options.titles(of: files))
        let figure = try StoredSource.figure(stored, request)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let sources = stored.map {
            RecordNotebook.Source(
                title: $0.title, path: ExportNotebookCommand.path($0.path, from: folder))
        }
        guard let notebook = RecordNotebook(sources: sources, figure: figure) else {
            throw UsageError(
                "export notebook", files.joined(separator: " "),
                "a notebook draws results of one kind; export each kind apart")
        }
        let content = try notebook.notebook(picture: picture(figure))
        try output.replace { try content.write(to: $0) }
        report.say("stored \(path)")
        report.document(
            [
                "command": "export notebook", "out": .text(path),
                "title": .text(figure.title),
            ])
    }

    /// The figure as a PNG.
    private func picture(_ figure: any Figure) throws -> Data {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("saddle-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let base = folder.appendingPathComponent("figure").path
        try FigureRenderer().write(figure, to: [.png], basePath: base)
        return try Data(contentsOf: URL(fileURLWithPath: base + ".png"))
    }

    /// A path as it is seen from a folder: notebooks are run where they lie.
    static func path(_ file: String, from folder: URL) -> String {
        let target = URL(fileURLWithPath: file).standardizedFileURL.pathComponents
        let base = folder.standardizedFileURL.pathComponents
        let common = zip(target, base).prefix { $0 == $1 }.count
        let steps = Array(repeating: "..", count: base.count - common) + target.dropFirst(common)
        return steps.joined(separator: "/")
    }
}
