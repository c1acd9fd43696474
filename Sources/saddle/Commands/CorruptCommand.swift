import ArgumentParser
import Datasets
import Foundation
import Robustness
import Storage
import Studies

/// `saddle corrupt`: corrupted images as a file.
struct CorruptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corrupt",
        abstract: "Store corrupted images as a file that --data tensors:FILE takes.",
        discussion: """
            Example: saddle corrupt fog 3 --data cifar10:DIR --out fog3.safetensors

            The images are those that `saddle robustness` measures with the same --seed.
            """)

    @Argument(help: "The name of a corruption of CIFAR-10-C.")
    var corruption: String

    @Argument(help: "The severity, from 1 to 5.")
    var severity: Int

    @OptionGroup(title: "Data") var data: DataOptions

    @Option(help: "Seeds the corruption.")
    var seed: UInt64 = 0

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        try NumberRange("SEVERITY", Corruption.severities).check(severity)
    }

    func run() throws {
        guard let corruption = Corruption.named(corruption) else {
            throw UsageError(
                "corrupt", corruption,
                "there is no such corruption; expected "
                    + Corruption.all.map(\.name).joined(separator: ", "))
        }
        let source = try data.source()
        let images = try source.load(data.split ?? .test)
        guard images.pixels.areGreyLevels else {
            throw UsageError(
                "--data", images.source, "corruptions are of grey levels; give images as uint8")
        }
        let chosen = try data.selection().indices(in: images, seed: seed)
        let path = output.out ?? "\(corruption.name)-\(severity).safetensors"
        let report = output.report
        report.say(
            "saddle corrupt",
            [
                ("data", "\(images.source), \(chosen.count) images"),
                ("corruption", "\(corruption.name), severity \(severity), seed \(seed)"),
                ("out", path),
            ])
        let file = try output.file(path, inputs: source.paths(of: images.files))
        let image = try MadeCorruptions(seed: seed).set(corruption, severity: severity, of: images)
        let start = ContinuousClock.now
        let progress = ProgressLine("corrupt", unit: "image", total: chosen.count)
        var bytes: [UInt8] = []
        progress.watching {
            for index in chosen {
                bytes += image(index)
                progress.advance()
            }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let tensors = [
            try StoredTensor(
                name: "images",
                shape: [chosen.count, images.channels, images.height, images.width],
                elementType: .uint8, bytes: bytes)
        ] + [try labels(images, chosen)]
        try file.replace {
            try Safetensors.write(
                $0, tensors: tensors,
                metadata: [
                    "saddle_version": Experiment.version, "command_line": CommandText.current,
                ])
        }
        report.say(
            "stored \(path): \(chosen.count) images, "
                + String(format: "%.0f images/s", Double(chosen.count) / seconds))
        report.document(
            [
                "command": "corrupt", "out": .text(path), "images": .integer(chosen.count),
                "seconds": .number(seconds),
            ])
    }

    private func labels(_ images: LabelledImages, _ chosen: [Int]) throws -> StoredTensor {
        switch images.labels {
        case .classes(let classes):
            try StoredTensor(
                name: "labels", shape: [chosen.count], integers: chosen.map { Int64(classes[$0]) })
        case .soft(let rows):
            try StoredTensor(
                name: "labels", shape: [chosen.count, images.classCount],
                doubles: chosen.flatMap {
                    rows[$0 * images.classCount..<($0 + 1) * images.classCount]
                })
        }
    }
}
