import Autodiff
import CVector

/// A working type of the CPU backend: the vector kernels and matrix products for it.
public protocol CPUScalar: WorkingScalar {
    typealias Source = UnsafePointer<Self>?
    typealias Target = UnsafeMutablePointer<Self>?

    /// Whether convolutions run on activations in channel blocks of 16, through tiles or in oneDNN.
    static var hasBlockedConvolution: Bool { get }

    static var elementwise:
        (
            UnsafePointer<cv_instruction>?, Int32, UnsafePointer<cv_operand>?, Int32,
            UnsafePointer<cv_output>?, Int32, Int64, UnsafeMutableRawPointer?
        ) -> Int32 { get }
    static var softmax: (Int64, Int64, Source, Target) -> Void { get }
    static var logSoftmax: (Int64, Int64, Source, Target) -> Void { get }
    static var softmaxJacobian:
        (Int64, Int64, Source, Source, Self, Target) -> Void { get }
    static var softmaxJacobianTangent:
        (Int64, Int64, Source, Source, Source, Source, Self, Target) -> Void { get }
    static var standardize:
        (Int64, Int64, Source, Source, Source, Double, Target) -> Void { get }
    static var standardizeJacobian:
        (Int64, Int64, Source, Source, Source, Double, Target) -> Void { get }
    static var standardizeHessian:
        (
            Int64, Int64, Source, Source, Source, Source, Double, Target
        ) -> Void { get }
    static var standardizeJacobianTangent:
        (
            Int64, Int64, Source, Source, Source, Source, Source, Source, Double, Target
        ) -> Void { get }
    static var rowSum: (Int64, Int64, Source, Int32, Target) -> Void { get }
    static var rowMaximum: (Int64, Int64, Source, Target) -> Void { get }
    static var columnSum: (Int64, Int64, Source, Int32, Target) -> Void { get }
    static var channelSum:
        (
            UnsafePointer<cv_channels>?, Source, UnsafeMutablePointer<Double>?
        ) -> Void { get }
    static var channelSquares:
        (
            UnsafePointer<cv_channels>?, Source, UnsafePointer<Double>?,
            UnsafeMutablePointer<Double>?
        ) -> Void { get }
    static var channelDot:
        (
            UnsafePointer<cv_channels>?, Source, Source, UnsafePointer<Double>?,
            UnsafeMutablePointer<Double>?
        ) -> Void { get }
    static var permute:
        (
            Int32, UnsafePointer<Int64>?, Source, UnsafePointer<Int64>?, Target,
            UnsafePointer<Int64>?
        ) -> Int32 { get }
    static var permuteAdd:
        (
            Int32, UnsafePointer<Int64>?, Source, UnsafePointer<Int64>?, Target,
            UnsafePointer<Int64>?
        ) -> Int32 { get }
    static var gather: (Int64, UnsafePointer<Int32>?, Source, Target) -> Void { get }
    static var scatterAdd:
        (Int64, UnsafePointer<Int32>?, Source, Target) -> Void { get }
    static var fill: (Int64, Self, Target) -> Void { get }
    static var axpy: (Int64, Self, Source, Target) -> Void { get }
    static var anyNonFinite: (Int64, Source) -> Int32 { get }
    static var maximumLocations:
        (UnsafePointer<cv_window>?, Int64, Source, Target) -> Void { get }
    static var pixelGather:
        (Int64, Int64, Int64, Source, Source, Target) -> Void { get }
    static var pixelScatterAdd:
        (Int64, Int64, Int64, Source, Source, Target) -> Void { get }
    static var imageToColumns:
        (UnsafePointer<cv_window>?, Int64, Source, Target) -> Void { get }
    static var columnsToImage:
        (UnsafePointer<cv_window>?, Int64, Source, Target) -> Void { get }

    /// `target[i] = (or +=) factor · Σ sources[k][i]`, in double precision.
    static func sumWidened(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Self>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Double>)

    /// `target[i] = source[i]`, rounded to nearest.
    static func narrow(
        _ count: Int, _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Self>)

    /// The average of each window of planes, or the transpose of that, see `AverageWindows`.
    static func averagePool(
        _ windows: AverageWindows, planes: Int, _ source: UnsafePointer<Self>,
        _ target: UnsafeMutablePointer<Self>)

    /// Ones where the mask keeps an element, zeros elsewhere.
    static func mask(
        _ mask: RandomMask, examples: Int, _ numbers: UnsafePointer<Self>,
        _ target: UnsafeMutablePointer<Self>)

    /// `C = alpha op(A) op(B) + beta C`, row-major, on the calling thread.
    static func product(
        _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
        _ a: UnsafePointer<Self>, _ strideA: Int, _ b: UnsafePointer<Self>, _ strideB: Int,
        _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ strideC: Int)
}

extension CPUScalar {
    /// `target[i] = (or +=) factor · source[i]`, in double precision.
    static func widen(
        _ count: Int, _ factor: Double, _ source: UnsafePointer<Self>, adding: Bool,
        _ target: UnsafeMutablePointer<Double>
    ) {
        withUnsafePointer(to: Optional(source)) { place in
            sumWidened(
                count, factor, UnsafeBufferPointer(start: place, count: 1), adding: adding, target)
        }
    }
}
