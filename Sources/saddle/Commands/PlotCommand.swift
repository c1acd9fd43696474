import ArgumentParser
import Figures
import Foundation
import Records
import Storage
import Studies

/// `saddle plot`: results as gnuplot scripts and images.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw stored results, several side by side.",
        discussion: """
            Example: saddle plot resnet.h5 vit.h5 --titles ResNet,ViT --out plots/landscape

            Writes BASE.gp, which holds its data, and one image per format. Landscapes, profiles, \
            spectra, eigenvalues, lesion studies and variances are told apart by what the files \
            hold. An option that changes nothing in the figure is refused.
            """)

    @Argument(help: "Results: HDF5 files of one kind, or of landscapes and other kinds.")
    var files: [String]

    @Option(help: ArgumentHelp("Folder and name of the figure without ending; default: the first file's.", valueName: "base"))
    var out: String?

    @Option(help: ArgumentHelp("Images to draw: png, svg, pdf.", valueName: "a,b..."))
    var formats = "png,svg"

    @OptionGroup(title: "Figure") var options: FigureOptions

    @Flag(help: "Replace files that are there, once all of the figure is drawn.")
    var force = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let report = Report(isJSON: json)
        let chosen = try CommaList.items(formats, flag: "--formats").map { name in
            guard let format = ImageFormat(rawValue: name) else {
                throw UsageError(
                    "--formats", name,
                    "expected \(ImageFormat.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return format
        }
        let request = try options.request()
        let base = out ?? "\(files[0].hasSuffix(".h5") ? String(files[0].dropLast(3)) : files[0])"
        report.say(
            "saddle plot",
            [
                ("files", files.joined(separator: ", ")),
                ("out", "\(base).gp, " + chosen.map(\.rawValue).joined(separator: ", ")),
            ])
        let folder = URL(fileURLWithPath: base).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let outputs = try (["gp"] + chosen.map(\.rawValue)).map {
            try OutputFile(
                "\(base).\($0)", whereOccupied: force ? .replaced : .refused, inputs: files)
        }
        let sources = try StoredSource.read(files, titles: options.titles(of: files))
        let figure = try StoredSource.figure(sources, request)
        // A figure is whole before anything of it stands under its name.
        let aside = folder.appendingPathComponent(".\(getpid()).partial")
        defer { try? FileManager.default.removeItem(at: aside) }
        let product = try FigureRenderer().write(
            figure, to: chosen,
            basePath: aside.appendingPathComponent(URL(fileURLWithPath: base).lastPathComponent)
                .path)
        report.say("result")
        for (file, output) in zip(product.files, outputs) {
            try output.replace { try FileManager.default.moveItem(atPath: file, toPath: $0) }
            report.say("  \(output.path)")
        }
        report.say("  " + figure.caption)
        for warning in product.warnings { StandardError.write("gnuplot: \(warning.oneLine)\n") }
        report.document(
            [
                "command": "plot", "title": .text(figure.title),
                "notes": .array(figure.notes.map { .text($0) }),
                "files": .array(outputs.map { .text($0.path) }),
                "warnings": .array(product.warnings.map { .text($0) }),
            ])
    }
}
