/// A computation with static shapes: primitives applied to earlier results, in order.
public struct Graph: Sendable {
    /// One primitive applied to earlier nodes.
    public struct Node: Sendable {
        public let primitive: any Primitive
        /// Indices of the operands, each smaller than this node's own index.
        public let operands: [Int]
        public let shape: Shape

        public init(primitive: any Primitive, operands: [Int], shape: Shape) {
            self.primitive = primitive
            self.operands = operands
            self.shape = shape
        }
    }

    /// A value given from outside.
    public struct Input: Sendable {
        public let name: String
        public let role: InputRole
        public let shape: Shape
        /// The index of its node.
        public let node: Int
    }

    /// A value handed back.
    public struct Output: Sendable {
        public let name: String
        public let combination: Combination
        public let node: Int
    }

    public internal(set) var nodes: [Node] = []
    public internal(set) var inputs: [Input] = []
    public internal(set) var outputs: [Output] = []

    /// This graph with other nodes.
    ///
    /// - Parameters:
    ///   - nodes: operands before those that use them.
    ///   - place: where each input and output of this graph is among them, by its old index.
    public func replacingNodes(_ nodes: [Node], place: (Int) -> Int) -> Graph {
        var graph = self
        graph.nodes = nodes
        graph.inputs = inputs.map {
            Input(name: $0.name, role: $0.role, shape: $0.shape, node: place($0.node))
        }
        graph.outputs = outputs.map {
            Output(name: $0.name, combination: $0.combination, node: place($0.node))
        }
        return graph
    }

    /// For each node, whether it depends on an input that satisfies `condition`.
    public func dependents(on condition: (Input) -> Bool) -> [Bool] {
        var depends = [Bool](repeating: false, count: nodes.count)
        for input in inputs where condition(input) { depends[input.node] = true }
        for (index, node) in nodes.enumerated() where !depends[index] {
            depends[index] = node.operands.contains { depends[$0] }
        }
        return depends
    }
}

/// What an input stands for; this decides when its value may change.
public enum InputRole: Hashable, Sendable {
    /// Weights: the same for every example of a pass.
    case parameter
    /// Examples: the leading axis counts them.
    case examples
    /// A tangent or cotangent of parameters, for example the vector of a Hessian product.
    case vector
}

/// How the results of several groups of examples become one.
public enum Combination: Hashable, Sendable {
    /// The total is the sum over groups.
    case sum
    /// The leading axis counts examples; groups follow one another.
    case concatenate
}
