import Randomness

@testable import Autodiff

/// A primitive with random parameters, and operands that it fits.
struct Sample {
    let primitive: any Primitive
    let operands: [Operand]
    /// The sets of operands in which the primitive is jointly linear.
    var linear: [[Int]] = []
}

/// One row of the table of primitives.
struct PrimitiveCase: Sendable, CustomStringConvertible {
    let name: String
    let sample: @Sendable (inout Dice) -> Sample

    var description: String { name }

    init(_ name: String, _ sample: @escaping @Sendable (inout Dice) -> Sample) {
        self.name = name
        self.sample = sample
    }

    /// Every primitive, and every function of the elementwise ones.
    static let all = elementwise + rearrangements + products + pooling + rows + tables

    static let elementwise: [PrimitiveCase] =
        [
            PrimitiveCase("Fill") { dice in
                Sample(primitive: Fill(value: 0.7, shape: dice.shape(rank: 0...3)), operands: [])
            },
            PrimitiveCase("Constant") { dice in
                let shape = dice.shape(rank: 0...3)
                let values = Domain.any.values(shape.count, &dice)
                return Sample(primitive: Constant(values: values, shape: shape), operands: [])
            },
            PrimitiveCase("Affine") { dice in
                Sample(
                    primitive: Affine(scale: dice.uniform(1.5...3), offset: 0.25),
                    operands: [Operand(dice.shape(rank: 0...3))])
            },
            PrimitiveCase("Affine without offset") { dice in
                Sample(
                    primitive: Affine(scale: dice.uniform(1.5...3), offset: 0),
                    operands: [Operand(dice.shape(rank: 0...3))], linear: [[0]])
            },
            PrimitiveCase("Select") { dice in
                let shape = dice.shape(rank: 0...3)
                let condition = (0..<shape.count).map { _ in dice.element(of: [0.0, 1.0]) }
                return Sample(
                    primitive: Select(),
                    operands: [
                        Operand(shape, .held(condition)), Operand(shape), Operand(shape),
                    ], linear: [[1, 2]])
            },
        ] + UnaryFunction.allCases.map(unary) + BinaryFunction.allCases.map(binary)

    private static func unary(_ function: UnaryFunction) -> PrimitiveCase {
        PrimitiveCase("Unary \(function.rawValue)") { dice in
            let domain: Domain
            switch function {
            case .squareRoot, .reciprocalSquareRoot, .reciprocal, .logarithm: domain = .positive
            case .absolute, .sign, .relu, .step: domain = .distinct(offset: 0)
            default: domain = .any
            }
            return Sample(
                primitive: Unary(function), operands: [Operand(dice.shape(rank: 0...3), domain)])
        }
    }

    private static func binary(_ function: BinaryFunction) -> PrimitiveCase {
        PrimitiveCase("Binary \(function.rawValue)") { dice in
            let shape = dice.shape(rank: 0...3)
            let domains: [Domain]
            let linear: [[Int]]
            switch function {
            case .add, .subtract: (domains, linear) = ([.any, .any], [[0, 1]])
            case .multiply: (domains, linear) = ([.any, .any], [[0], [1]])
            case .divide: (domains, linear) = ([.any, .positive], [[0]])
            case .power: (domains, linear) = ([.positive, .any], [])
            case .maximum, .minimum, .greater, .greaterOrEqual, .equal:
                (domains, linear) = ([.distinct(offset: 0), .distinct(offset: 0.03)], [])
            }
            return Sample(
                primitive: Binary(function), operands: domains.map { Operand(shape, $0) },
                linear: linear)
        }
    }

    static let rearrangements: [PrimitiveCase] = [
        PrimitiveCase("Reshape") { dice in
            let shape = dice.shape(rank: 3...3)
            return Sample(
                primitive: Reshape(shape: [shape[0] * shape[1], shape[2], 1]),
                operands: [Operand(shape)], linear: [[0]])
        },
        PrimitiveCase("Permutation") { dice in
            let shape = dice.shape(rank: 2...4)
            return Sample(
                primitive: Permutation(order: dice.permutation(shape.rank)),
                operands: [Operand(shape)], linear: [[0]])
        },
        PrimitiveCase("Broadcast") { dice in
            let shape = dice.shape(rank: 3...4)
            let axes = (0..<shape.rank).filter { _ in dice.integer(0...1) == 1 }
            return Sample(
                primitive: Broadcast(shape: shape, axes: axes),
                operands: [Operand(Shape(axes.map { shape[$0] }))], linear: [[0]])
        },
        PrimitiveCase("Concatenation") { dice in
            let shape = dice.shape(rank: 1...3)
            let axis = dice.integer(0...(shape.rank - 1))
            let operands = (0..<dice.integer(2...3)).map { _ in
                var extents = shape.dimensions
                extents[axis] = dice.integer(1...3)
                return Operand(Shape(extents))
            }
            return Sample(
                primitive: Concatenation(axis: axis), operands: operands,
                linear: [Array(operands.indices)])
        },
        PrimitiveCase("Slice") { dice in
            let shape = dice.shape(rank: 1...3, extent: 1...6)
            let starts = shape.dimensions.map { dice.integer(0...($0 - 1)) }
            let limits = zip(starts, shape.dimensions).map { dice.integer(($0 + 1)...$1) }
            return Sample(
                primitive: Slice(
                    starts: starts, limits: limits,
                    strides: shape.dimensions.map { _ in dice.integer(1...3) }),
                operands: [Operand(shape)], linear: [[0]])
        },
        PrimitiveCase("Padding") { dice in
            let shape = dice.shape(rank: 1...3)
            func amounts() -> [Int] { shape.dimensions.map { _ in dice.integer(0...2) } }
            return Sample(
                primitive: Padding(low: amounts(), high: amounts(), interior: amounts()),
                operands: [Operand(shape)], linear: [[0]])
        },
        PrimitiveCase("Reduction sum") { dice in
            let shape = dice.shape(rank: 1...4)
            return Sample(
                primitive: Reduction(kind: .sum, axes: groupAxes(shape, &dice)),
                operands: [Operand(shape)], linear: [[0]])
        },
        PrimitiveCase("Reduction maximum") { dice in
            let shape = dice.shape(rank: 1...4, extent: 1...3)
            return Sample(
                primitive: Reduction(kind: .maximum, axes: groupAxes(shape, &dice)),
                operands: [Operand(shape, .distinct(offset: 0))])
        },
    ]

    /// At least one axis.
    static func groupAxes(_ shape: Shape, _ dice: inout Dice) -> [Int] {
        let certain = dice.integer(0...(shape.rank - 1))
        return (0..<shape.rank).filter { $0 == certain || dice.integer(0...1) == 1 }
    }
}
