import Foundation
import Testing

@testable import Figures

/// The Python that runs notebooks: `SADDLE_PYTHON`, or `python3`.
private enum Python {
    static let program = ProcessInfo.processInfo.environment["SADDLE_PYTHON"] ?? "python3"

    /// Whether it has what a notebook needs.
    static let canRunNotebooks = (try? run("import h5py, matplotlib, numpy", in: "/").status) == 0

    static func run(_ code: String, in folder: String) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Warnings are errors, but for the one that a picture cannot be shown without a screen.
        let warnings = ["-W", "error", "-W", "ignore:FigureCanvasAgg is non-interactive"]
        process.arguments = [program] + warnings + ["-c", code]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment
            .merging(["MPLBACKEND": "Agg"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}

@Suite("Notebooks in Python", .serialized)
struct NotebookExecutionTests {
    @Test(
        .enabled(
            if: Python.canRunNotebooks, "needs \(Python.program) with h5py, matplotlib and numpy"),
        arguments: try StoredSamples.all().indices)
    func theCellsRunFromTopToBottom(index: Int) throws {
        let (figure, write) = try StoredSamples.all()[index]
        let folder = NSTemporaryDirectory() + "saddle-notebook-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write(folder + "/result.h5")
        let document = try StoredSamples.notebook(figure, path: "result.h5").notebook(picture: nil)
        let code = document.cells.filter { $0.kind == .code }.map(\.source)
        let ending = "figure.savefig('out.png')\nassert figure.axes\n"
        let outcome = try Python.run((code + [ending]).joined(separator: "\n\n"), in: folder)
        #expect(outcome.status == 0, "\(figure.title): \(outcome.said)")
        #expect(outcome.said.firstMatch(of: #/ViT(, batch \d+)?: /#) != nil)
        let picture = try Data(contentsOf: URL(fileURLWithPath: folder + "/out.png"))
        #expect(picture.count > 5_000)
    }
}
