import CVector
import Randomness
import Testing

@Suite("CVector copies and windows")
struct CVectorCopyTests {
    let stream = RandomStream(seed: 11, name: "copies")

    /// Copies an array of the given dimensions to one whose axes are permuted.
    func checkPermutation<R: VectorReal>(_: R.Type, _ dims: [Int], _ order: [Int]) {
        let count = dims.reduce(1, *), rank = dims.count
        var sourceStrides = [Int](repeating: 1, count: rank)
        for k in stride(from: rank - 2, through: 0, by: -1) {
            sourceStrides[k] = sourceStrides[k + 1] * dims[k + 1]
        }
        var targetStrides = [Int](repeating: 1, count: rank), size = 1
        for axis in order.reversed() {
            targetStrides[axis] = size
            size *= dims[axis]
        }
        let x = Guarded<R>(numbers(stream.substream(1), count, -1...1))
        let y = Guarded([R](repeating: 0, count: count))
        let added = Guarded([R](repeating: 10, count: count))
        let (d, s) = (dims.map { Int64($0) }, sourceStrides.map { Int64($0) })
        let t = targetStrides.map { Int64($0) }
        #expect(R.permute(Int32(rank), d, x.pointer, s, y.pointer, t) == 0)
        #expect(R.permuteAdd(Int32(rank), d, x.pointer, s, added.pointer, t) == 0)
        var agree = true
        for i in 0..<count {
            var rest = i, target = 0
            for k in stride(from: rank - 1, through: 0, by: -1) {
                target += rest % dims[k] * targetStrides[k]
                rest /= dims[k]
            }
            agree = agree && y.pointer[target] == x.pointer[i]
                && added.pointer[target] == 10 + x.pointer[i]
        }
        #expect(agree, "\(R.self) \(dims) in order \(order)")
    }

    @Test(arguments: InstructionSet.available)
    func permutationsMoveEachElement(_ set: InstructionSet) {
        set.use {
            for dims in [[], [7], [33, 47], [64, 64], [100, 17], [8, 200], [1, 9]] {
                checkPermutation(Float.self, dims, dims.indices.reversed())
                checkPermutation(Double.self, dims, dims.indices.reversed())
            }
            for trial in 0..<60 {
                let draw = stream.substream(trial)
                let rank = 2 + trial % 5
                let dims = (0..<rank).map { 1 + draw.integer($0, below: rank > 4 ? 5 : 19) }
                let order = (0..<rank).sorted { draw.uniform(50 + $0) < draw.uniform(50 + $1) }
                checkPermutation(Float.self, dims, order)
                checkPermutation(Double.self, dims, order)
            }
            let empty = Guarded<Float>([])
            #expect(Float.permute(2, [3, 0], empty.pointer, [0, 1], empty.pointer, [0, 1]) == 0)
            #expect(Float.permute(9, [], empty.pointer, [], empty.pointer, []) == -1)
        }
    }

    @Test(arguments: InstructionSet.available)
    func stridesOfZeroBroadcastAndSum(_ set: InstructionSet) {
        set.use {
            let x = Guarded<Double>((0..<20).map { Double($0) })
            let wide = Guarded([Double](repeating: 0, count: 60))
            _ = Double.permute(3, [4, 3, 5], x.pointer, [5, 0, 1], wide.pointer, [15, 5, 1])
            #expect(
                (0..<60).allSatisfy { wide.pointer[$0] == Double($0 / 15 * 5 + $0 % 5) })
            let back = Guarded([Double](repeating: 1, count: 20))
            _ = Double.permuteAdd(3, [4, 3, 5], wide.pointer, [15, 5, 1], back.pointer, [5, 0, 1])
            #expect(back.elements == x.elements.map { 3 * $0 + 1 })
            let sums = Guarded([Double](repeating: 1, count: 4))
            _ = Double.permuteAdd(2, [4, 5], x.pointer, [5, 1], sums.pointer, [1, 0])
            #expect(sums.elements == [11, 36, 61, 86])
            let columns = Guarded([Double](repeating: 0, count: 5))
            _ = Double.permuteAdd(2, [4, 5], x.pointer, [5, 1], columns.pointer, [0, 1])
            #expect(columns.elements == [30, 34, 38, 42, 46])
        }
    }

    @Test(arguments: InstructionSet.available)
    func indexedCopiesAgreeWithPlainLoops(_ set: InstructionSet) {
        set.use {
            let index = (0..<100).map { Int32(stream.integer($0, below: 31)) - 1 }
            let x = Guarded<Float>(numbers(stream.substream(1), 30, -1...1))
            let y = Guarded([Float](repeating: 5, count: 100))
            Float.gather(100, index, x.pointer, y.pointer)
            let gathered = index.map { $0 < 0 ? 0 : x.pointer[Int($0)] }
            #expect(y.elements == gathered)
        }
    }

    struct WindowCase: Sendable {
        var height = 9, width = 11, kernel = (3, 3), stride = (1, 1), padding = (0, 0)
        var dilation = (1, 1)

        func extent(_ size: Int, _ k: Int, _ s: Int, _ p: Int, _ d: Int) -> Int {
            (size + 2 * p - d * (k - 1) - 1) / s + 1
        }

        var outHeight: Int { extent(height, kernel.0, stride.0, padding.0, dilation.0) }
        var outWidth: Int { extent(width, kernel.1, stride.1, padding.1, dilation.1) }

        var c: cv_window {
            cv_window(
                height: Int64(height), width: Int64(width), out_height: Int64(outHeight),
                out_width: Int64(outWidth), kernel_height: Int64(kernel.0),
                kernel_width: Int64(kernel.1), stride_height: Int64(stride.0),
                stride_width: Int64(stride.1), padding_top: Int64(padding.0),
                padding_left: Int64(padding.1), dilation_height: Int64(dilation.0),
                dilation_width: Int64(dilation.1))
        }

        /// The pixel that output (oy, ox) sees at (ky, kx), if it is inside.
        func pixel(_ oy: Int, _ ox: Int, _ ky: Int, _ kx: Int) -> Int? {
            let y = oy * stride.0 + ky * dilation.0 - padding.0
            let x = ox * stride.1 + kx * dilation.1 - padding.1
            return (0..<height).contains(y) && (0..<width).contains(x) ? y * width + x : nil
        }

        static let examples: [WindowCase] = [
            .init(), .init(stride: (2, 2), padding: (1, 1)), .init(kernel: (2, 2), stride: (2, 2)),
            .init(kernel: (1, 1)), .init(kernel: (5, 3), stride: (1, 3), padding: (2, 1)),
            .init(padding: (2, 2), dilation: (2, 2)), .init(kernel: (7, 7), padding: (3, 3)),
            .init(height: 3, width: 2, kernel: (3, 3), padding: (2, 2)),
            .init(height: 4, width: 300, kernel: (3, 3), stride: (1, 2), padding: (1, 1)),
            .init(height: 2, width: 2, kernel: (1, 1), stride: (3, 3), padding: (2, 2)),
        ]
    }

    func checkWindow<R: VectorReal>(_: R.Type, _ w: WindowCase) {
        let planes = 3, size = w.height * w.width, count = w.outHeight * w.outWidth
        var pixels: [R] = numbers(stream.substream(1), planes * size, -1...1)
        // Ties, NaN, infinities.
        for i in stride(from: 0, to: pixels.count, by: 3) { pixels[i] = 0.75 }
        for i in stride(from: 0, to: pixels.count, by: 17) { pixels[i] = .nan }
        for i in stride(from: 0, to: pixels.count, by: 7) { pixels[i] = -.infinity }
        let x = Guarded(pixels)
        let index = Guarded([R](repeating: 7, count: planes * count))
        let taps = w.kernel.0 * w.kernel.1
        let columns = Guarded([R](repeating: 7, count: planes * taps * count))
        let back = Guarded([R](repeating: 1, count: planes * size))
        var image = [R](repeating: 1, count: planes * size)
        var indices = [R](), expected = [R](repeating: 0, count: planes * taps * count)
        let ramp = Guarded<R>(numbers(stream.substream(2), planes * taps * count, -1...1))
        withUnsafePointer(to: w.c) {
            R.maxPoolIndices($0, Int64(planes), x.pointer, index.pointer)
            R.im2col($0, Int64(planes), x.pointer, columns.pointer)
            R.col2im($0, Int64(planes), ramp.pointer, back.pointer)
        }
        for plane in 0..<planes {
            for output in 0..<count {
                var best = -1
                for tap in 0..<taps {
                    let (ky, kx) = (tap / w.kernel.1, tap % w.kernel.1)
                    guard
                        let place = w.pixel(output / w.outWidth, output % w.outWidth, ky, kx)
                    else { continue }
                    let value = pixels[plane * size + place]
                    let column = (plane * taps + tap) * count + output
                    expected[column] = value
                    image[plane * size + place] += ramp.pointer[column]
                    let old = best < 0 ? value : pixels[plane * size + best]
                    if best < 0 || value > old || (value.isNaN && !old.isNaN) { best = place }
                }
                indices.append(R(best))
            }
        }
        #expect(index.elements == indices, "\(R.self) \(w)")
        let same = zip(columns.elements, expected).allSatisfy {
            $0 == $1 || ($0.isNaN && $1.isNaN)
        }
        #expect(same, "\(R.self) \(w)")
        let close = zip(back.elements, image).allSatisfy { abs($0 - $1) <= 64 * R.ulpOfOne }
        #expect(close, "\(R.self) \(w)")
        checkPlanes(R.self, planes, size, count, index)
        if w.dilation == (1, 1) { checkAverages(R.self, w, planes, size, count) }
    }

    /// Averages and their transpose, whose sums are of a few eighths and so exact.
    func checkAverages<R: VectorReal>(
        _: R.Type, _ w: WindowCase, _ planes: Int, _ size: Int, _ count: Int
    ) {
        func eighths(_ number: Int, _ count: Int) -> [R] {
            numbers(stream.substream(number), count, -8...8).map { ($0 as R).rounded() / 8 }
        }
        let (rows, columns) = (eighths(4, w.outHeight), eighths(5, w.outWidth))
        let (x, u) = (Guarded(eighths(6, planes * size)), Guarded(eighths(7, planes * count)))
        let averages = Guarded([R](repeating: 7, count: planes * count))
        let spread = Guarded([R](repeating: 1, count: planes * size))
        withUnsafePointer(to: w.c) {
            R.averagePool($0, Int64(planes), rows, columns, 0, x.pointer, averages.pointer)
            R.averagePool($0, Int64(planes), rows, columns, 1, u.pointer, spread.pointer)
        }
        var expected = [R](repeating: 0, count: planes * count)
        var image = [R](repeating: 1, count: planes * size)
        for output in 0..<planes * count {
            let (plane, place) = (output / count, output % count)
            let (oy, ox) = (place / w.outWidth, place % w.outWidth)
            let share = rows[oy] * columns[ox]
            for tap in 0..<w.kernel.0 * w.kernel.1 {
                guard let pixel = w.pixel(oy, ox, tap / w.kernel.1, tap % w.kernel.1) else { continue }
                expected[output] += x.pointer[plane * size + pixel] * share
                image[plane * size + pixel] += u.pointer[output] * share
            }
        }
        #expect(averages.elements == expected && spread.elements == image, "\(R.self) \(w)")
    }

    func checkPlanes<R: VectorReal>(
        _: R.Type, _ planes: Int, _ size: Int, _ count: Int, _ index: Guarded<R>
    ) {
        let x = Guarded<R>(numbers(stream.substream(3), planes * size, -1...1))
        let picked = Guarded([R](repeating: 7, count: planes * count))
        let sums = Guarded([R](repeating: 0, count: planes * size))
        let dims = (Int64(planes), Int64(size), Int64(count))
        R.planeGather(dims.0, dims.1, dims.2, x.pointer, index.pointer, picked.pointer)
        R.planeScatterAdd(dims.0, dims.1, dims.2, picked.pointer, index.pointer, sums.pointer)
        var expected = [R](repeating: 0, count: planes * size)
        for i in 0..<planes * count {
            let place = Int(index.pointer[i])
            let value = place < 0 ? 0 : x.pointer[i / count * size + place]
            #expect(picked.pointer[i] == value)
            if place >= 0 { expected[i / count * size + place] += value }
        }
        #expect(sums.elements == expected)
    }

    @Test(arguments: InstructionSet.available)
    func windowsAgreeWithPlainLoops(_ set: InstructionSet) {
        set.use {
            for window in WindowCase.examples {
                checkWindow(Float.self, window)
                checkWindow(Double.self, window)
            }
        }
    }
}
