import ArgumentParser
import Execution
import Foundation
import Training

/// `saddle bench`: how long the computations take, and what share of the machine they reach.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time one computation and state the share of the machine's product rate.",
        discussion: """
            Example: saddle bench --workload vit_ti --op hvp --batch 4 --json
                     saddle bench --zoo --only resnet --batch 2
                     saddle bench --layers --only depthwise

            GFLOP are those of products and convolutions, counted alike for every program; the \
            share is that of the rate at which oneDNN multiplies matrices on all workers, \
            measured in the same run. Operations: \
            \(BenchOperation.allCases.map(\.rawValue).joined(separator: ", ")).
            """)

    @Option(help: "The network: \(Workload.allCases.map(\.rawValue).joined(separator: ", ")).")
    var workload = Workload.vitTiny
    @Option(name: .customLong("op"), help: "What is timed; default: hvp.")
    var chosenOperation: BenchOperation?
    @Option(name: .customLong("batch"), help: "Images of the minibatch; default: 4.")
    var chosenBatch: Int?
    @Option(name: .customLong("repeat"), help: "Times that are measured; the median counts; default: 7, with --zoo 3.")
    var chosenRepeat: Int?
    @Option(name: .customLong("batch-norm"), help: "running or batch.")
    var batchNorm = BatchNormMode.running
    @Option(help: "Workers side by side; default: one per core.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "The network by its registry name, in place of the workload's; default: that.")
    var model: String?
    @Option(name: .customLong("residuals"), help: "MiB for kept residuals; default: all.")
    var residualMegabytes: Int?
    @Option(help: "Images that a worker takes at a time; default: by the network's activations.")
    var groupSize: Int?
    @Option(help: "GFLOP/s that rates are held against; default: measured.")
    var limit: Double?
    @Flag(help: "List what share of the time each kind of kernel takes.")
    var profile = false
    @Flag(
        help: """
            Every network of the registry, by default with forward, gradient and hvp at batches 2 \
            and 16, each in a process of its own.
            """)
    var zoo = false
    @Option(help: "With --zoo: arguments that each network gets, such as size=224,classes=1000; default: none.")
    var with: String?
    @Flag(help: "Single layers of many shapes, and which of them fall below their floor.")
    var layers = false
    @Option(help: "Of --zoo or --layers those whose names hold this text; default: all.")
    var only: String?
    @Flag(help: "Print one JSON document.")
    var json = false

    var operation: BenchOperation { chosenOperation ?? .hessianProduct }
    var batch: Int { chosenBatch ?? 4 }
    var repetitions: Int { chosenRepeat ?? (zoo ? 3 : 7) }

    func validate() throws {
        try NumberRange.batch.check(batch)
        try NumberRange.repeat.check(repetitions)
        try NumberRange.threads.check(threads)
        try NumberRange.residuals.check(residualMegabytes)
        try NumberRange.groupSize.check(groupSize)
        if let limit, !(limit > 0) { throw ValidationError("--limit \(limit): expected above 0") }
        if zoo && layers { throw ValidationError("--zoo and --layers: choose one of them") }
        if only != nil && !zoo && !layers {
            throw ValidationError("--only: expected with --zoo or --layers")
        }
        if with != nil && !zoo { throw ValidationError("--with: expected with --zoo") }
    }

    func run() throws {
        let report = Report(isJSON: json)
        if layers { return try LayerSweep(only: only).run(report) }
        if zoo { return try ZooTable(self).run(report) }
        let measurement = try BenchMeasurement(self)
        measurement.tell(report, limit: try productRate())
        if profile { report.say(table: try measurement.profileTable()) }
    }

    /// The rate that others are held against, in GFLOP/s on all workers.
    func productRate() throws -> Double {
        try limit ?? MachineRate.singlePrecision(workers: threads)
    }
}
