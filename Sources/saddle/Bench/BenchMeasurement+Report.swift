import Foundation
import Records
import Results

extension BenchMeasurement {
    /// Says the times and the share of the machine, or prints them as JSON.
    ///
    /// - Parameter limit: the rate of products that the machine reaches, in GFLOP/s.
    func tell(_ report: Report, limit: Double) {
        let rate = gigaOperations.map { $0 / watch.median }
        report.say(
            "saddle bench \(workload) \(command.operation.rawValue)"
                + (command.operation == .landscape ? "" : ", batch \(command.batch)"),
            [
                (
                    "timed",
                    "\(command.operation.text), \(Readable.count(images, "image")), f32, batch norm"
                        + " \(command.batchNorm.rawValue), \(Readable.count(command.threads, "thread"))"
                ),
                ("network", model),
                (
                    "median",
                    String(format: "%.4f s", watch.median) + " of \(watch.seconds.count) times"
                ),
                ("rate", rate.map { String(format: "%.1f GFLOP/s", $0) } ?? "not counted"),
                ("limit", String(format: "%.1f GFLOP/s in products", limit)),
                ("share", rate.map { Readable.percentage($0 / limit) } ?? "not counted"),
                ("first run", String(format: "%.2f s more, to compile", preparation)),
                ("peak memory", String(format: "%.0f MiB", peak)),
            ])
        report.document(
            .object(
                [
                    ("command", .text("bench")), ("program", .text("saddle")),
                    ("workload", .text(workload)), ("model", .text(model)),
                    ("op", .text(command.operation.rawValue)),
                    ("timed", .text(command.operation.text)), ("images", .integer(images)),
                    ("precision", .text("f32")), ("batch", .integer(command.batch)), ("threads", .integer(command.threads)),
                    ("repeat", .integer(command.repetitions)),
                    ("batchnorm", .text(command.batchNorm.rawValue)),
                    ("gflop", gigaOperations.map { .number($0) } ?? .null),
                    ("seconds_median", .number(watch.median)),
                    ("seconds_min", .number(watch.seconds.first ?? .nan)),
                    ("seconds_max", .number(watch.seconds.last ?? .nan)),
                    ("seconds_to_compile", .number(preparation)),
                    ("peak_rss_mb", .integer(Int(peak))),
                    ("gflop_per_s", rate.map { .number($0) } ?? .null),
                    ("machine_gflop_per_s", .number(limit)),
                    ("share_of_products", rate.map { .number($0 / limit) } ?? .null),
                ] + details))
    }

    /// The times of each kind of kernel, the headings first.
    ///
    /// - Throws: what running throws.
    func profileTable() throws -> [[String]] {
        let kernels = try profile()
        let total = kernels.map(\.seconds).reduce(0, +)
        return [["kernel", "count", "ms", "share", "GFLOP/s"]]
            + kernels.map {
                [
                    $0.name, "\($0.count)", String(format: "%.2f", $0.seconds * 1e3),
                    Readable.percentage($0.seconds / total),
                    $0.operations > 0
                        ? String(format: "%.0f", $0.operations / $0.seconds * 1e-9) : "",
                ]
            }
    }
}
