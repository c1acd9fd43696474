import Autodiff

extension Machine {
    /// Evaluates a whole graph once, on one group of examples.
    ///
    /// - Parameter inputs: the values of each declared input under its name, in row-major order.
    /// - Returns: the values of each output under its name, in row-major order.
    /// - Throws: `ExecutionError` where inputs do not fit the graph, and what compiling and running
    ///   throw.
    public func evaluate(
        _ graph: Graph, _ inputs: [String: [Double]]
    ) throws -> [String: [Double]] {
        try graph.checkInputs(inputs)
        let program = try program(graph, ProgramDemand())
        for input in graph.inputs where input.role != .examples {
            try program.set(input, inputs[input.name] ?? [])
        }
        let examples = graph.inputs.filter { $0.role == .examples }
        try program.setExamples { _ in
            examples.map { ExampleInput($0, .double(inputs[$0.name] ?? [])) }
        }
        let isProduct = graph.dependents { $0.role == .vector }
        var results: [String: [Double]] = [:]
        func collect(ofProduct: Bool) throws {
            for output in graph.outputs where isProduct[output.node] == ofProduct {
                results[output.name] = try program.output(output.name)
            }
        }
        try program.runPoint()
        try collect(ofProduct: false)
        try program.runProduct()
        try collect(ofProduct: true)
        return results
    }
}
