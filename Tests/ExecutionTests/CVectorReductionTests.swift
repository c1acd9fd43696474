import CVector
import Randomness
import Testing

@Suite("CVector reductions and flat vectors")
struct CVectorReductionTests {
    let stream = RandomStream(seed: 9, name: "reductions")
    let sizes = Array(0...70) + [511, 1025, 70_001]

    func checkFlat<R: VectorReal>(_: R.Type, _ n: Int) {
        let a = Guarded<R>(numbers(stream.substream(1), n, -1...1))
        let b = Guarded<R>(numbers(stream.substream(2), n, -1...1))
        let (x, y, m) = (a.values, b.values, Int64(n))
        let unit = Double(R.ulpOfOne)
        let dot = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
        let rounding = 1e-15 * Double(n + 1)
        let absolute = x.reduce(0) { $0 + abs($1) }
        #expect(abs(R.absoluteSum(m, a.pointer) - absolute) <= rounding)
        #expect(abs(R.dot(m, a.pointer, b.pointer) - dot) <= rounding)
        func agrees(_ c: Guarded<R>, _ value: (Int) -> Double) -> Bool {
            (0..<n).allSatisfy { abs(Double(c.pointer[$0]) - value($0)) <= 2 * unit }
        }
        let c = Guarded(b.elements)
        R.axpy(m, 0.5, a.pointer, c.pointer)
        #expect(agrees(c) { 0.5 * x[$0] + y[$0] })
        // In double and rounded once: half a unit in the last place.
        let g = Guarded(b.elements)
        R.addMultiple(m, 0.3, a.pointer, g.pointer)
        #expect(
            (0..<n).allSatisfy { i in
                let exact = y[i] + 0.3 * x[i]
                return abs(Double(g.pointer[i]) - exact) <= unit / 2 * abs(exact) + 3e-16
            })
        let d = Guarded(b.elements)
        R.scale(m, 0.75, d.pointer)
        #expect(agrees(d) { 0.75 * y[$0] })
        let e = Guarded(b.elements)
        R.axpby(m, 0.5, a.pointer, -0.25, e.pointer)
        #expect(agrees(e) { 0.5 * x[$0] - 0.25 * y[$0] })
        let f = Guarded([R](repeating: .nan, count: n))
        R.axpby(m, 0.5, a.pointer, 0, f.pointer)
        #expect(agrees(f) { 0.5 * x[$0] })
        R.fill(m, 3, f.pointer)
        #expect(f.elements.allSatisfy { $0 == 3 })
        #expect(R.anyNonfinite(m, a.pointer) == 0)
        for bad in [R.nan, .infinity, -.infinity] where n > 0 {
            let place = stream.integer(n, below: n), kept = a.pointer[place]
            a.pointer[place] = bad
            #expect(R.anyNonfinite(m, a.pointer) == 1)
            #expect(!R.absoluteSum(m, a.pointer).isFinite)
            a.pointer[place] = kept
        }
    }

    @Test(arguments: InstructionSet.available)
    func flatVectorsAgreeWithPlainLoops(_ set: InstructionSet) {
        set.use {
            for n in sizes {
                checkFlat(Float.self, n)
                checkFlat(Double.self, n)
                let x = Guarded<Float>(numbers(stream.substream(3), n, -1...1))
                let y = Guarded<Double>(numbers(stream.substream(4), n, -1...1))
                let m = Int64(n)
                checkSums(n)
                cv_narrow(m, y.pointer, x.pointer)
                #expect(x.elements == y.elements.map { Float($0) })
                cv_widen_sum(m, 1, [UnsafePointer(x.pointer)], 1, 0, y.pointer)
                #expect(y.elements == x.values)
            }
        }
    }

    func checkSums(_ n: Int) {
        let parts = (5..<8).map { Guarded<Float>(numbers(stream.substream($0), n, -1...1)) }
        for accumulate in [0, 1] {
            let y = Guarded<Double>(numbers(stream.substream(8), n, -1...1))
            let before = y.elements
            cv_widen_sum(
                Int64(n), 3, parts.map { UnsafePointer($0.pointer) }, 0.3, Int32(accumulate),
                y.pointer)
            let same = (0..<n).allSatisfy { i in
                let sum = parts.reduce(0) { $0 + Double($1.pointer[i]) }
                return abs(y.pointer[i] - Double(accumulate) * before[i] - 0.3 * sum) <= 1e-15
            }
            #expect(same)
            let z = Guarded<Float>(numbers(stream.substream(9), n, -1...1))
            let old = z.elements
            cv_round_sum(
                Int64(n), 3, parts.map { UnsafePointer($0.pointer) }, 0.3, Int32(accumulate),
                z.pointer)
            let isRounded = (0..<n).allSatisfy { i in
                let sum = parts.reduce(0) { $0 + Double($1.pointer[i]) }
                let exact = Double(accumulate) * Double(old[i]) + 0.3 * sum
                return abs(Double(z.pointer[i]) - exact) <= 0x1p-24 * abs(exact) + 1e-15
            }
            #expect(isRounded)
        }
    }

    func checkMatrix<R: VectorReal>(_: R.Type, _ rows: Int, _ n: Int) {
        let a = Guarded<R>(numbers(stream.substream(1), rows * n, -1...1))
        let x = a.values, unit = Double(R.ulpOfOne)
        let (height, width) = (Int64(rows), Int64(n))
        for accumulate in [0, 1] {
            let old = Double(accumulate)
            let sums = Guarded([R](repeating: 1, count: rows))
            R.rowSum(height, width, a.pointer, Int32(accumulate), sums.pointer)
            for i in 0..<rows {
                let sum = x[i * n..<(i + 1) * n].reduce(old, +)
                #expect(abs(Double(sums.pointer[i]) - sum) <= 4 * unit * Double(n + 2))
            }
        }
        let rowMaxima = Guarded([R](repeating: 0, count: rows))
        R.rowMax(height, width, a.pointer, rowMaxima.pointer)
        for i in 0..<rows {
            #expect(Double(rowMaxima.pointer[i]) == x[i * n..<(i + 1) * n].max() ?? -.infinity)
        }
    }

    @Test(arguments: InstructionSet.available)
    func matricesAgreeWithPlainLoops(_ set: InstructionSet) {
        set.use {
            for n in Array(1...40) + [64, 192, 513, 1100] {
                for rows in [0, 1, 2, 3, 4, 7, 13] {
                    checkMatrix(Float.self, rows, n)
                    checkMatrix(Double.self, rows, n)
                }
            }
        }
    }
}
