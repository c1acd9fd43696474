import Randomness

/// A mask of ones (kept) and zeros (dropped) from a counter-based generator.
///
/// Whether an element of an example is kept depends on the stream, the example's number and the
/// element alone, so a mask does not change when examples are grouped otherwise.
/// Operand: the halves of example numbers `[N, 2]`, see `ExampleNumber`. Result: `[N] + tail`.
public struct RandomMask: Primitive {
    public let stream: RandomStream
    /// The probability that an element is kept, in [0, 1].
    public let keepProbability: Double
    /// The extents after the example axis.
    public let tail: [Int]

    public var description: String { "random mask" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        guard operands[0].rank == 2, operands[0][1] == 2 else {
            throw ShapeError(description, operands, "example numbers have two halves each")
        }
        return Shape([operands[0][0]] + tail)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }

    /// Whether one element of an example is kept.
    public func keeps(example: Int, element: Int) -> Bool {
        stream.substream(example).uniform(element) < keepProbability
    }
}

extension Tensor {
    /// A mask for the examples the halves of whose numbers are in this tensor `[N, 2]`.
    public func randomMask(
        _ stream: RandomStream, keepProbability: Double, tail: [Int]
    ) throws -> Tensor {
        try builder.apply(
            RandomMask(stream: stream, keepProbability: keepProbability, tail: tail), [self])
    }
}

/// Numbers of examples as programs take them: in halves that every working type holds exactly.
///
/// A float has 24 bits, and a long training sees more examples than that.
public enum ExampleNumber {
    private static let base = 1 << 24

    /// The lower 24 bits and the rest of each number, one pair after another.
    public static func halves(_ numbers: Range<Int>) -> [Double] {
        numbers.flatMap { [Double($0 % base), Double($0 / base)] }
    }

    /// The number of two halves.
    public static func joined(_ low: Double, _ high: Double) -> Int {
        Int(low) + Int(high) * base
    }
}
