import Foundation
import Testing

/// What is foreseen of the memory is what is taken.
@Suite struct MemoryTests {
    private static let small = [
        "--model", Sample.network, "--weights", "initial", "--data", Sample.images, "--first", "4",
        "--threads", "2",
    ]
    private static let middling = [
        "--model", "resnet50,classes=10,size=64", "--weights", "initial", "--data",
        "synthetic:size=64,classes=10,count=8", "--first", "4", "--threads", "2",
    ]

    /// The largest resident size of a run and what it foresaw, both in bytes.
    private func measured(_ arguments: [String]) throws -> (peak: Double, foreseen: Double) {
        let folder = try Folder()
        let process = try Program.start(arguments + ["--out", "result"], in: folder.url)
        let status = URL(fileURLWithPath: "/proc/\(process.processIdentifier)/status")
        var peak = 0.0
        while process.isRunning {
            let text = (try? String(contentsOf: status, encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
            peak = max(peak, kibibytes.flatMap { Double($0) } ?? 0)
            usleep(2000)
        }
        process.waitUntilExit()
        let outcome = try Program.outcome(of: process, in: folder.url, name: "run")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let said = outcome.output.components(separatedBy: "memory foreseen: ").last ?? ""
        let words = said.prefix { $0 != ":" }.split(separator: " ")
        let units = ["KiB": 0x1p10, "MiB": 0x1p20, "GiB": 0x1p30]
        let unit = try #require(words.count == 2 ? units[String(words[1])] : nil)
        return (peak * 0x1p10, try #require(Double(words[0])) * unit)
    }

    @Test(arguments: [
        ["hessian", "product", "--vector", "random"],
        ["hessian", "eigenvalues", "--method", "lanczos", "--top", "1", "--max-iterations", "8"],
        ["landscape", "--dimensions", "1", "--points", "3", "--no-certify"],
    ])
    func peakIsForeseen(_ command: [String]) throws {
        // What every run takes, whatever it computes.
        let least = try measured(command + Self.small)
        let base = least.peak - least.foreseen
        #expect(base > 0 && base < 0x1p27)
        let (peak, foreseen) = try measured(command + Self.middling)
        let share = (peak - base) / foreseen
        #expect(share > 0.6 && share < 1.3, "\(peak) of \(foreseen) bytes beside \(base)")
    }

    @Test(arguments: [
        ["hessian", "spectrum", "--batch-size", "4", "--top", "1"], ["lesion"], ["evaluate"],
        ["variance"],
        ["landscape", "--points", "3"],
    ])
    func everyLongCommandForeseesIt(_ command: [String]) throws {
        #expect(try measured(command + Self.small).foreseen > 0)
    }

    @Test func trainingForeseesIt() throws {
        let training = [
            "train", "--model", Sample.network, "--data", Sample.images, "--batch-size", "16",
            "--epochs", "1", "--no-test",
        ]
        #expect(try measured(training).foreseen > 0)
    }
}
