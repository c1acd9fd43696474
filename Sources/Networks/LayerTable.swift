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
        func count(_ unit: Int?) -> Int {
            trace.parameters.filter { $0.unit == unit }.map(\.shape.count).reduce(0, +)
        }
        var outputs: [(name: String, tensor: Tensor, combination: Combination)] = []
        var total = 0.0
        var rows: [LayerTable.Row] = []
        for unit in trace.units {
            if let tensor = trace.captures[unit.name] {
                outputs.append((unit.name, tensor, .concatenate))
            }
            let operations = builder.graph(outputs: outputs).operations
            rows.append(
                LayerTable.Row(
                    name: unit.name, kind: unit.kind,
                    outputShape: Array(unit.outputShape.dropFirst()),
                    parameters: count(unit.index), gigaflops: (operations - total) / 1e9))
            total = operations
        }
        if count(nil) > 0 {
            rows.append(
                LayerTable.Row(
                    name: "", kind: nil, outputShape: [], parameters: count(nil), gigaflops: 0))
        }
        return LayerTable(rows: rows)
    }
}

extension Graph {
    /// The floating-point operations of matrix products and convolutions, two per multiply-add.
    public var operations: Double {
        nodes.reduce(0) { total, node in
            let terms: Int
            switch node.primitive {
            case let product as MatrixProduct:
                let shape = nodes[node.operands[0]].shape
                terms = product.transposeA ? shape[-2] : shape[-1]
            case is Convolution:
                terms = nodes[node.operands[1]].shape.dimensions.dropFirst().reduce(1, *)
            default: return total
            }
            return total + 2 * Double(node.shape.count) * Double(terms)
        }
    }
}
