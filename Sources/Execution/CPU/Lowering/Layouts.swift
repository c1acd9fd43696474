import Autodiff

/// Which activations lie in channel blocks of 16, the layout of the fast convolutions.
///
/// Convolutions whose channels fill whole blocks produce it; elementwise operations and batch
/// normalisation keep it, as do border slices and paddings; everything else is row-major.
enum Layouts {
    static let block = 16

    static func isBlocked(_ graph: Graph) -> [Bool] {
        var blocked = [Bool](repeating: false, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            let shape = node.shape
            guard shape.rank == 4, shape[1] % block == 0, shape.count > 0 else { continue }
            switch node.primitive {
            case is Convolution, is ConvolutionInputGradient:
                blocked[index] = true
            case is Unary, is Affine, is Binary, is Select:
                blocked[index] = node.operands.contains { blocked[$0] }
            case is Standardization, is StandardizationJacobian, is StandardizationHessian:
                blocked[index] = blocked[node.operands[0]]
            case is Slice, is Padding:
                blocked[index] = blocked[node.operands[0]]
            default: break
            }
        }
        return blocked
    }

    /// How a smaller array is read along the flat index of a larger one, see `cv_operand`.
    struct Pattern: Equatable {
        var outer = 1
        var pattern = 1
        var `repeat` = 1
        var period = 1

        var count: Int { outer * pattern * `repeat` * period }

        /// Elements along which one period is repeated.
        var unit: Int { `repeat` * period }

        /// Elements after which everything comes again.
        var cycle: Int { pattern * unit }

        /// How the array is read along a stretch of the flat index, and how many of its elements
        /// come before; nil where the stretch does not hold whole cycles, or units of one.
        func part(_ range: Range<Int>) -> (Pattern, offset: Int)? {
            let (start, end) = (range.lowerBound, range.upperBound)
            var part = self
            if start.isMultiple(of: cycle), end.isMultiple(of: cycle) {
                part.outer = range.count / cycle
                return (part, 0)
            }
            guard start.isMultiple(of: unit), end.isMultiple(of: unit),
                start / cycle == (end - 1) / cycle
            else { return nil }
            part.outer = 1
            part.pattern = range.count / unit
            return (part, start % cycle / unit * period)
        }
    }

    /// The pattern in which axes `kept` of a shape vary, or nil where none describes it.
    static func pattern(_ shape: Shape, kept: [Int], isBlocked: Bool) -> Pattern? {
        if isBlocked {
            let blocks = shape[1] / block
            let pixels = shape[2] * shape[3]
            switch kept {
            case [1]:
                return Pattern(outer: shape[0], pattern: blocks, repeat: pixels, period: block)
            case [0, 1]:
                return Pattern(outer: 1, pattern: shape[0] * blocks, repeat: pixels, period: block)
            case []: return Pattern(outer: shape.count)
            default: return nil
            }
        }
        // Runs of kept and of repeated axes alternate; extents of 1 belong to either.
        var runs: [(isKept: Bool, extent: Int)] = []
        for axis in 0..<shape.rank where shape[axis] != 1 {
            let isKept = kept.contains(axis)
            if let last = runs.last, last.isKept == isKept {
                runs[runs.count - 1].extent *= shape[axis]
            } else {
                runs.append((isKept, shape[axis]))
            }
        }
        var result = Pattern()
        if let first = runs.first, !first.isKept {
            result.outer = first.extent
            runs.removeFirst()
        }
        switch runs.count {
        case 0: return result
        case 1: result.period = runs[0].extent
        case 2: (result.pattern, result.repeat) = (runs[0].extent, runs[1].extent)
        case 3:
            (result.pattern, result.repeat) = (runs[0].extent, runs[1].extent)
            result.period = runs[2].extent
        default: return nil
        }
        return result
    }
}
