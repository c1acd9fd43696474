import Foundation
import Testing

/// The scripts behind `make demo` and `make gallery`, with a program in place of `saddle` that only
/// makes what is asked for with --out.
@Suite struct DemoTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func run(_ script: String, _ arguments: [String], in folder: Folder) throws {
        let process = Process()
        process.executableURL = Self.root.appendingPathComponent("experiments/\(script)")
        process.arguments = [folder.path("saddle")] + arguments
        process.currentDirectoryURL = folder.url
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private func folder() throws -> Folder {
        let folder = try Folder(inMemory: true)
        let stand = """
            #!/bin/bash
            echo "$@" >> "$(dirname "$0")/calls"
            while [ $# -gt 0 ]; do
                if [ "$1" = --out ]; then mkdir -p "$(dirname "$2")"; touch "$2"; fi
                shift
            done
            """
        try folder.write("saddle", stand.utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path("saddle"))
        return folder
    }

    @Test func theDemoWritesUnderItsFolderAlone() throws {
        let folder = try folder()
        try run("demo.sh", [], in: folder)
        let there = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(Set(there) == ["saddle", "calls", "out"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")) == ["demo"])
        #expect(folder.contains("out/demo/figures/landscape"))
        #expect(folder.contains("out/demo/notebooks/lesion.ipynb"))
        // The folder is one that git does not look at.
        let ignored = try String(
            contentsOf: Self.root.appendingPathComponent(".gitignore"), encoding: .utf8)
        #expect(ignored.split(separator: "\n").contains("/out/"))
    }

    /// A notebook draws what the figure beside it draws.
    @Test func theGalleryIsDrawnFromTheDemosResults() throws {
        let folder = try folder()
        try run("figures.sh", ["out/demo", "plots/demo", "notebooks-export"], in: folder)
        let calls = String(decoding: try folder.bytes("calls"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        #expect(calls.count == 18)
        let kinds = [
            "landscape", "spectrum", "lesion", "fourier", "variance", "oversmoothing", "similarity",
            "calibration", "frequency",
        ]
        for kind in kinds {
            let pair = "out/demo/resnet-\(kind).h5 out/demo/vit-\(kind).h5"
            let options = calls.filter { $0.contains(pair) }.map {
                $0.replacing(#/^(plot|export notebook) /#, with: "")
                    .replacing(#/--out .*/#, with: "")
            }
            #expect(options.count == 2 && options[0] == options[1])
        }
        #expect(folder.contains("plots/demo/spectrum"))
        #expect(folder.contains("notebooks-export/spectrum.ipynb"))
    }
}
