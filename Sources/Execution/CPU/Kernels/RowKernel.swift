import CVector

/// Operations on the rows of a matrix `[rows, width]`.
final class RowKernel<Scalar: CPUScalar>: Kernel {
    enum Kind {
        case softmax, logSoftmax, softmaxJacobian, softmaxJacobianTangent
        case standardize(Double), standardizeJacobian(Double), standardizeHessian(Double)
        case sum, maximum

        var name: String {
            switch self {
            case .softmax: return "softmax"
            case .logSoftmax: return "log-softmax"
            case .softmaxJacobian: return "softmax jacobian"
            case .softmaxJacobianTangent: return "softmax jacobian tangent"
            case .standardize: return "standardize"
            case .standardizeJacobian: return "standardize jacobian"
            case .standardizeHessian: return "standardize hessian"
            case .sum: return "sum"
            case .maximum: return "maximum"
            }
        }
    }

    private let kind: Kind
    private let operands: [Slot?]
    private let target: Slot
    private let rows: Int
    private let width: Int

    /// - Parameter operands: nil stands for zeros, where the kernel allows it.
    init(_ kind: Kind, operands: [Slot?], target: Slot, rows: Int, width: Int) {
        (self.kind, self.operands, self.target) = (kind, operands, target)
        (self.rows, self.width) = (rows, width)
    }

    func divides(_ share: Share) -> Bool { rows >= share.count }

    func run(_ frame: Frame) {
        let own = frame.share.range(of: self.rows)
        func operand(_ index: Int) -> UnsafePointer<Scalar>? {
            operands[index].map {
                UnsafePointer(frame.pointer($0, Scalar.self) + own.lowerBound * self.width)
            }
        }
        let y = frame.pointer(target, Scalar.self) + own.lowerBound * resultWidth
        let (rows, width) = (Int64(own.count), Int64(self.width))
        switch kind {
        case .softmax: Scalar.softmax(rows, width, operand(0), y)
        case .logSoftmax: Scalar.logSoftmax(rows, width, operand(0), y)
        case .softmaxJacobian:
            Scalar.softmaxJacobian(rows, width, operand(0), operand(1), 1, y)
        case .softmaxJacobianTangent:
            Scalar.softmaxJacobianTangent(
                rows, width, operand(0), operand(1), operand(2), operand(3), 1, y)
        case .standardize(let epsilon):
            Scalar.standardize(rows, width, operand(0), nil, nil, epsilon, y)
        case .standardizeJacobian(let epsilon):
            Scalar.standardizeJacobian(rows, width, operand(0), nil, operand(1), epsilon, y)
        case .standardizeHessian(let epsilon):
            Scalar.standardizeHessian(
                rows, width, operand(0), operand(1), nil, operand(2), epsilon, y)
        case .sum: Scalar.rowSum(rows, width, operand(0), 0, y)
        case .maximum: Scalar.rowMaximum(rows, width, operand(0), y)
        }
    }

    /// Elements of the result for each row.
    private var resultWidth: Int {
        switch kind {
        case .sum, .maximum: 1
        default: width
        }
    }
}

/// Sums over everything that a pattern repeats, in double precision.
final class ChannelSumKernel<Scalar: CPUScalar>: Kernel {
    private let source: Slot
    private let target: Slot
    private var layout: cv_channels
    private let count: Int

    init(source: Slot, target: Slot, pattern: Layouts.Pattern, count: Int) {
        (self.source, self.target, self.count) = (source, target, count)
        layout = cv_channels(pattern)
    }

    func run(_ frame: Frame) {
        let totals = frame.pointer(target, Double.self)
        totals.update(repeating: 0, count: count)
        Scalar.channelSum(&layout, frame.pointer(source, Scalar.self), totals)
    }
}

extension cv_channels {
    init(_ pattern: Layouts.Pattern) {
        self.init(
            outer: Int64(pattern.outer), pattern: Int64(pattern.pattern),
            repeat: Int64(pattern.repeat), period: Int64(pattern.period))
    }
}
