import Execution
import Golden
import Networks

@testable import Autodiff

/// A network's NLL with its gradient and a Hessian product, for groups of some examples each.
struct GroupedNetwork {
    let graph: Graph
    /// The number of examples in a group.
    let size: Int
    /// Every input of `total` examples, by name: shared ones once, examples one after another.
    let inputs: [String: [Double]]

    /// - Parameters:
    ///   - name: what the registry makes; the weights are functions of their keys.
    ///   - total: the number of examples in all groups together.
    init(
        _ name: String, size: Int, total: Int, options: TraceOptions = TraceOptions()
    ) throws {
        self.size = size
        let network = try ModelRegistry.network(name)
        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: size, options: options)
        let classes = network.classes
        let labels = builder.input("labels", [size, classes], role: .examples)
        let losses = try (trace.logits.logSoftmax() * labels).sum(over: [1]).scaled(by: -1)
        let parameters = trace.parameters.compactMap(\.tensor)
        let names = trace.parameters.map(\.name)
        let vector = zip(names, parameters).map {
            builder.input("v:\($0)", $1.shape, role: .vector)
        }
        let (gradient, product) = try builder.hessianVectorProduct(
            of: losses.sum(), at: parameters, vector: vector)
        graph = builder.graph(
            outputs: [("losses", losses, .concatenate), ("logits", trace.logits, .concatenate)]
                + zip(names, gradient).map { ("gradient of \($0)", $1, .sum) }
                + zip(names, product).map { ("product of \($0)", $1, .sum) })

        var inputs: [String: [Double]] = [:]
        for entry in trace.state where entry.tensor != nil {
            inputs[entry.name] =
                HashFill.tensor(
                    entry.name, shape: entry.shape.dimensions, trainable: entry.kind.isTrainable)
                ?? entry.initialization.sample(entry.shape, seed: 0, name: entry.name)
        }
        for (name, tensor) in zip(names, parameters) {
            inputs["v:\(name)"] = HashFill.symmetric("v:\(name)", count: tensor.shape.count)
        }
        let image = network.imageShape.reduce(1, *)
        inputs["images"] = HashFill.symmetric("input", count: total * image)
        inputs["labels"] = (0..<total * classes).map {
            (7 * ($0 / classes) + 3) % classes == $0 % classes ? 1 : 0
        }
        inputs["example numbers"] = ExampleNumber.halves(0..<total)
        self.inputs = inputs
    }

    /// The rows of an input that belong to a group.
    func rows(_ input: Graph.Input, group: Int) -> [Double] {
        let values = inputs[input.name] ?? []
        return Array(values[group * input.shape.count..<(group + 1) * input.shape.count])
    }

    /// Loads all inputs, or all but the vector.
    func load(_ program: any MachineProgram, vector: Bool = true) throws {
        for input in graph.inputs where input.role == .parameter || vector && input.role == .vector {
            try program.set(input, inputs[input.name] ?? [])
        }
        try program.setExamples { group in
            graph.inputs.filter { $0.role == .examples }.map {
                ExampleInput($0, .double(rows($0, group: group)))
            }
        }
    }

    /// The names of the results that follow from the vector, or of those that do not.
    func names(ofProduct: Bool) -> [String] {
        graph.outputs.map(\.name).filter { $0.hasPrefix("product of ") == ofProduct }
    }

    /// The results of the last product, or of the last point.
    func results(_ program: any MachineProgram, ofProduct: Bool) throws -> [String: [Double]] {
        try names(ofProduct: ofProduct).reduce(into: [:]) { $0[$1] = try program.output($1) }
    }

    /// Bytes that the residuals of one group take.
    func residualBytes(_ machine: some Machine, shards: Int = 1) throws -> Int {
        try machine.program(graph, ProgramDemand(groups: shards, workers: shards, shards: shards))
            .memory.residuals / shards
    }

    /// What plain loops make of one group.
    func reference(group: Int) throws -> [String: [Double]] {
        var own = inputs
        for input in graph.inputs where input.role == .examples {
            own[input.name] = rows(input, group: group)
        }
        own = own.filter { name, _ in graph.inputs.contains { $0.name == name } }
        return try ReferenceMachine().evaluate(graph, own)
    }
}

/// What differs by more than `tolerance`, relative to the norm of a result.
func differences(
    _ found: [String: [Double]], _ expected: [String: [Double]], tolerance: Double
) -> [String] {
    expected.keys.sorted().compactMap { name in
        guard let a = found[name], let b = expected[name], a.count == b.count else {
            return "\(name) is absent or of another size"
        }
        let distance = ParameterVector(zip(a, b).map(-)).norm()
        let scale = max(ParameterVector(b).norm(), 1)
        return distance <= tolerance * scale ? nil : "\(name): \(distance) of \(scale)"
    }
}
