import CVector
import Glibc
import Randomness
import Testing

/// The instruction sets that the kernels are compiled for, as far as this processor has them.
enum InstructionSet: Int32, CaseIterable, CustomStringConvertible {
    case baseline = 0
    case avx2 = 1
    case avx512 = 2

    var description: String { "\(self.rawValue)" }

    static let available = allCases.filter { set in
        defer { cv_set_isa(-1) }
        return cv_set_isa(set.rawValue) == 0
    }

    /// Runs the body with this set on the calling thread.
    func use(_ body: () -> Void) {
        #expect(cv_set_isa(rawValue) == 0)
        #expect(cv_isa() == rawValue)
        GuardedMemory.scope(body)
        cv_set_isa(-1)
    }
}

/// The arrays of a scope: each ends where an inaccessible page begins, so that any access beyond
/// it crashes; what lies before it is compared at the end of the scope.
final class GuardedMemory: @unchecked Sendable {
    @TaskLocal static var current: GuardedMemory?

    private var mappings: [(start: UnsafeMutableRawPointer, bytes: Int, margin: Int)] = []

    /// Runs the body; arrays made in it live to its end.
    static func scope(_ body: () -> Void) {
        let memory = GuardedMemory()
        $current.withValue(memory) { body() }
        memory.release()
    }

    func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        let page = 4096
        let bytes = (max(size, 1) + page - 1) / page * page + page
        guard
            let start = mmap(
                nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED, mprotect(start + (bytes - page), page, PROT_NONE) == 0
        else { preconditionFailure("no memory for an array of \(size) bytes") }
        let margin = bytes - page - size
        memset(start, 0x5A, margin)
        mappings.append((start, bytes, margin))
        return start + margin
    }

    private func release() {
        for (start, bytes, margin) in mappings {
            let untouched = (0..<margin).allSatisfy {
                start.load(fromByteOffset: $0, as: UInt8.self) == 0x5A
            }
            #expect(untouched, "something was written before an array")
            munmap(start, bytes)
        }
    }
}

/// An array in the guarded memory of the scope.
struct Guarded<Element: BinaryFloatingPoint> {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int

    init(_ elements: [Element]) {
        guard let memory = GuardedMemory.current else {
            preconditionFailure("a guarded array outside of GuardedMemory.scope")
        }
        count = elements.count
        let start = memory.allocate(count * MemoryLayout<Element>.stride)
        pointer = start.bindMemory(to: Element.self, capacity: count)
        pointer.initialize(from: elements, count: count)
    }

    var elements: [Element] { (0..<count).map { pointer[$0] } }
    var values: [Double] { (0..<count).map { Double(pointer[$0]) } }
}

/// Float and Double with their kernels, so that each test is written once.
protocol VectorReal: BinaryFloatingPoint, Sendable {
    typealias Input = UnsafePointer<Self>?
    typealias Output = UnsafeMutablePointer<Self>?

    static var elementwise:
        (
            UnsafePointer<cv_instruction>?, Int32, UnsafePointer<cv_operand>?, Int32,
            UnsafePointer<cv_output>?, Int32, Int64, UnsafeMutableRawPointer?
        ) -> Int32 { get }
    static var softmax: (Int64, Int64, Input, Output) -> Void { get }
    static var logSoftmax: (Int64, Int64, Input, Output) -> Void { get }
    static var softmaxJacobian:
        (Int64, Int64, Input, Input, Self, Output) -> Void { get }
    static var softmaxTangent:
        (Int64, Int64, Input, Input, Input, Input, Self, Output) -> Void { get }
    static var standardize:
        (Int64, Int64, Input, Input, Input, Double, Output) -> Void { get }
    static var standardizeJacobian:
        (Int64, Int64, Input, Input, Input, Double, Output) -> Void { get }
    static var standardizeHessian:
        (Int64, Int64, Input, Input, Input, Input, Double, Output) -> Void { get }
    static var rowSum: (Int64, Int64, Input, Int32, Output) -> Void { get }
    static var rowMax: (Int64, Int64, Input, Output) -> Void { get }
    typealias Layout = UnsafePointer<cv_channels>?
    typealias Doubles = UnsafeMutablePointer<Double>?
    static var channelSum: (Layout, Input, Doubles) -> Void { get }
    static var channelSquares:
        (Layout, Input, UnsafePointer<Double>?, Doubles) -> Void { get }
    static var channelDot:
        (Layout, Input, Input, UnsafePointer<Double>?, Doubles) -> Void { get }
    static var absoluteSum: (Int64, Input) -> Double { get }
    static var dot: (Int64, Input, Input) -> Double { get }
    static var axpy: (Int64, Self, Input, Output) -> Void { get }
    static var addMultiple: (Int64, Double, Input, Output) -> Void { get }
    static var scale: (Int64, Self, Output) -> Void { get }
    static var axpby: (Int64, Self, Input, Self, Output) -> Void { get }
    static var fill: (Int64, Self, Output) -> Void { get }
    static var anyNonfinite: (Int64, Input) -> Int32 { get }
    typealias Dimensions = UnsafePointer<Int64>?
    typealias Permute = (
        Int32, Dimensions, Input, Dimensions, Output, Dimensions
    ) -> Int32
    static var permute: Permute { get }
    static var permuteAdd: Permute { get }
    typealias Indexed = (Int64, UnsafePointer<Int32>?, Input, Output) -> Void
    static var gather: Indexed { get }
    typealias Window = UnsafePointer<cv_window>?
    typealias Windowed = (Window, Int64, Input, Output) -> Void
    static var maxPoolIndices: Windowed { get }
    typealias AveragePool = (Window, Int64, Input, Input, Int32, Input, Output) -> Void
    static var averagePool: AveragePool { get }
    typealias GroupedConvolution = (
        UnsafePointer<cv_grouped>?, Int32, Input, Input, Input, Input, Int32, Int64, Int64, Output
    ) -> Void
    typealias GroupedGradient = (
        UnsafePointer<cv_grouped>?, Input, Input, Int32, Int64, Int64, Output
    ) -> Void
    static var groupedConvolution: GroupedConvolution { get }
    static var groupedGradient: GroupedGradient { get }
    static var im2col: Windowed { get }
    static var col2im: Windowed { get }
    typealias Planes = (Int64, Int64, Int64, Input, Input, Output) -> Void
    static var planeGather: Planes { get }
    static var planeScatterAdd: Planes { get }
}
