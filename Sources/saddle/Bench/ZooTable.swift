import Foundation
import Networks
import Records
import Results

/// The table of `saddle bench --zoo`: every network of the registry, each computation in a process
/// of its own, so that a row's memory is its own.
struct ZooTable {
    private let command: BenchCommand
    /// The networks with their arguments.
    private let models: [String]
    private let operations: [BenchOperation]
    private let batches: [Int]

    private static let columns: [(title: String, width: Int)] = [
        ("network", 44), ("operation", 9), ("batch", 5), ("seconds", 9), ("compile", 7),
        ("GFLOP/s", 7), ("share", 6), ("MiB", 6),
    ]

    /// - Throws: `UsageError` where no network has the name that is asked for.
    init(_ command: BenchCommand) throws {
        self.command = command
        let names = ModelRegistry.definitions.map(\.name)
        let chosen = names.filter { command.only.map($0.contains) ?? true }
        guard !chosen.isEmpty else {
            throw UsageError(
                "--only", command.only ?? "", "no network has such a name; see `saddle models`")
        }
        models = chosen.map { name in command.with.map { "\(name),\($0)" } ?? name }
        operations =
            command.chosenOperation.map { [$0] } ?? [.forward, .gradient, .hessianProduct]
        batches = command.chosenBatch.map { [$0] } ?? [2, 16]
    }

    func run(_ report: Report) throws {
        let limit = try command.productRate()
        report.say(String(format: "limit: %.1f GFLOP/s in products", limit))
        say(report, Self.columns.map(\.title))
        var rows: [JSONValue] = []
        for model in models {
            for operation in operations {
                for batch in batches {
                    rows.append(try row(model, operation, batch, limit, report))
                }
            }
        }
        report.document(
            .object([("command", "bench"), ("machine_gflop_per_s", .number(limit)), ("rows", .array(rows))]))
    }

    /// Measures a row and says it at once.
    private func row(
        _ model: String, _ operation: BenchOperation, _ batch: Int, _ limit: Double,
        _ report: Report
    ) throws -> JSONValue {
        let outcome = try measure(model, operation, batch, limit)
        let cells = [model, operation.rawValue, "\(batch)"]
        var members: [(name: String, value: JSONValue)] = [
            ("model", .text(model)), ("op", .text(operation.rawValue)), ("batch", .integer(batch)),
        ]
        guard let numbers = outcome.numbers else {
            say(report, cells + [outcome.error])
            return .object(members + [("error", .text(outcome.error))])
        }
        func number(_ name: String) -> Double { numbers[name] as? Double ?? .nan }
        let seconds = number("seconds_median")
        say(
            report,
            cells + [
                String(format: "%.4f", seconds),
                String(format: "%.2f", number("seconds_to_compile")),
                String(format: "%.1f", number("gflop_per_s")),
                Readable.percentage(number("share_of_products")),
                String(format: "%.0f", number("peak_rss_mb")),
            ])
        members += [
            "gflop", "seconds_median", "seconds_min", "seconds_max", "seconds_to_compile",
            "gflop_per_s", "share_of_products",
        ].map { ($0, .number(number($0))) }
        members.append(("peak_rss_mb", (numbers["peak_rss_mb"] as? Int).map { .integer($0) } ?? .null))
        return .object(members)
    }

    /// The document of one row, or the last line that its process left on standard error.
    private func measure(
        _ model: String, _ operation: BenchOperation, _ batch: Int, _ limit: Double
    ) throws -> (numbers: [String: Any]?, error: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [
            "bench", "--model", model, "--op", operation.rawValue, "--batch", "\(batch)",
            "--repeat", "\(command.repetitions)", "--threads", "\(command.threads)",
            "--batch-norm", command.batchNorm.rawValue, "--limit", "\(limit)", "--json",
        ]
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        // Both are a few lines: neither pipe fills up while the other is read.
        let document = output.fileHandleForReading.readDataToEndOfFile()
        let lines = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = try? JSONSerialization.jsonObject(with: document) as? [String: Any]
        let end = process.terminationReason == .exit ? "status" : "signal"
        return (
            process.terminationStatus == 0 ? numbers : nil,
            lines.split(separator: "\n").last.map(String.init)
                ?? "ended with \(end) \(process.terminationStatus)"
        )
    }

    private func say(_ report: Report, _ cells: [String]) {
        let line = zip(cells, Self.columns).enumerated().map { index, pair in
            let space = String(repeating: " ", count: max(0, pair.1.width - pair.0.count))
            return index == 0 ? pair.0 + space : space + pair.0
        }
        report.say(line.joined(separator: "  "))
    }
}
