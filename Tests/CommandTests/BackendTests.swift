import Foundation
import Storage
import Testing

/// Every command on the plain loops of the reference backend, whose numbers the CPU's must equal.
@Suite struct BackendTests {
    static let convolutional = "resnet,depth=8,width=4,classes=4,size=8"
    static let transformer = "vit,size=8,patch=4,width=12,depth=2,heads=2,classes=4"
    static let images = "synthetic:size=8,classes=4,count=16"

    static let landscape = ["landscape", "--grid", "3x3", "--l2", "0.01", "--out", "result.h5"]
    static let lesion = ["lesion", "--out", "result.h5"]
    /// Tolerances are far above rounding, which therefore does not decide when iterations end.
    static let lanczos = [
        "hessian", "eigenvalues", "--method", "lanczos", "--top", "2", "--tolerance", "1e-3",
        "--out", "result.h5",
    ]
    static let spectrum = [
        "hessian", "spectrum", "--batch-sizes", "2,4", "--batches", "2", "--top", "2",
        "--l2", "0.5", "--out", "result.h5",
    ]
    static let product = [
        "hessian", "product", "--vector", "random", "--out", "result.safetensors",
    ]
    static let training = [
        "train", "--epochs", "1", "--batch-size", "4", "--lr", "0.01", "--augment", "standard",
        "--out", "result.safetensors",
    ]
    static let commands = [
        ["evaluate"], ["predict", "--out", "result.safetensors"], training, landscape, lanczos,
        [
            "hessian", "eigenvalues", "--top", "2", "--l2", "0.01", "--out", "result.h5",
        ],
        spectrum, product, lesion,
    ]
    static let cases = commands.flatMap { [(convolutional, $0), (transformer, $0)] }
        + ["batch", "recalibrated"].flatMap { mode in
            [["evaluate"], landscape, lesion].map {
                (convolutional, $0 + ["--batch-norm", mode, "--batch-size", "4"])
            }
        }
        + [lanczos, spectrum, product].map { (convolutional, $0 + ["--batch-norm", "batch"]) }

    /// What the machine decides, and differences of a loss with kinks, which measure rounding.
    static let ignored: Set<String> = [
        "command_line", "backend", "seconds", "program_seconds", "difference", "difference_error",
        "relative_error", "largest_relative_error",
    ]

    /// Weights, directions and Krylov bases in double, where programs run in single precision.
    @Test(arguments: [convolutional, transformer], [landscape, lanczos, spectrum])
    func doubleVectorsGiveTheSame(_ model: String, _ command: [String]) throws {
        let flags = command + [
            "--model", model, "--data", Self.images, "--weights", "initial", "--first", "8",
        ]
        let comparison = DocumentComparison(
            tolerance: 1e-5, ignored: Self.ignored.union(["vectors", "weights_sha256"]))
        let results = try [[], ["--vectors", "f64"]].map { vectors in
            try Folder(inMemory: true).document(flags + vectors)
        }
        let found = comparison.differences(results[0], results[1])
        #expect(found.isEmpty, "\(found.prefix(10).joined(separator: "\n"))")
        let run = results[1]["run"] as? [String: Any]
        #expect((run?["settings"] as? [String: Any])?["vectors"] as? String == "f64")
    }

    @Test(arguments: cases, [("f32", 1e-4), ("f64", 1e-9)])
    func referenceEqualsTheCPU(
        _ work: (model: String, command: [String]), _ precision: (name: String, tolerance: Double)
    ) throws {
        var flags = work.command
            + ["--model", work.model, "--data", Self.images, "--threads", "2"]
            + ["--precision", precision.name]
        if work.command != Self.training { flags += ["--weights", "initial", "--first", "8"] }
        let comparison = DocumentComparison(
            tolerance: precision.tolerance, ignored: Self.ignored)
        let results = try ["cpu", "reference"].map { backend in
            let folder = try Folder(inMemory: true)
            var result = try folder.document(flags + ["--backend", backend])
            guard folder.contains("result.safetensors") else { return result }
            for tensor in try Checkpoint.read(folder.path("result.safetensors")).tensors {
                result["stored \(tensor.name)"] = tensor.doubles()
            }
            return result
        }
        let found = comparison.differences(results[0], results[1])
        #expect(found.isEmpty, "\(found.prefix(10).joined(separator: "\n"))")
    }
}
