import Autodiff

/// How activations `[batch, channels, height, width]` lie in channel blocks of 16, the layout of
/// the fast convolutions, and how arrays with some of the axes of a shape are read beside it.
///
/// Channels fill up whole blocks: the lanes of the last block that belong to no channel are there,
/// and hold what `ChannelBlocks` says.
enum Layouts {
    static let block = 16

    /// The channels of all blocks.
    static func wholeBlocks(_ channels: Int) -> Int { (channels + block - 1) / block * block }

    /// The elements of activations in channel blocks.
    static func blockedCount(_ shape: Shape) -> Int {
        shape[0] * wholeBlocks(shape[1]) * shape[2] * shape[3]
    }

    /// The whole blocks of some channels, and the broken one after them: the first channel, the
    /// number of blocks and the channels of each.
    static func runs(_ channels: Int) -> [(first: Int, blocks: Int, lanes: Int)] {
        let whole = channels / block
        return [(0, whole, block), (whole * block, 1, channels - whole * block)]
            .filter { $0.1 > 0 && $0.2 > 0 }
    }

    /// How a smaller array is read along the flat index of a larger one, see `cv_operand`.
    struct Pattern: Equatable {
        var outer = 1
        var pattern = 1
        var `repeat` = 1
        var period = 1

        var count: Int { outer * pattern * `repeat` * period }

        /// Elements of the smaller array.
        var distinct: Int { pattern * period }

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
    ///
    /// Channels among them fill up whole blocks in channel blocks.
    static func pattern(_ shape: Shape, kept: [Int], isBlocked: Bool) -> Pattern? {
        if isBlocked {
            let blocks = wholeBlocks(shape[1]) / block
            let pixels = shape[2] * shape[3]
            switch kept {
            case [1]:
                return Pattern(outer: shape[0], pattern: blocks, repeat: pixels, period: block)
            case [0, 1]:
                return Pattern(outer: 1, pattern: shape[0] * blocks, repeat: pixels, period: block)
            case []: return Pattern(outer: blockedCount(shape))
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
