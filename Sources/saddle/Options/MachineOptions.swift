import ArgumentParser
import Execution
import Foundation

/// The machines that programs run on.
enum BackendName: String, ExpressibleByArgument, CaseIterable {
    case cpu
    case reference

    /// The machine for programs of the given precision.
    func machine(_ precision: Precision, threads: Int) -> any Machine {
        switch self {
        case .cpu: CPUMachine(precision: precision, threads: threads)
        case .reference: ReferenceMachine(precision: precision, threads: threads)
        }
    }
}

/// The seed of everything random, and what of the machine may be used.
struct MachineOptions: ParsableArguments {
    @Option(help: "Seeds draws, directions and start vectors.")
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp("Threads that run at a time; default: one per core.", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            """
            Into how many parts sums over examples are divided, on which their last bits depend; \
            default: as in the run that is gone on with, or --threads of them. Each takes working \
            memory of its own (8 for 2: 15% more) and no time; threads beyond them are idle.
            """, valueName: "n"))
    var workers: Int?

    @Option(
        help: """
            What programs run on: cpu, or reference, plain loops in double precision that check it \
            on small networks.
            """)
    var backend = BackendName.cpu

    @Option(
        help: ArgumentHelp(
            """
            Bytes for kept residuals and Krylov bases together, such as 4G or 60%; default: 60% of \
            what is free.
            """, valueName: "size"))
    var memory: String?

    /// The number of threads.
    var threadCount: Int { threads ?? max(ProcessInfo.processInfo.activeProcessorCount, 1) }

    func validate() throws {
        try NumberRange.threads.check(threads)
        try NumberRange.workers.check(workers)
        _ = try memoryBudget()
    }

    /// The budget in bytes.
    ///
    /// - Throws: `ValidationError` where the size makes no sense.
    func memoryBudget() throws -> Int {
        let free = AvailableMemory.bytes()
        guard let memory else { return free / 10 * 6 }
        let digits = memory.prefix { $0.isNumber || $0 == "." }
        let unit = memory.dropFirst(digits.count).lowercased()
        let factors: [String: Double] = [
            "": 1, "b": 1, "k": 0x1p10, "m": 0x1p20, "g": 0x1p30, "t": 0x1p40, "kib": 0x1p10,
            "mib": 0x1p20, "gib": 0x1p30, "tib": 0x1p40, "%": Double(free) / 100,
        ]
        guard let value = Double(digits), let factor = factors[unit], value * factor < 0x1p60 else {
            throw ValidationError(
                "--memory \(memory): expected a number of bytes such as 512M or 4G, or a share of"
                    + " the free memory such as 60%")
        }
        return Int(value * factor)
    }
}
