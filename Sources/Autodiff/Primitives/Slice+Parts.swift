/// Slices as sets of elements: what narrowing computes with.
extension Slice {
    /// Every element of `shape`.
    init(all shape: Shape) {
        self.init(
            starts: [Int](repeating: 0, count: shape.rank), limits: shape.dimensions,
            strides: [Int](repeating: 1, count: shape.rank))
    }

    /// `counts[i]` elements from `starts[i]` along each axis, in the one way that equal sets have:
    /// limits as low as can be, and stride 1 where there is one element.
    init(starts: [Int], counts: [Int], strides: [Int]) {
        self.starts = starts
        self.strides = zip(strides, counts).map { $1 == 1 ? 1 : $0 }
        limits = starts.indices.map { starts[$0] + (counts[$0] - 1) * strides[$0] + 1 }
    }

    /// The number of elements along each axis.
    var extents: [Int] {
        starts.indices.map { (limits[$0] - starts[$0] + strides[$0] - 1) / strides[$0] }
    }

    /// The given axes alone, in the given order.
    func axes(_ axes: [Int]) -> Slice {
        Slice(
            starts: axes.map { starts[$0] }, limits: axes.map { limits[$0] },
            strides: axes.map { strides[$0] })
    }

    /// This slice with all elements of `shape` along one axis.
    func taking(all axis: Int, of shape: Shape) -> Slice {
        replacing(axis, by: 0, of: Slice(all: [shape[axis]]))
    }

    /// This slice with an axis of another in the place of one of its own.
    func replacing(_ axis: Int, by place: Int, of other: Slice) -> Slice {
        var (starts, limits, strides) = (starts, limits, strides)
        starts[axis] = other.starts[place]
        limits[axis] = other.limits[place]
        strides[axis] = other.strides[place]
        return Slice(starts: starts, limits: limits, strides: strides)
    }

    /// The elements that remain if `inner` is taken first and this slice of what it leaves.
    func composed(after inner: Slice) -> Slice {
        Slice(
            starts: starts.indices.map { inner.starts[$0] + starts[$0] * inner.strides[$0] },
            counts: extents, strides: zip(strides, inner.strides).map(*))
    }

    /// The slice that leaves these elements of what `held` leaves: these very elements, or a box of
    /// neighbours that holds them.
    func relative(to held: Slice) -> Slice {
        guard self != held else { return Slice(all: Shape(extents)) }
        precondition(held.strides.allSatisfy { $0 == 1 }, "Only a box of neighbours has others.")
        return Slice(
            starts: zip(starts, held.starts).map(-), counts: extents, strides: strides)
    }

    /// The smallest box of neighbours that holds the elements of both; a slice itself if they are
    /// equal.
    func hull(with other: Slice) -> Slice {
        guard self != other else { return self }
        let starts = zip(starts, other.starts).map(min)
        return Slice(
            starts: starts, limits: zip(limits, other.limits).map(max),
            strides: [Int](repeating: 1, count: starts.count))
    }

    /// The elements in a range of one axis, counted from its lower bound; nil where there are none.
    func intersection(with range: Range<Int>, along axis: Int) -> Slice? {
        let (start, stride) = (starts[axis], strides[axis])
        let skipped = max(0, (range.lowerBound - start + stride - 1) / stride)
        let first = start + skipped * stride
        let limit = min(limits[axis], range.upperBound)
        guard first < limit else { return nil }
        let count = (limit - first + stride - 1) / stride
        return replacing(
            axis, by: 0,
            of: Slice(starts: [first - range.lowerBound], counts: [count], strides: [stride]))
    }

    /// The same elements as a slice of the same tensor under another shape.
    ///
    /// - Returns: nil where they are no slice there.
    func reshaped(from shape: Shape, to other: Shape) -> Slice? {
        // What is taken as runs at equal distances in memory, outermost first; runs that
        // continue one another are one.
        var runs: [(count: Int, step: Int)] = []
        var offset = 0
        for (axis, step) in shape.strides.enumerated() {
            offset += starts[axis] * step
            let (count, step) = (extents[axis], step * strides[axis])
            if let last = runs.last, last.step == count * step {
                runs[runs.count - 1] = (last.count * count, step)
            } else if count > 1 {
                runs.append((count, step))
            }
        }
        var starts = [Int](repeating: 0, count: other.rank)
        var counts = [Int](repeating: 1, count: other.rank)
        var steps = counts
        for (axis, unit) in other.strides.enumerated().reversed() {
            let extent = other[axis]
            starts[axis] = offset / unit % extent
            guard let run = runs.last, run.step < unit * extent else { continue }
            guard run.step % unit == 0 else { return nil }
            let step = run.step / unit
            if starts[axis] + (run.count - 1) * step < extent {
                (counts[axis], steps[axis]) = (run.count, step)
                runs.removeLast()
            } else {
                // The run fills this axis and goes on, at the same distances, along the next.
                let own = extent / step
                guard extent % step == 0, starts[axis] < step, run.count % own == 0 else {
                    return nil
                }
                (counts[axis], steps[axis]) = (own, step)
                runs[runs.count - 1] = (run.count / own, unit * extent)
            }
        }
        return runs.isEmpty ? Slice(starts: starts, counts: counts, strides: steps) : nil
    }
}
