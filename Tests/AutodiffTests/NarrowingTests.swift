import Testing

@testable import Autodiff
@testable import GraphSamples

@Suite("Narrowing: no more is computed than is taken")
struct NarrowingTests {
    /// The primitives that say how they narrow.
    static let narrowing = [
        "Fill", "Affine", "Select", "Unary", "Binary", "Broadcast", "Slice", "Reshape",
        "Permutation", "Concatenation", "MatrixProduct", "Reduction", "Softmax", "LogSoftmax",
        "Standardization",
    ]

    @Test("a part made from parts is the part of the whole", arguments: PrimitiveCase.all)
    func primitives(row: PrimitiveCase) throws {
        var narrowed = 0
        var name = ""
        for seed in 1...30 as ClosedRange<UInt64> {
            var dice = Dice(seed: seed, name: row.name)
            let sample = row.sample(&dice)
            name = "\(type(of: sample.primitive))"
            let builder = GraphBuilder()
            let x = sample.operands.enumerated().map {
                builder.input("x\($0)", $1.shape, role: .parameter)
            }
            let y = try apply(sample.primitive, x, builder)
            guard y.shape.count > 0 else { continue }
            let part = dice.slice(of: y.shape)
            guard let way = sample.primitive.narrowed(to: part, x.map(\.shape)) else { continue }
            narrowed += 1
            let operands = try zip(way.operands, x).compactMap { part, x in
                try part.map { try builder.apply($0, [x]) }
            }
            let graph = builder.graph(outputs: [
                ("whole", try builder.apply(part, [y]), .sum),
                ("part", try apply(way.primitive, operands, builder), .sum),
            ])
            var inputs: [String: [Double]] = [:]
            for (index, operand) in sample.operands.enumerated() {
                inputs["x\(index)"] = operand.domain.values(operand.shape.count, &dice)
            }
            let values = try evaluate(graph, inputs)
            #expect(values["part"]?.count == part.extents.reduce(1, *))
            #expect(values["part"] == values["whole"], "\(row), seed \(seed), \(part)")
        }
        #expect((narrowed > 0) == Self.narrowing.contains(name), "\(name) narrowed \(narrowed) times")
    }

    @Test(
        "slices under another shape take the same elements",
        arguments: 1...100 as ClosedRange<UInt64>)
    func reshapedSlices(seed: UInt64) throws {
        var dice = Dice(seed: seed, name: "reshaped slices")
        // Prime factors dealt out to axes, twice: two shapes of one count.
        let factors = (0..<dice.integer(1...4)).map { _ in dice.element(of: [2, 2, 3]) }
        func shape() -> Shape {
            var extents = [Int](repeating: 1, count: dice.integer(1...4))
            var axis = 0
            for factor in factors {
                axis = dice.integer(axis...(extents.count - 1))
                extents[axis] *= factor
            }
            return Shape(extents)
        }
        let (from, to) = (shape(), shape())
        let part = dice.slice(of: from)
        let expected = part.elements(of: from)
        if let other = part.reshaped(from: from, to: to) {
            #expect(other.elements(of: to) == expected, "\(part) of \(from) as \(to)")
        } else {
            // None of all slices may take these elements.
            let all = Slice.all(of: to, extents: expected.count)
            #expect(!all.contains { $0.elements(of: to) == expected }, "\(part) of \(from), \(to)")
        }
    }

    @Test("values and gradients of random graphs stay", arguments: 1...150 as ClosedRange<UInt64>)
    func randomGraphs(seed: UInt64) throws {
        var dice = Dice(seed: seed, name: "narrowed graph")
        let builder = GraphBuilder()
        let sources = (0..<2).map {
            builder.input("x\($0)", dice.shape(rank: 1...3, extent: 2...5), role: .parameter)
        }
        var graph = RandomGraph(from: sources, isSmooth: true, dice: dice)
        let values = try graph.values(operations: dice.integer(4...9))
        let taken = try values.suffix(3).map { value in
            try builder.apply(dice.slice(of: value.shape, atMost: 2), [value])
        }
        let plain = try taken.map { try $0.applying(.hyperbolicTangent).sum() }
            .reduce(builder.fill(0, [])) { try $0 + $1 }
        let narrow = try builder.narrowed([plain] + taken)
        #expect(narrow.map(\.shape) == [[]] + taken.map(\.shape))
        var outputs: [(name: String, tensor: Tensor, combination: Combination)] = []
        for (name, scalar) in [("plain", plain), ("narrow", narrow[0])] {
            outputs.append((name, scalar, .sum))
            for (index, gradient) in try builder.gradient(of: scalar, withRespectTo: sources)
                .enumerated()
            {
                outputs.append(("\(name) gradient \(index)", gradient, .sum))
            }
        }
        var inputs: [String: [Double]] = [:]
        for source in sources.indices {
            inputs["x\(source)"] = Domain.any.values(sources[source].shape.count, &dice)
        }
        let results = try evaluate(builder.graph(outputs: outputs), inputs)
        for suffix in ["", " gradient 0", " gradient 1"] {
            let (a, b) = (results["plain" + suffix] ?? [], results["narrow" + suffix] ?? [])
            #expect(!a.isEmpty && a.count == b.count)
            for (a, b) in zip(a, b) {
                #expect(abs(a - b) <= 1e-12 * max(1, abs(a)), "seed \(seed), \(graph.operations)")
            }
        }
    }

    @Test("a row of a chain needs a row of each of its operations")
    func chain() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [2, 8, 6], role: .examples)
        let w = builder.input("w", [5, 6], role: .parameter)
        let bias = builder.input("b", [5], role: .parameter)
        let y = try (x.linear(weight: w) + bias).applying(.gelu).softmax().slice(axis: 1, 3..<4)
        let narrow = try builder.narrowed([y])[0]
        let graph = builder.graph(outputs: [("y", narrow, .concatenate)])
        for node in graph.nodes where !(node.primitive is Input) {
            #expect(node.shape.count <= 12, "\(node.primitive) makes \(node.shape)")
        }
        #expect(graph.nodes.filter { $0.primitive is Slice }.map(\.shape) == [[2, 1, 6]])
    }

    @Test("what is needed whole, or nearly, stays one node")
    func kept() throws {
        let builder = GraphBuilder()
        let x = builder.input("x", [4, 6], role: .parameter)
        let hidden = try x.applying(.gelu)
        // More than half of it is taken, by one call and by two together.
        let most = try hidden.slice(axis: 0, 0..<3)
        let row = try hidden.slice(axis: 0, 0..<1)
        let other = try hidden.slice(axis: 0, 3..<4)
        for outputs in [[most], [row, other], [row, hidden]] {
            #expect(try builder.narrowed(outputs).map(\.node) == outputs.map(\.node))
        }
        #expect(try builder.narrowed([row])[0].node != row.node)
    }
}

extension Dice {
    /// Some elements of a tensor: along each axis at least one, at equal distances.
    mutating func slice(of shape: Shape, atMost most: Int = .max) -> Slice {
        var starts: [Int] = []
        var counts: [Int] = []
        var strides: [Int] = []
        for extent in shape.dimensions {
            // All of an axis, or part of it.
            let isWhole = most == .max && integer(0...1) == 0
            let stride = isWhole ? 1 : integer(1...3)
            let start = isWhole ? 0 : integer(0...(extent - 1))
            let room = (extent - start + stride - 1) / stride
            starts.append(start)
            strides.append(stride)
            counts.append(isWhole ? extent : integer(1...min(room, most)))
        }
        return Slice(starts: starts, counts: counts, strides: strides)
    }
}

extension Slice {
    /// The positions of its elements in row-major order.
    fileprivate func elements(of shape: Shape) -> [Int] {
        zip(zip(starts, extents), zip(strides, shape.strides)).reduce([0]) { places, axis in
            let ((start, count), (stride, unit)) = axis
            return places.flatMap { place in
                (0..<count).map { place + (start + $0 * stride) * unit }
            }
        }
    }

    /// Every slice of `shape` that has `count` elements.
    fileprivate static func all(of shape: Shape, extents count: Int) -> [Slice] {
        var slices = [Slice(starts: [], counts: [], strides: [])]
        for extent in shape.dimensions {
            var longer: [Slice] = []
            for slice in slices {
                for start in 0..<extent {
                    for stride in 1...max(extent - 1, 1) {
                        for taken in 1...((extent - start + stride - 1) / stride) {
                            longer.append(
                                Slice(
                                    starts: slice.starts + [start],
                                    counts: slice.extents + [taken],
                                    strides: slice.strides + [stride]))
                        }
                    }
                }
            }
            slices = longer.filter { $0.extents.reduce(1, *) <= count }
        }
        return slices.filter { $0.extents.reduce(1, *) == count }
    }
}
