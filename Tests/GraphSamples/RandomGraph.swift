import Autodiff

/// A function composed of random operations whose shapes fit, from some operands to a scalar.
struct RandomGraph {
    /// Whether operations with kinks are left out.
    let isSmooth: Bool
    private var dice: Dice
    private var values: [Tensor] = []
    private var sources: [Tensor] = []
    private(set) var operations: [String] = []

    /// Builds the function on `sources`; equal `dice` give equal functions.
    init(from sources: [Tensor], isSmooth: Bool, dice: Dice) {
        self.isSmooth = isSmooth
        self.dice = dice
        self.sources = sources
        values = sources
    }

    /// Applies `count` random operations; the sources come first among the values.
    mutating func values(operations count: Int) throws -> [Tensor] {
        for _ in 0..<count { values.append(try operation()) }
        return values
    }

    /// Applies `count` random operations and adds up what is left.
    mutating func scalar(operations count: Int) throws -> Tensor {
        let values = try values(operations: count)
        // Each value takes part, late ones and early ones alike.
        return try values.map { try $0.applying(.hyperbolicTangent).mean() }
            .reduce(values[0].sum().scaled(by: 0.1)) { try $0 + $1 }
    }

    private enum Kind: String, CaseIterable {
        case unary, guarded, kinked, binary, rearrangement, window, reduction, product
        case convolution, pooling, row, table
    }

    private mutating func operation() throws -> Tensor {
        let kind = dice.element(of: Kind.allCases.filter { !isSmooth || $0 != .kinked })
        operations.append(kind.rawValue)
        // The youngest values are favoured, so that graphs grow deep.
        let x = dice.integer(0...2) == 0 ? dice.element(of: values) : values[values.count - 1]
        switch kind {
        case .unary: return try unary(x)
        case .guarded: return try guarded(x)
        case .kinked: return try kinked(x)
        case .binary: return try binary(x)
        case .rearrangement: return try rearrangement(x)
        case .window: return try window(x)
        case .reduction: return try reduction(x)
        case .product: return try product(x)
        case .convolution: return try convolution(x)
        case .pooling: return try pooling(x)
        case .row: return try row(x)
        case .table: return try table(x)
        }
    }

    private mutating func unary(_ x: Tensor) throws -> Tensor {
        let functions: [UnaryFunction] = [
            .hyperbolicTangent, .logistic, .errorFunction, .gelu, .geluDerivative,
            .geluSecondDerivative,
        ]
        return try x.applying(dice.element(of: functions))
    }

    /// Functions that need a positive or bounded argument.
    private mutating func guarded(_ x: Tensor) throws -> Tensor {
        let positive = try x.applying(.square).affine(1, 0.7)
        switch dice.integer(0...5) {
        case 0: return try positive.applying(.logarithm)
        case 1: return try positive.applying(.squareRoot)
        case 2: return try positive.applying(.reciprocalSquareRoot)
        case 3: return try positive.applying(.reciprocal)
        case 4: return try positive.power(x.applying(.hyperbolicTangent))
        default: return try x.applying(.hyperbolicTangent).applying(.exponential)
        }
    }

    private mutating func kinked(_ x: Tensor) throws -> Tensor {
        switch dice.integer(0...6) {
        case 0: return try x.applying(.relu)
        case 1: return try x.applying(.absolute)
        case 2: return try x * x.applying(.step)
        case 3: return try x.maximum(partner(x.shape))
        case 4: return try x.minimum(partner(x.shape))
        case 5:
            return try x.greater(partner(x.shape)).select(x, x.applying(.hyperbolicTangent))
        default:
            let images = try partner([1, 2, 4, 5]) + x.mean()
            return try images.maximumPooled(PoolingWindow(3, stride: 2, padding: 1))
        }
    }

    private mutating func binary(_ x: Tensor) throws -> Tensor {
        // A partner with some axes of extent 1, or without the leading ones.
        let extents = x.shape.dimensions.map { dice.integer(0...2) == 0 ? 1 : $0 }
        let other = try partner(Shape(extents.suffix(dice.integer(0...extents.count))))
        switch dice.integer(0...3) {
        case 0: return try x + other
        case 1: return try other - x
        case 2: return try x * other.applying(.hyperbolicTangent)
        default: return try x / other.applying(.square).affine(1, 0.7)
        }
    }

    private mutating func rearrangement(_ x: Tensor) throws -> Tensor {
        switch dice.integer(0...3) {
        case 0: return try x.permuted(dice.permutation(x.shape.rank))
        case 1: return try x.reshaped(to: [x.shape.count])
        case 2 where x.shape.count <= 60:
            return try x.broadcast(to: Shape([2] + x.shape.dimensions))
        default:
            guard x.shape.rank > 0 else { return try x.reshaped(to: [1, 1]) }
            let axis = dice.integer(0...(x.shape.rank - 1))
            return try Tensor.concatenation([x, partner(x.shape)], axis: axis)
                .slice(axis: axis, 0..<x.shape[axis])
        }
    }

    private mutating func window(_ x: Tensor) throws -> Tensor {
        guard x.shape.rank > 0 else { return try x.scaled(by: 1.5) }
        let axis = dice.integer(0...(x.shape.rank - 1))
        if dice.integer(0...1) == 0 {
            return try x.slice(axis: axis, 0..<x.shape[axis], step: dice.integer(1...2))
        }
        let amounts = (0..<x.shape.rank).map { $0 == axis ? 1 : 0 }
        return try x.shape.count < 200 ? x.padded(low: amounts, high: amounts) : x.scaled(by: 0.5)
    }

    private mutating func reduction(_ x: Tensor) throws -> Tensor {
        guard x.shape.rank > 0 else { return try x.applying(.logistic) }
        let axis = dice.integer(0...(x.shape.rank - 1))
        if !isSmooth && dice.integer(0...1) == 0 {
            return try x.maximum(over: [axis], keepingAxes: true)
        }
        return try x.mean(over: [axis], keepingAxes: dice.integer(0...1) == 0)
            .applying(.hyperbolicTangent)
    }

    private mutating func product(_ x: Tensor) throws -> Tensor {
        let matrix = x.shape.rank >= 2 ? x : try x.reshaped(to: [1, x.shape.count])
        switch dice.integer(0...2) {
        case 0: return try matrix.linear(weight: partner([3, matrix.shape[-1]]))
        case 1:
            // The product of a value with itself, as in attention.
            return try matrix.product(matrix, transposeOther: true)
                .applying(.hyperbolicTangent)
        default:
            let lead = Array(matrix.shape.dimensions.dropLast(2))
            return try matrix.product(
                partner(Shape(lead + [2, matrix.shape[-2]])), transposeSelf: true,
                transposeOther: true)
        }
    }

    private mutating func convolution(_ x: Tensor) throws -> Tensor {
        let images = try partner([2, 2, 4, 3]) * x.mean()
        let groups = dice.integer(1...2)
        return try images.convolved(
            partner([2, 2 / groups, dice.integer(1...3), dice.integer(1...2)]),
            ConvolutionGeometry(stride: dice.integer(1...2), padding: 1, groups: groups))
    }

    private mutating func pooling(_ x: Tensor) throws -> Tensor {
        let images = try partner([1, 2, 5, 4]) + x.mean()
        return try images.averagePooled(
            PoolingWindow(
                dice.integer(2...3), stride: dice.integer(1...2), padding: 1,
                countsPadding: dice.integer(0...1) == 0))
    }

    private mutating func row(_ x: Tensor) throws -> Tensor {
        let rows = x.shape.rank >= 1 ? x : try x.reshaped(to: [1])
        switch dice.integer(0...3) {
        case 0: return try rows.softmax()
        case 1: return try rows.logSoftmax()
        case 2: return try rows.standardized(over: [-1], epsilon: 0.4)
        default:
            return try rows.standardized(over: Array(0..<rows.shape.rank), epsilon: 0.4)
        }
    }

    private mutating func table(_ x: Tensor) throws -> Tensor {
        guard x.shape.rank > 0 else { return try x.scaled(by: -0.5) }
        let axis = dice.integer(0...(x.shape.rank - 1))
        if dice.integer(0...1) == 0 {
            return try x.rolled(by: dice.integer(-2...2), axis: axis)
        }
        let indices = (0..<dice.integer(1...4)).map { _ in
            dice.integer(0...(x.shape[axis] - 1))
        }
        return try x.gather(indices, axis: axis)
    }

    /// A value of the given shape, made of elements of a source.
    private mutating func partner(_ shape: Shape) throws -> Tensor {
        let source = dice.element(of: sources)
        let flat = try source.reshaped(to: [source.shape.count])
        let indices = (0..<shape.count).map { _ in dice.integer(0...(source.shape.count - 1)) }
        return try flat.gather(indices, axis: 0).reshaped(to: shape)
    }
}
