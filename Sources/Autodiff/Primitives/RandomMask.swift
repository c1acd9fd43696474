import Randomness

/// A mask of ones (kept) and zeros (dropped) from a counter-based generator.
///
/// Whether an element of an example is kept depends on the stream, the example's number and the
/// element alone, so a mask does not change when examples are grouped otherwise.
/// Operand: example numbers `[N]`. Result: `[N] + tail`.
public struct RandomMask: Primitive {
    public let stream: RandomStream
    /// The probability that an element is kept, in [0, 1].
    public let keepProbability: Double
    /// The extents after the example axis.
    public let tail: [Int]

    public var description: String { "random mask" }

    public func outputShape(_ operands: [Shape]) throws -> Shape {
        expect(1, operands)
        guard operands[0].rank == 1 else {
            throw ShapeError(description, operands, "example numbers have one axis")
        }
        return Shape(operands[0].dimensions + tail)
    }

    public func tangent(_ call: Call, _ tangents: [Tensor?]) -> Tensor? { nil }

    /// Whether one element of an example is kept.
    public func keeps(example: Int, element: Int) -> Bool {
        stream.substream(example).uniform(element) < keepProbability
    }
}

extension Tensor {
    /// A mask for the examples whose numbers are in this tensor `[N]`.
    public func randomMask(
        _ stream: RandomStream, keepProbability: Double, tail: [Int]
    ) throws -> Tensor {
        try builder.apply(
            RandomMask(stream: stream, keepProbability: keepProbability, tail: tail), [self])
    }
}
