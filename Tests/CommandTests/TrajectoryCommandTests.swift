import Foundation
import Testing

/// The loss under the path of checkpoints.
@Suite struct TrajectoryCommandTests {
    @Test(arguments: ["pca", "interpolation"]) func pathsAreMeasuredAndDrawn(_ form: String) throws {
        let folder = try Folder()
        let files = (1...3).map { "\($0).safetensors" }
        for (seed, file) in files.enumerated() {
            let flags = ["train", "--model", Sample.network, "--data", Sample.images]
            let outcome = try folder.run(
                flags + ["--epochs", "1", "--batch-size", "16", "--seed", "\(seed)", "--out", file])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let flags = ["trajectory"] + Sample.flags(weights: files[2])
            + ["--checkpoints", files[0], files[1], "--points", "3", "--form", form]
        let document = try folder.document(flags + ["--out", "t.h5"])
        let path = try #require(document["path"] as? [String: Any])
        let points = try #require(path["checkpoints"] as? [[String: Any]])
        #expect(points.map { $0["checkpoint"] as? String } == files)
        #expect((document["metrics"] as? [String: Any])?["nll"] != nil)
        for part in 1...2 {
            let outcome = try folder.run(flags + ["--out", "\(part).h5", "--part", "\(part)/2"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let merged = try folder.document([
            "trajectory", "--merge", "1.h5", "2.h5", "--out", "merged.h5",
        ])
        #expect(merged["path"] as? NSDictionary == document["path"] as? NSDictionary)
        for style in ["contour", "heatmap", "surface"] {
            let outcome = try folder.run(["plot", "t.h5", "--style", style, "--out", style])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let notebook = try folder.run(
            ["export", "notebook", "merged.h5", "--style", "contour", "--out", "t.ipynb"])
        #expect(notebook.status == 0, "\(notebook.errors)")
    }

    @Test func noCheckpointsAreRefused() throws {
        let folder = try Folder()
        let outcome = try folder.run(["trajectory", "--out", "t.h5"] + Sample.flags())
        #expect(outcome.status == 2)
        #expect(outcome.failures.first?.contains("--checkpoints") ?? false)
        let same = try folder.run(
            ["trajectory", "--out", "t.h5", "--checkpoints", "initial"] + Sample.flags())
        #expect(same.status != 0)
        #expect(same.failures.first?.contains("same weights") ?? false)
    }
}
