import Autodiff

/// Runs graphs through compiled programs: oneDNN in single, OpenBLAS in double precision.
public struct CPUBackend<Scalar: CPUScalar>: Backend {
    public init() {}

    public func run(_ graph: Graph, _ inputs: [String: [Scalar]]) throws -> [String: [Scalar]] {
        try graph.checkInputs(inputs)
        let executor = try Executor(
            Program<Scalar>(graph), groups: 1, pool: WorkerPool(count: 1))
        for input in graph.inputs {
            try inputs[input.name]?.withUnsafeBufferPointer { values in
                if input.role == .examples {
                    executor.set(input, group: 0, values)
                } else {
                    try executor.set(input, values)
                }
            }
        }
        try executor.runPoint()
        try executor.runProduct()
        var results: [String: [Scalar]] = [:]
        for output in graph.outputs {
            results[output.name] = Scalar.rounding(try executor.output(output.name))
        }
        return results
    }
}
