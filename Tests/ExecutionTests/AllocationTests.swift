import AllocationCounter
import Execution
import Networks
import Synchronization
import Testing

@testable import Autodiff

/// A compiled program owns all memory that it needs, so running it again allocates nothing but what
/// the libraries below take for themselves.
@Suite struct AllocationTests {
    private final class Total: Sendable {
        let count = Atomic<Int>(0)
    }

    /// How many blocks all workers allocate in a few runs of what has run before.
    private func allocations(
        _ name: String, workers: Int, kept: Int?, _ precision: Precision
    ) throws -> Int {
        let network = try GroupedNetwork(name, size: 2, total: 8)
        let machine = CPUMachine(precision: precision)
        let residuals = try network.residualBytes(machine)
        let program = try machine.program(
            network.graph,
            ProgramDemand(
                groups: 4, workers: workers, memoryBudget: kept.map { $0 * residuals }))
        try network.load(program)
        try program.runPoint()
        try program.runProduct()
        let total = Total()
        try program.onEachWorker { _ in allocation_count_begin() }
        for _ in 0..<3 {
            try program.runPoint()
            try program.runProduct()
        }
        try program.onEachWorker { _ in
            total.count.add(Int(allocation_count_end()), ordering: .relaxed)
        }
        return total.count.load(ordering: .relaxed)
    }

    @Test func counterCounts() {
        allocation_count_begin()
        let values = (0..<100).map { Array(repeating: $0, count: 10) }
        #expect(allocation_count_end() >= 100)
        #expect(values.count == 100)
    }

    @Test(
        arguments: [
            "vit,size=8,patch=4,width=12,depth=2,heads=3", "resnet,depth=8,size=8,width=4",
            // In channel blocks and through tiles.
            "resnet,depth=8,size=16,width=16",
            // With grouped convolutions and lanes over.
            "mobilenet,size=8,width_factor=0.13",
        ],
        [nil, 1] as [Int?])
    func runsAllocateNothing(name: String, kept: Int?) throws {
        for workers in [1, 2, 3] {
            let double = try allocations(name, workers: workers, kept: kept, .double)
            #expect(double == 0, "\(workers) workers, double precision")
            let float = try allocations(name, workers: workers, kept: kept, .single)
            #expect(float == 0, "\(workers) workers, single precision")
        }
    }
}
