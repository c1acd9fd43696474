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

            GFLOP are those of products and convolutions, counted alike for every program; the \
            share is that of the rate at which oneDNN multiplies matrices on all workers, \
            measured in the same run. Operations: \
            \(BenchOperation.allCases.map(\.rawValue).joined(separator: ", ")).
            """)

    @Option(help: "The network: \(Workload.allCases.map(\.rawValue).joined(separator: ", ")).")
    var workload = Workload.vitTiny
    @Option(name: .customLong("op"), help: "What is timed.")
    var operation = BenchOperation.hessianProduct
    @Option(help: "Images of the minibatch.")
    var batch = 4
    @Option(help: "Times that are measured; the median counts.")
    var `repeat` = 7
    @Option(name: .customLong("batch-norm"), help: "running or batch.")
    var batchNorm = BatchNormMode.running
    @Option(help: "Workers side by side; default: one per core.")
    var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "The network by its registry name, in place of the workload's.")
    var model: String?
    @Option(name: .customLong("residuals"), help: "MiB for kept residuals; default: all.")
    var residualMegabytes: Int?
    @Option(help: "Images that a worker takes at a time; default: by the network's activations.")
    var groupSize: Int?
    @Flag(help: "List what share of the time each kind of kernel takes.")
    var profile = false
    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        try NumberRange.batch.check(batch)
        try NumberRange.repeat.check(`repeat`)
        try NumberRange.threads.check(threads)
        try NumberRange.residuals.check(residualMegabytes)
        try NumberRange.groupSize.check(groupSize)
    }

    func run() throws {
        let measurement = try BenchMeasurement(self)
        let report = Report(isJSON: json)
        let limit = try MachineRate.singlePrecision(workers: threads)
        measurement.tell(report, limit: limit)
        if profile { report.say(table: try measurement.profileTable()) }
    }
}
