import Autodiff
import Execution

/// One layer, or the gradient of one, as a graph by itself.
struct BenchLayer {
    /// Which layer, of what shape, and what of it is computed.
    let name: String
    /// Floating-point operations of the sums as they are defined; none of a pooling.
    let operations: Double
    /// Bytes of what is read and written.
    let bytes: Double
    private let graph: Graph

    private static let batch = 2

    /// - Parameters:
    ///   - bytes: those of all inputs and the result where it is nil.
    ///   - make: the result, given the builder.
    private init(
        _ name: String, operations: Double = 0, bytes: Double? = nil, _ combination: Combination,
        _ make: (GraphBuilder) throws -> Tensor
    ) throws {
        let builder = GraphBuilder()
        let result = try make(builder)
        graph = builder.graph(outputs: [("y", result, combination)])
        (self.name, self.operations) = (name, operations)
        let counts = graph.inputs.map(\.shape.count) + [result.shape.count]
        self.bytes = bytes ?? Double(4 * counts.reduce(0, +))
    }

    /// The layer compiled, with inputs that are set, and run once.
    func program(_ machine: any Machine) throws -> any MachineProgram {
        let program = try machine.program(graph, ProgramDemand())
        for input in graph.inputs where input.role != .examples {
            try program.set(input, Self.values(input.shape.count).map(Double.init))
        }
        let examples = graph.inputs.filter { $0.role == .examples }
        try program.setExamples { _ in
            examples.map { ExampleInput($0, .single(Self.values($0.shape.count))) }
        }
        try program.runPoint()
        return program
    }

    /// Numbers of both signs that are no powers of two.
    private static func values(_ count: Int) -> [Float] {
        (0..<count).map { Float($0 % 13) / 13 - 0.4 }
    }

    // MARK: The table

    static let kinds = ["dense", "groups of ...", "depthwise", "maximum", "average"]

    /// Convolutions by kind, channels, filter and map, then poolings.
    static let all: [BenchLayer] = convolutions + poolings

    /// Filters, strides and dilations: the usual ones, and those that few kernels are made for.
    private static let filters = [
        (1, 1, 1), (1, 2, 1), (3, 1, 1), (3, 2, 1), (3, 3, 1), (3, 1, 2), (5, 1, 1), (5, 2, 1),
        (7, 1, 1), (7, 2, 1), (11, 4, 1),
    ]
    /// Heights and widths: square and not, even and odd.
    private static let maps = [(14, 14), (33, 47), (56, 56)]

    private static var convolutions: [BenchLayer] {
        // Images of the first layer, narrow, odd, usual and wide ones.
        var kinds = [(1, 32), (3, 64), (4, 24)].map { (groups: 1, inputs: $0.0, outputs: $0.1) }
        kinds += [1, 3, 4, 8, 12, 16, 20, 24, 32, 40, 64, 100, 128, 192, 512, 2048].map { (1, $0, $0) }
        kinds += [8, 24, 32, 96, 100, 144, 384, 960].map { ($0, 1, 1) }
        kinds += [2, 3, 4, 6, 8, 12, 16, 24, 32, 64].flatMap { width in
            [4, 8, 32].map { ($0, width, width) }
        }
        kinds += [(32, 1, 2), (8, 8, 16), (8, 3, 5)]
        return kinds.flatMap { kind in
            filters.flatMap { filter in
                maps.flatMap { map in convolution(kind, filter, map) }
            }
        }
    }

    /// A convolution and its two gradients, unless it is so large that it shows nothing new.
    private static func convolution(
        _ kind: (groups: Int, inputs: Int, outputs: Int),
        _ filter: (size: Int, stride: Int, dilation: Int), _ map: (Int, Int)
    ) -> [BenchLayer] {
        let geometry = ConvolutionGeometry(
            stride: filter.stride, padding: filter.dilation * (filter.size / 2),
            dilation: filter.dilation, groups: kind.groups)
        let out = [map.0, map.1].enumerated().compactMap {
            geometry.outputExtent($1, kernel: filter.size, axis: $0)
        }
        let image: Shape = [batch, kind.groups * kind.inputs, map.0, map.1]
        let output: Shape = [batch, kind.groups * kind.outputs, out[0], out[1]]
        let weight: Shape = [output[1], kind.inputs, filter.size, filter.size]
        let operations = 2 * Double(output.count * kind.inputs * filter.size * filter.size)
        guard operations < 1.5e9, weight.count < 6_000_000 else { return [] }
        let groups = kind.groups == 1 ? "dense"
            : kind.inputs == 1 && kind.outputs == 1 ? "depthwise" : "groups of \(kind.inputs)"
        let dilation = filter.dilation == 1 ? "" : ", dilation \(filter.dilation)"
        let name = "\(groups) \(image[1]) -> \(output[1]), \(filter.size) x \(filter.size)"
            + ", stride \(filter.stride)\(dilation), \(map.0) x \(map.1), "
        let bytes = 4 * Double(image.count + weight.count + output.count)
        func member(
            _ part: String, _ combination: Combination,
            _ result: @escaping (_ x: Tensor, _ w: Tensor, _ y: Tensor, _ u: Tensor) throws -> Tensor
        ) -> BenchLayer? {
            try? BenchLayer(name + part, operations: operations, bytes: bytes, combination) {
                builder in
                let x = builder.input("x", image, role: .examples)
                let w = builder.input("w", weight, role: .parameter)
                let u = builder.input("u", output, role: .examples)
                return try result(x, w, x.convolved(w, geometry), u)
            }
        }
        return [
            member("forward", .concatenate) { _, _, y, _ in y },
            member("by pixels", .concatenate) { x, _, y, u in
                try x.builder.gradient(of: (y * u).sum(), withRespectTo: [x])[0]
            },
            member("by filters", .sum) { x, w, y, u in
                try x.builder.gradient(of: (y * u).sum(), withRespectTo: [w])[0]
            },
        ].compactMap { $0 }
    }

    private static var poolings: [BenchLayer] {
        let windows = [(2, 2, 0), (2, 1, 0), (3, 1, 1), (3, 2, 1), (3, 3, 0), (5, 2, 2), (7, 7, 0)]
        return [3, 24, 64, 100, 512].flatMap { channels in
            maps.flatMap { map in
                windows.flatMap { size, stride, padding in
                    ["maximum", "average"].flatMap { kind in
                        ["forward", "gradient"].compactMap { member in
                            try? BenchLayer(
                                "\(kind) of \(channels), \(size) x \(size), stride \(stride), "
                                    + "\(map.0) x \(map.1), \(member)", .concatenate
                            ) { builder in
                                let window = PoolingWindow(size, stride: stride, padding: padding)
                                let x = builder.input(
                                    "x", [batch, channels, map.0, map.1], role: .examples)
                                let y = kind == "maximum"
                                    ? try x.maximumPooled(window) : try x.averagePooled(window)
                                guard member == "gradient" else { return y }
                                let u = builder.input("u", y.shape, role: .examples)
                                return try builder.gradient(
                                    of: (y * u).sum(), withRespectTo: [x])[0]
                            }
                        }
                    }
                }
            }
        }
    }
}
