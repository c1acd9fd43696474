import Autodiff
import CVector

/// A working type of the CPU backend: the vector kernels and matrix products for it.
protocol CPUScalar: BinaryFloatingPoint, Sendable {
    typealias Source = UnsafePointer<Self>?
    typealias Target = UnsafeMutablePointer<Self>?
    typealias Doubles = UnsafeMutablePointer<Double>?
    typealias Channels = UnsafePointer<cv_channels>?

    /// Whether convolutions run on activations in channel blocks of 16, through tiles or in oneDNN.
    static var hasBlockedConvolution: Bool { get }

    // Kernels of `CVector`, each described there.

    typealias Elementwise = (
        UnsafePointer<cv_instruction>?, Int32, UnsafePointer<cv_operand>?, Int32,
        UnsafePointer<cv_output>?, Int32, Int64, UnsafeMutableRawPointer?
    ) -> Int32
    static var elementwise: Elementwise { get }

    typealias RowMap = (Int64, Int64, Source, Target) -> Void
    typealias RowJacobian = (Int64, Int64, Source, Source, Self, Target) -> Void
    typealias RowTangent = (Int64, Int64, Source, Source, Source, Source, Self, Target) -> Void
    static var softmax: RowMap { get }
    static var logSoftmax: RowMap { get }
    static var softmaxJacobian: RowJacobian { get }
    static var softmaxJacobianTangent: RowTangent { get }

    typealias Standardize = (Int64, Int64, Source, Source, Source, Double, Target) -> Void
    typealias StandardizeSecond = (
        Int64, Int64, Source, Source, Source, Source, Double, Target
    ) -> Void
    static var standardize: Standardize { get }
    static var standardizeJacobian: Standardize { get }
    static var standardizeHessian: StandardizeSecond { get }

    typealias RowSum = (Int64, Int64, Source, Int32, Target) -> Void
    static var rowSum: RowSum { get }
    static var rowMaximum: RowMap { get }

    typealias ChannelSum = (Channels, Source, Doubles) -> Void
    typealias ChannelSquares = (Channels, Source, UnsafePointer<Double>?, Doubles) -> Void
    typealias ChannelDot = (Channels, Source, Source, UnsafePointer<Double>?, Doubles) -> Void
    static var channelSum: ChannelSum { get }
    static var channelSquares: ChannelSquares { get }
    static var channelDot: ChannelDot { get }

    typealias Dimensions = UnsafePointer<Int64>?
    typealias Permute = (Int32, Dimensions, Source, Dimensions, Target, Dimensions) -> Int32
    typealias Indexed = (Int64, UnsafePointer<Int32>?, Source, Target) -> Void
    static var permute: Permute { get }
    static var permuteAdd: Permute { get }
    static var gather: Indexed { get }

    static var fill: (Int64, Self, Target) -> Void { get }
    static var axpy: (Int64, Self, Source, Target) -> Void { get }

    typealias Windowed = (UnsafePointer<cv_window>?, Int64, Source, Target) -> Void
    typealias Planes = (Int64, Int64, Int64, Source, Source, Target) -> Void
    static var maximumLocations: Windowed { get }
    /// Planes, the shares of rows and of columns, whether it is transposed, source, target.
    typealias WindowAverages = (
        UnsafePointer<cv_window>?, Int64, Source, Source, Int32, Source, Target
    ) -> Void
    static var averagePool: WindowAverages { get }
    static var pixelGather: Planes { get }
    static var pixelScatterAdd: Planes { get }
    typealias GroupedConvolution = (
        UnsafePointer<cv_grouped>?, Int32, Source, Source, Source, Source, Int32, Int64, Int64,
        Target
    ) -> Void
    typealias GroupedGradient = (
        UnsafePointer<cv_grouped>?, Source, Source, Int32, Int64, Int64, Target
    ) -> Void
    static var groupedConvolution: GroupedConvolution { get }
    static var groupedGradient: GroupedGradient { get }
    static var imageToColumns: Windowed { get }
    static var columnsToImage: Windowed { get }

    /// `target[i] = (or +=) factor · Σ sources[k][i]`, in double precision.
    static func sumWidened(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Self>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Double>)

    /// The same rounded to single precision, once.
    ///
    /// - Parameter room: for `count` doubles, where the sum cannot be taken without.
    static func sumRounded(
        _ count: Int, _ factor: Double, _ sources: UnsafeBufferPointer<UnsafePointer<Self>?>,
        adding: Bool, _ target: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Double>)

    /// `target[i] = source[i]`, rounded to nearest.
    static func convert(
        _ count: Int, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Self>)

    /// `target[i] = source[i]`, rounded to nearest.
    static func convert(
        _ count: Int, _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Self>)

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
    /// The nearest numbers of this type.
    static func rounding(_ values: [Double]) -> [Self] {
        [Self](unsafeUninitializedCapacity: values.count) { buffer, initialized in
            if let target = buffer.baseAddress { convert(values.count, values, target) }
            initialized = values.count
        }
    }

    /// The nearest numbers of this type.
    static func rounding(_ values: ArraySlice<Float>) -> [Self] {
        [Self](unsafeUninitializedCapacity: values.count) { buffer, initialized in
            values.withUnsafeBufferPointer {
                if let source = $0.baseAddress, let target = buffer.baseAddress {
                    convert($0.count, source, target)
                }
            }
            initialized = values.count
        }
    }

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
