import Execution
import Networks
import Testing

@testable import Autodiff

/// How examples are dealt to groups and workers changes no result.
@Suite struct GroupAgreementTests {
    /// A split of the examples, and how many groups' residuals fit into memory.
    struct Split: Sendable, CustomTestStringConvertible {
        var groups: Int
        var workers: Int
        var kept: Int?

        var testDescription: String {
            "\(groups) groups, \(workers) workers, \(kept.map(String.init) ?? "all") kept"
        }
    }

    static let splits = [
        Split(groups: 1, workers: 1), Split(groups: 1, workers: 1, kept: 0),
        Split(groups: 3, workers: 1), Split(groups: 3, workers: 2),
        Split(groups: 3, workers: 2, kept: 0), Split(groups: 11, workers: 2, kept: 4),
        // What is left for fewer groups than workers is done by teams, of two or three here.
        Split(groups: 1, workers: 2), Split(groups: 1, workers: 3, kept: 0),
        Split(groups: 3, workers: 4, kept: 1), Split(groups: 11, workers: 4, kept: 9),
        // More groups than are added up in the working precision; of two workers one has more.
        Split(groups: 33, workers: 1), Split(groups: 33, workers: 1, kept: 7),
        Split(groups: 33, workers: 2), Split(groups: 33, workers: 2, kept: 0),
    ]

    /// Class tokens and position embeddings are broadcast to the examples, drop-path masks follow
    /// the examples' numbers, running statistics are shared.
    static let networks = [
        "vit,size=8,patch=4,width=12,depth=2,heads=3",
        "vit,size=8,patch=4,width=12,depth=2,heads=3,drop_path=0.3,distillation=deit",
        "resnet,depth=8,size=8,width=4",
        // Convolutions in channel blocks, through tiles where there are enough images.
        "resnet,depth=8,size=8,width=16",
        // Depthwise convolutions and channel blocks with lanes over.
        "mobilenet,size=8,width_factor=0.13",
    ]

    private static let total = 33

    private static func options(_ name: String) -> TraceOptions {
        var options = TraceOptions()
        if name.contains("drop_path") { options.mode = .training }
        return options
    }

    private func run(
        _ network: GroupedNetwork, _ split: Split, shards: Int = 1, _ machine: some Machine
    ) throws -> [String: [Double]] {
        let residuals = try network.residualBytes(machine, shards: shards)
        let program = try machine.program(
            network.graph,
            ProgramDemand(
                groups: split.groups, workers: split.workers, shards: shards,
                memoryBudget: split.kept.map { $0 * residuals }))
        if let kept = split.kept, residuals > 0 {
            let own = (kept - kept % shards) * residuals
            #expect(program.memory.residuals == own)
        }
        try network.load(program)
        try program.runPoint()
        let ofPoint = try network.results(program, ofProduct: false)
        try program.runProduct()
        let ofProduct = try network.results(program, ofProduct: true)
        // The residuals outlive a product, and the order of sums is fixed.
        try program.runProduct()
        #expect(try network.results(program, ofProduct: true) == ofProduct)
        return ofPoint.merging(ofProduct) { $1 }
    }

    @Test(arguments: networks) func groupsAndWorkers(name: String) throws {
        let options = Self.options(name)
        let whole = try GroupedNetwork(
            name, size: Self.total, total: Self.total, options: options)
        let expected = try whole.reference(group: 0)
        for split in Self.splits {
            let network = try GroupedNetwork(
                name, size: Self.total / split.groups, total: Self.total, options: options)
            let double = differences(
                try run(network, split, Self.double), expected, tolerance: 1e-12)
            #expect(double.isEmpty, "\(split.testDescription): \(double)")
            let float = differences(
                try run(network, split, Self.single), expected, tolerance: 3e-5)
            #expect(float.isEmpty, "\(split.testDescription), single precision: \(float)")
        }
    }

    private static let double = CPUMachine(precision: .double)
    private static let single = CPUMachine(precision: .single)

    /// The reference deals its groups to workers, too.
    @Test(arguments: [(1, 1), (3, 1), (3, 2), (11, 4)])
    func groupsOfTheReference(groups: Int, workers: Int) throws {
        let (name, options) = (Self.networks[1], Self.options(Self.networks[1]))
        let expected = try GroupedNetwork(
            name, size: Self.total, total: Self.total, options: options
        ).reference(group: 0)
        let network = try GroupedNetwork(
            name, size: Self.total / groups, total: Self.total, options: options)
        let found = differences(
            try run(network, Split(groups: groups, workers: workers), ReferenceMachine()),
            expected, tolerance: 1e-12)
        #expect(found.isEmpty, "\(found)")
    }

    /// Sums of a product take the place of those of its point, which then cannot be asked for.
    @Test(arguments: [CPUMachine(precision: .double), ReferenceMachine()] as [any Machine])
    func sharedSums(machine: any Machine) throws {
        let network = try GroupedNetwork(Self.networks[0], size: 11, total: Self.total)
        let program = try machine.program(network.graph, ProgramDemand(groups: 3, workers: 2))
        try network.load(program)
        let sums = Set(network.graph.outputs.filter { $0.combination == .sum }.map(\.name))
        let gradients = network.names(ofProduct: false).filter(sums.contains)
        let products = network.names(ofProduct: true)
        var expected: [String: [Double]] = [:]
        for _ in 0..<2 {
            try program.runPoint()
            let ofPoint = try network.results(program, ofProduct: false)
            #expect(throws: ExecutionError.overwrittenOutput(name: products[0])) {
                try program.output(products[0])
            }
            try program.runProduct()
            let ofProduct = try network.results(program, ofProduct: true)
            #expect(throws: ExecutionError.overwrittenOutput(name: gradients[0])) {
                try program.vector(of: gradients, times: 1, storage: .double, addedTo: nil)
            }
            let all = ofPoint.merging(ofProduct) { $1 }
            #expect(expected.isEmpty || all == expected)
            expected = all
        }
    }

    /// Two minibatches of twelve whose statistics run over shards on two workers.
    @Test(arguments: [nil, 0, 1, 2, 3, 4] as [Int?])
    func statisticsOverShards(kept: Int?) throws {
        let name = "resnet,depth=8,size=8,width=4"
        var options = TraceOptions()
        options.batchNormalization = .batch
        let whole = try GroupedNetwork(name, size: 12, total: 24, options: options)
        var expected = try whole.reference(group: 0)
        for (key, values) in try whole.reference(group: 1) {
            let isRow = key == "losses" || key == "logits"
            expected[key] = isRow
                ? (expected[key] ?? []) + values : zip(expected[key] ?? [], values).map(+)
        }
        let oneWorker = Split(groups: 2, workers: 1, kept: kept.map { $0 / 2 })
        let alone = differences(
            try run(whole, oneWorker, Self.double), expected, tolerance: 1e-12)
        #expect(alone.isEmpty, "\(alone)")

        let halves = try GroupedNetwork(name, size: 6, total: 24, options: options)
        let split = Split(groups: 4, workers: 2, kept: kept)
        let sharded = differences(
            try run(halves, split, shards: 2, Self.double), expected, tolerance: 1e-12)
        #expect(sharded.isEmpty, "\(sharded)")
        let single = differences(
            try run(halves, split, shards: 2, Self.single), expected, tolerance: 1e-4)
        #expect(single.isEmpty, "\(single)")
        let reference = differences(
            try run(halves, split, shards: 2, ReferenceMachine()), expected, tolerance: 1e-12)
        #expect(reference.isEmpty, "\(reference)")
    }
}
