import Testing

@testable import Autodiff
@testable import Execution

/// What a program takes and gives, on each machine.
@Suite struct MachineProgramTests {
    static let machines: [any Machine] = [
        CPUMachine(precision: .single), CPUMachine(precision: .double),
        ReferenceMachine(precision: .single), ReferenceMachine(precision: .double),
    ]

    /// Filters in channel blocks, whose gradients are packed in single precision.
    private static let name = "resnet,depth=8,size=8,width=16"

    private func program(
        _ machine: any Machine, groups: Int = 3, workers: Int = 2
    ) throws -> (GroupedNetwork, any MachineProgram) {
        let network = try GroupedNetwork(Self.name, size: 2, total: 2 * groups)
        let program = try machine.program(
            network.graph, ProgramDemand(groups: groups, workers: workers))
        try network.load(program)
        return (network, program)
    }

    private func sums(_ network: GroupedNetwork) -> [String] {
        network.names(ofProduct: false).filter { $0.hasPrefix("gradient") }
    }

    /// Over 33 groups the processor's sums go on in double precision.
    @Test(
        arguments: machines.map { ($0, 3) } + [
            (CPUMachine(precision: .single), 33), (CPUMachine(precision: .double), 33),
        ])
    func vectorsOfResults(machine: any Machine, groups: Int) throws {
        let (network, program) = try program(machine, groups: groups)
        try program.runPoint()
        let names = sums(network)
        let plain = try names.flatMap { try program.output($0) }
        let largest = plain.map(abs).max() ?? 0
        for storage in Precision.allCases {
            let vector = try program.vector(
                of: names, times: 0.25, storage: storage, addedTo: nil)
            #expect(vector == ParameterVector(plain.map { 0.25 * $0 }, storage: storage))
            // A power of two makes the products exact: the sum is rounded once to the storage.
            let added = try program.vector(
                of: names, times: -2, storage: storage, addedTo: vector)
            let isRoundedOnce = zip(added, zip(vector, plain)).allSatisfy { found, terms in
                let exact = terms.0 - 2 * terms.1
                // In double the workers' sums are added one after another.
                return storage == .single
                    ? found == Double(Float(exact)) : abs(found - exact) <= 1e-15 * largest
            }
            #expect(isRoundedOnce)
            let converted = try program.vector(
                of: names, times: 0, storage: storage,
                addedTo: vector.stored(in: storage == .single ? .double : .single))
            #expect(converted.storage == storage)
        }
    }

    /// What is added to is moved, not copied: it is as long as the parameters.
    @Test(arguments: Precision.allCases)
    func sumsGrowInPlace(storage: Precision) throws {
        let (network, program) = try program(CPUMachine())
        try program.runPoint()
        let names = sums(network)
        func address(_ vector: ParameterVector) -> UnsafeRawPointer? {
            var place: UnsafeRawPointer?
            vector.withStretch(0..<1) {
                switch $0 {
                case .single(let base): place = UnsafeRawPointer(base)
                case .double(let base): place = UnsafeRawPointer(base)
                }
            }
            return place
        }
        var total: ParameterVector? = try program.vector(
            of: names, times: 1, storage: storage, addedTo: nil)
        let before = total.flatMap(address)
        for _ in 0..<3 {
            total = try program.vector(
                of: names, times: 1, storage: storage, addedTo: total.take())
        }
        #expect(before != nil && total.flatMap(address) == before)
    }

    /// Weights and vector from stretches of a flat vector, in either storage.
    @Test(arguments: machines)
    func inputsFromAVector(machine: any Machine) throws {
        let (network, program) = try program(machine)
        try program.runPoint()
        try program.runProduct()
        let expected = try network.results(program, ofProduct: true)
        for storage in Precision.allCases {
            for role in [InputRole.parameter, .vector] {
                let inputs = network.graph.inputs.filter { $0.role == role }
                var (flat, stretches): ([Double], [(Graph.Input, Range<Int>)]) = ([], [])
                for input in inputs.reversed() {
                    let values = network.inputs[input.name] ?? []
                    stretches.append((input, flat.count..<flat.count + values.count))
                    // What single precision does not hold would differ.
                    flat += storage == .single ? values.map { Double(Float($0)) } : values
                }
                try program.set(stretches, from: ParameterVector(flat, storage: storage))
            }
            try program.runPoint()
            try program.runProduct()
            let found = try network.results(program, ofProduct: true)
            if machine.precision == .single || storage == .double {
                #expect(found == expected)
            } else {
                #expect(differences(found, expected, tolerance: 1e-4).isEmpty)
            }
        }
    }

    /// A vector that is read where it lies, or was rounded before, gives the same product; so does
    /// a program that returns the vector itself.
    @Test(arguments: machines, Precision.allCases)
    func productsAlongAVector(machine: any Machine, storage: Precision) throws {
        let network = try GroupedNetwork("resnet,depth=8,size=8,width=4", size: 2, total: 6)
        let inputs = network.graph.inputs.filter { $0.role == .vector }
        let values = inputs.map { network.inputs[$0.name] ?? [] }
        var end = 0
        let stretches = zip(inputs, values).map { input, values in
            defer { end += values.count }
            return (input: input, range: end..<end + values.count)
        }
        let flat = ParameterVector(values.flatMap { $0.map { Double(Float($0)) } }, storage: storage)
        func products(_ graph: Graph, vectors: Precision?) throws -> [String: [Double]] {
            let program = try machine.program(
                graph, ProgramDemand(groups: 3, workers: 2, vectors: vectors))
            try network.load(program, vector: false)
            try program.runPoint()
            try program.runProduct(along: stretches, of: flat)
            return try network.results(program, ofProduct: true)
        }
        let expected = try products(network.graph, vectors: nil)
        #expect(try products(network.graph, vectors: .single) == expected)
        #expect(try products(network.graph, vectors: .double) == expected)
        #expect(try products(network.graph, vectors: machine.precision) == expected)

        let builder = GraphBuilder()
        let vector = builder.input("v", [3], role: .vector)
        let graph = builder.graph(
            outputs: [("vector", vector, .sum), ("double", try vector + vector, .sum)])
        let program = try machine.program(graph, ProgramDemand(vectors: machine.precision))
        try program.runPoint()
        try program.runProduct(
            along: [(graph.inputs[0], 0..<3)], of: ParameterVector([1, 2, 3], storage: storage))
        #expect(try program.output("vector") == [1, 2, 3])
        #expect(try program.output("double") == [2, 4, 6])
    }

    @Test(arguments: machines)
    func examplesInEitherPrecision(machine: any Machine) throws {
        let (network, program) = try program(machine)
        let inputs = network.graph.inputs.filter { $0.role == .examples }
        func losses(_ values: @escaping @Sendable ([Float]) -> ExampleInput.Values) throws
            -> [Double]
        {
            try program.setExamples { group in
                inputs.map {
                    ExampleInput($0, values(network.rows($0, group: group).map(Float.init)))
                }
            }
            try program.runPoint()
            return try program.output("losses")
        }
        let single = try losses { .single($0) }
        #expect(single.count == 6)
        #expect(try losses { .double($0.map(Double.init)) } == single)
    }

    @Test(arguments: machines)
    func inputsThatDoNotFitAreNamed(machine: any Machine) throws {
        let (network, program) = try program(machine)
        let input = try #require(network.graph.inputs.first { $0.role == .parameter })
        let misshapen = ExecutionError.misshapenInput(
            name: input.name, shape: input.shape, count: 1)
        #expect(throws: misshapen) { try program.set(input, [1]) }
        #expect(throws: misshapen) { try program.set([(input, 0..<1)], from: [1, 2]) }
        let images = try #require(network.graph.inputs.first { $0.role == .examples })
        #expect(throws: ExecutionError.self) {
            try program.setExamples { _ in [ExampleInput(images, .single([1]))] }
        }
        let foreign = Graph.Input(name: "foreign", role: .parameter, shape: [1], node: 1 << 20)
        #expect(throws: ExecutionError.self) { try program.set(foreign, [1]) }
        #expect(throws: ExecutionError.self) { try program.output("nothing") }
        struct Failure: Error {}
        #expect(throws: Failure.self) { try program.setExamples { _ in throw Failure() } }
    }

    @Test(arguments: machines)
    func memoryAndTime(machine: any Machine) throws {
        let (network, program) = try program(machine)
        let memory = program.memory
        let images = network.graph.inputs.filter { $0.role == .examples }.map(\.shape.count)
        #expect(memory.examples >= 3 * images.reduce(0, +) * machine.precision.bytes)
        #expect(memory.parameters > 0 && memory.working > 0)
        #expect(
            memory.total
                == memory.parameters + memory.examples + memory.residuals + memory.working)
        let before = program.seconds
        try program.runPoint()
        let between = program.seconds
        try program.runProduct()
        #expect(between > before && program.seconds > between)
    }

    /// Programs for the same workers share their threads, and each counts its own time.
    /// Statistics of a whole minibatch are taken of images only; elsewhere each worker would take
    /// those of its part without a word.
    @Test func statisticsThatWorkersCannotShareAreRefused() throws {
        func program(_ shape: Shape, _ axes: [Int], shards: Int, of role: InputRole) throws {
            let builder = GraphBuilder()
            let x = builder.input("x", shape, role: role)
            let y = try x.standardized(over: axes, epsilon: 1e-3)
            let graph = builder.graph(outputs: [("y", y, .concatenate)])
            _ = try CPUMachine().program(
                graph, ProgramDemand(groups: 2, workers: 2, shards: shards))
        }
        for (shape, axes) in [
            ([4, 6], [0]), ([4], [0]), ([4, 6], [0, 1]), ([4, 3, 2, 2], [0, 1]),
        ] as [(Shape, [Int])] {
            let error = #expect(throws: ExecutionError.self) {
                try program(shape, axes, shards: 2, of: .examples)
            }
            let expected = "standardization over axes \(axes) couples examples"
            #expect(error?.description.hasPrefix(expected) == true)
            try program(shape, axes, shards: 1, of: .examples)
        }
        try program([4, 3, 2, 2], [0, 2, 3], shards: 2, of: .examples)
        try program([4, 6], [1], shards: 2, of: .examples)
    }

    @Test func programsCountTheirOwnTime() throws {
        let machine = CPUMachine()
        let (_, first) = try program(machine)
        let (_, second) = try program(machine)
        let before = second.seconds
        try first.runPoint()
        #expect(second.seconds == before)
    }
}
