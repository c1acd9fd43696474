import Autodiff

/// What each unit of a network costs.
public struct LayerTable: Sendable {
    /// One unit, or the parameters outside of all units.
    public struct Row: Sendable {
        /// The unit's name, "" for what lies outside of all units.
        public let name: String
        /// nil for what lies outside of all units.
        public let kind: UnitKind?
        /// The extents of the output for one image, without the batch.
        public let outputShape: [Int]
        /// The number of trained parameters.
        public let parameters: Int
        /// Billions of floating-point operations per image in matrix products and convolutions,
        /// two for each multiply-add.
        public let gigaflops: Double
    }

    public let rows: [Row]
    /// The number of trained parameters.
    public var parameters: Int { rows.map(\.parameters).reduce(0, +) }
    /// Billions of floating-point operations per image, see `Row.gigaflops`.
    public var gigaflops: Double { rows.map(\.gigaflops).reduce(0, +) }
}

extension Network {
    /// The units with their output shapes, parameters and cost, counted on the traced computation.
    ///
    /// - Throws: `ShapeError` or `NetworkError` where the configuration does not fit.
    public func layerTable() throws -> LayerTable {
        let builder = GraphBuilder()
        let trace = try trace(in: builder, batch: 1)
        let counts = trace.parameters.reduce(into: [Int?: Int]()) { counts, entry in
            counts[entry.unit, default: 0] += entry.shape.count
        }
        let graph = builder.graph(
            outputs: trace.units.compactMap { unit in
                trace.captures[unit.name].map { (unit.name, $0, .concatenate) }
            })
        let operations = graph.operationsOfOutputs
        var rows = zip(trace.units, operations).map { unit, operations in
            LayerTable.Row(
                name: unit.name, kind: unit.kind, outputShape: Array(unit.outputShape.dropFirst()),
                parameters: counts[unit.index] ?? 0, gigaflops: operations / 1e9)
        }
        if let outside = counts[nil], outside > 0 {
            rows.append(
                LayerTable.Row(
                    name: "", kind: nil, outputShape: [], parameters: outside, gigaflops: 0))
        }
        return LayerTable(rows: rows)
    }
}

extension Graph {
    /// The floating-point operations of matrix products and convolutions, two per multiply-add.
    public var operations: Double { nodes.reduce(0) { $0 + operations(of: $1) } }

    /// For each output, the operations that no earlier output needs.
    var operationsOfOutputs: [Double] {
        var isCounted = [Bool](repeating: false, count: nodes.count)
        return outputs.map { output in
            var total = 0.0
            var open = [output.node]
            while let index = open.popLast() {
                if isCounted[index] { continue }
                isCounted[index] = true
                total += operations(of: nodes[index])
                open += nodes[index].operands
            }
            return total
        }
    }

    private func operations(of node: Node) -> Double {
        let terms: Int
        switch node.primitive {
        case let product as MatrixProduct:
            let shape = nodes[node.operands[0]].shape
            terms = product.transposeA ? shape[-2] : shape[-1]
        case is Convolution:
            terms = nodes[node.operands[1]].shape.dimensions.dropFirst().reduce(1, *)
        default: return 0
        }
        return 2 * Double(node.shape.count) * Double(terms)
    }
}
