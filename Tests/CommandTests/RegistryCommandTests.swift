import Foundation
import Networks
import Testing

/// Every network of the registry, small, through the commands of a study.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["SADDLE_ZOO"] == "1",
        "needs `make test-zoo` (up to 30 minutes)"))
struct RegistryCommandTests {
    private static let learning = [
        "--batch-size", "6", "--epochs", "2", "--schedule", "constant", "--optimizer", "adamw",
        "--learning-rate", "0.001", "--no-test",
    ]

    @Test(arguments: ModelRegistry.definitions.map(\.name))
    func eachNetworkIsTrainedAndMeasured(_ name: String) throws {
        let small = try #require(SmallNetwork.of(name), "no small configuration of \(name)")
        let folder = try Folder(inMemory: true)
        let data = "synthetic:size=\(small.size),classes=3,count=24"
        // One thread each, for the cases run side by side.
        let common = ["--model", small.model(name), "--data", data, "--threads", "1"]
        // Training sees the statistics of each batch; stored ones lag behind for many more steps.
        func loss(_ weights: String, batchNorm: String = "batch") throws -> Double {
            let document = try folder.document(
                [
                    "evaluate", "--split", "train", "--weights", weights, "--batch-norm",
                    batchNorm, "--batch-size", "6",
                ] + common)
            let metrics = try #require(document["metrics"] as? [String: Any])
            return try #require(metrics["NLL"] as? Double)
        }
        let before = try loss("initial")
        let trained = try folder.run(
            ["train", "--out", "w.safetensors"] + Self.learning + common)
        #expect(trained.status == 0, "\(trained.errors)")
        let after = try loss("w.safetensors")
        #expect(after < before, "the loss rises from \(before) to \(after)")

        let measured = ["--split", "train", "--weights", "w.safetensors"] + common
        let landscape = try folder.document(
            ["landscape", "--grid", "3x3", "--no-certify", "--out", "l.h5"] + measured)
        let columns = try #require(landscape["metrics"] as? [String: Any])
        let losses = try #require(columns["nll"] as? [[Double]])
        #expect(losses.map(\.count) == [3, 3, 3])
        let stored = try loss("w.safetensors", batchNorm: "running")
        #expect(abs(losses[1][1] - stored) < 1e-4 * max(1, stored))

        let eigenvalues = try folder.document(
            ["hessian", "eigenvalues", "--top", "1", "--max-iterations", "2", "--out", "e.h5"]
                + measured)
        let pairs = try #require(eigenvalues["eigenvalues"] as? [[String: Any]])
        #expect(pairs.count == 1)
        #expect(try #require(pairs.first?["eigenvalue"] as? Double).isFinite)
        let checks = try #require(eigenvalues["checks"] as? [String: Any])
        #expect(try #require(checks["asymmetry"] as? Double) < 1e-2)

        let lesion = ["lesion", "--out", "s.h5"] + measured
        guard small.isResidual else {
            let refused = try folder.run(lesion)
            #expect(refused.status != 0)
            #expect(refused.failures.first?.contains("no residual unit") == true)
            return
        }
        let study = try folder.document(lesion)
        let units = try #require(study["units"] as? [[String: Any]])
        #expect(!units.isEmpty)
        for unit in units { #expect(try #require(unit["nll"] as? Double).isFinite) }
        #expect(units.contains { $0["nll"] as? Double != study["baseline_nll"] as? Double })
    }
}

/// A configuration of a network that runs in a moment.
private struct SmallNetwork {
    let size: Int
    let arguments: String
    var isResidual = true

    /// The registry's text for it.
    func model(_ name: String) -> String { "\(name),size=\(size),classes=3,\(arguments)" }

    /// The first of the table whose beginning is that of the name.
    static func of(_ name: String) -> SmallNetwork? {
        if name == "resnet" { return SmallNetwork(size: 8, arguments: "depth=8,width=4") }
        return table.first { row in row.beginnings.contains { name.hasPrefix($0) } }?.small
    }

    private static let table: [(beginnings: [String], small: SmallNetwork)] = [
        (
            [
                "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "preresnet",
                "resnext", "wideresnet", "seresnet", "cbamresnet",
            ], SmallNetwork(size: 8, arguments: "blocks=1-1-1-1")
        ),
        (["resnet"], SmallNetwork(size: 8, arguments: "width=2")),
        (["alexnet"], SmallNetwork(size: 32, arguments: "head=gap", isResidual: false)),
        (
            ["vgg", "prevgg"],
            SmallNetwork(size: 32, arguments: "head=gap,blocks=1-1-1-1-1", isResidual: false)
        ),
        (["mobilenet"], SmallNetwork(size: 8, arguments: "width_factor=0.1")),
        (
            ["vit", "deit"],
            SmallNetwork(size: 8, arguments: "patch=4,width=12,depth=2,heads=2")
        ),
        (
            ["park_vit", "convit"],
            SmallNetwork(
                size: 8, arguments: "patch=4,width=12,depth=2,heads=2,head_width=6,hidden=24")
        ),
        (
            ["park_pit"],
            SmallNetwork(
                size: 8,
                arguments: "width=8-8-16,depth=1-1-1,heads=1-1-2,head_width=8-8-8,hidden=16-16-32")
        ),
        (
            ["pit"],
            SmallNetwork(size: 8, arguments: "head_width=8-8-8,depth=1-1-1,heads=1-1-2")
        ),
        (
            ["swin"], SmallNetwork(size: 8, arguments: "width=8,depth=2-2,heads=1-2,window=2")
        ),
        (
            ["park_swin"],
            SmallNetwork(
                size: 16,
                arguments: "width=8-8-8-8,depth=2-2-2-2,heads=1-1-1-1,hidden=16-16-16-16,"
                    + "head_width=8,window=2")
        ),
        (
            ["mixer"],
            SmallNetwork(
                size: 8, arguments: "patch=4,width=12,depth=2,token_hidden=8,hidden=24")
        ),
        (
            ["alternet"],
            SmallNetwork(size: 8, arguments: "blocks=1-2-1-1,attention=0-1-0-0,head_width=8")
        ),
        (["cait"], SmallNetwork(size: 8, arguments: "patch=4,width=16,depth=2,heads=2")),
        (["resmlp"], SmallNetwork(size: 8, arguments: "patch=4,width=16,depth=2")),
    ]
}
