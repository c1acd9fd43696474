import CVector
import Foundation
import Randomness
import Testing

/// Row kernels in plain Double loops, one row at a time.
enum PlainRow {
    static func softmax(_ x: [Double]) -> [Double] {
        let shift = x.max() ?? 0
        let e = x.map { exp($0 - shift) }
        let sum = e.reduce(0, +)
        return e.map { $0 / sum }
    }

    static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    static func statistics(_ x: [Double], _ epsilon: Double) -> (mean: Double, rstd: Double) {
        let mean = x.reduce(0, +) / Double(x.count)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
        return (mean, 1 / (variance + epsilon).squareRoot())
    }

    static func standardize(_ x: [Double], _ epsilon: Double) -> [Double] {
        let (mean, rstd) = statistics(x, epsilon)
        return x.map { ($0 - mean) * rstd }
    }

    /// J(x) w from the quotient rule: (w - mean w) rstd + d (-rstd^3 mean(d w)).
    static func jacobian(_ x: [Double], _ w: [Double], _ epsilon: Double) -> [Double] {
        let (mean, rstd) = statistics(x, epsilon)
        let meanW = w.reduce(0, +) / Double(w.count)
        let d = x.map { $0 - mean }
        let c = rstd * rstd * rstd * dot(d, w) / Double(x.count)
        return zip(d, w).map { ($1 - meanW) * rstd - $0 * c }
    }
}

@Suite("CVector row kernels")
struct CVectorRowTests {
    let stream = RandomStream(seed: 7, name: "row kernels")
    let sizes = Array(1...70) + [192, 257, 768]

    func matrix<R: VectorReal>(
        _: R.Type, _ index: Int, _ count: Int, _ range: ClosedRange<Double> = -2...2
    ) -> Guarded<R> {
        Guarded(numbers(stream.substream(index), count, range))
    }

    func row<R>(_ x: Guarded<R>, _ row: Int, _ n: Int) -> [Double] {
        (0..<n).map { Double(x.pointer[row * n + $0]) }
    }

    func expectClose<R: VectorReal>(
        _: R.Type, _ actual: [Double], _ expected: [Double], _ units: Double, _ what: String
    ) {
        let size = expected.reduce(1) { max($0, abs($1)) }
        let worst = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(worst <= units * size * Double(R.ulpOfOne), "\(R.self) \(what)")
    }

    func checkSoftmax<R: VectorReal>(_: R.Type, _ n: Int) {
        let rows = 3, all = rows * n
        let x = matrix(R.self, 1, all, -9...9), result = matrix(R.self, 2, all)
        R.softmax(3, Int64(n), x.pointer, result.pointer)
        for k in 0..<rows {
            let expected = PlainRow.softmax(row(x, k, n))
            expectClose(R.self, row(result, k, n), expected, 8, "softmax \(n)")
        }
        R.logSoftmax(3, Int64(n), x.pointer, result.pointer)
        for k in 0..<rows {
            let expected = PlainRow.softmax(row(x, k, n)).map { log($0) }
            expectClose(R.self, row(result, k, n), expected, 8, "log softmax \(n)")
        }
        let y = matrix(R.self, 3, all, 0...1), u = matrix(R.self, 4, all)
        let dy = matrix(R.self, 5, all), du = matrix(R.self, 6, all)
        R.softmaxJacobian(3, Int64(n), y.pointer, u.pointer, 0.5, result.pointer)
        for k in 0..<rows {
            let (y, u) = (row(y, k, n), row(u, k, n))
            let mean = PlainRow.dot(y, u)
            let expected = zip(y, u).map { 0.5 * $0 * ($1 - mean) }
            expectClose(R.self, row(result, k, n), expected, 4 * Double(n), "Jacobian \(n)")
        }
        for choice in 0..<4 {
            R.softmaxTangent(
                3, Int64(n), y.pointer, choice & 1 == 0 ? nil : dy.pointer, u.pointer,
                choice & 2 == 0 ? nil : du.pointer, 0.5, result.pointer)
            for k in 0..<rows {
                let zero = [Double](repeating: 0, count: n)
                let (y, u) = (row(y, k, n), row(u, k, n))
                let dy = choice & 1 == 0 ? zero : row(dy, k, n)
                let du = choice & 2 == 0 ? zero : row(du, k, n)
                let mean = PlainRow.dot(y, u)
                let change = PlainRow.dot(dy, u) + PlainRow.dot(y, du)
                let expected = (0..<n).map {
                    0.5 * (dy[$0] * (u[$0] - mean) + y[$0] * (du[$0] - change))
                }
                expectClose(
                    R.self, row(result, k, n), expected, 8 * Double(n), "tangent \(n) \(choice)")
            }
        }
    }

    func checkStandardize<R: VectorReal>(_: R.Type, _ n: Int) {
        let rows = 3, all = rows * n, epsilon = 0.01, m = Int64(n)
        // A mean that is large against the deviations.
        let x = matrix(R.self, 1, all, 5...7), result = matrix(R.self, 2, all)
        let gamma = matrix(R.self, 3, n, 0.5...2), beta = matrix(R.self, 4, n)
        let dx = matrix(R.self, 5, all), u = matrix(R.self, 6, all)
        let bound = 60 + Double(n)
        let scales = row(gamma, 0, n), shifts = row(beta, 0, n)
        for choice in 0..<4 {
            R.standardize(
                3, m, x.pointer, choice & 1 == 0 ? nil : gamma.pointer,
                choice & 2 == 0 ? nil : beta.pointer, epsilon, result.pointer)
            for k in 0..<rows {
                let expected = PlainRow.standardize(row(x, k, n), epsilon).enumerated().map {
                    $1 * (choice & 1 == 0 ? 1 : scales[$0]) + (choice & 2 == 0 ? 0 : shifts[$0])
                }
                expectClose(R.self, row(result, k, n), expected, bound, "standardize \(n)")
            }
        }
        for hasScales in [false, true] {
            let factors = hasScales ? UnsafePointer(gamma.pointer) : nil
            func scaled(_ k: Int) -> [Double] {
                hasScales ? zip(row(u, k, n), scales).map { $0 * $1 } : row(u, k, n)
            }
            R.standardizeJacobian(3, m, x.pointer, factors, u.pointer, epsilon, result.pointer)
            for k in 0..<rows {
                let expected = PlainRow.jacobian(row(x, k, n), scaled(k), epsilon)
                expectClose(R.self, row(result, k, n), expected, 4 * bound, "Jacobian \(n)")
            }
            R.standardizeHessian(
                3, m, x.pointer, dx.pointer, factors, u.pointer, epsilon, result.pointer)
            for k in 0..<rows {
                // The derivative of t -> J(x + t dx)[w] at 0 by central differences.
                let at = { (t: Double) -> [Double] in
                    let moved = zip(self.row(x, k, n), self.row(dx, k, n)).map { $0 + t * $1 }
                    return PlainRow.jacobian(moved, scaled(k), epsilon)
                }
                let h = 1e-3
                let (a, b, c, d) = (at(-2 * h), at(-h), at(h), at(2 * h))
                let expected = (0..<n).map { (a[$0] - 8 * b[$0] + 8 * c[$0] - d[$0]) / (12 * h) }
                let size = expected.reduce(1) { max($0, abs($1)) }
                let worst = zip(row(result, k, n), expected).reduce(0) {
                    max($0, abs($1.0 - $1.1))
                }
                // Fourth-order differences: errors of about h^4 times the fifth derivative, which
                // for tiny rows is large, and of round-off over h.
                let allowed = max(Double(R.ulpOfOne) * 20 * bound, n < 4 ? 1e-4 : 1e-7) * size
                #expect(worst <= allowed, "\(R.self) Hessian \(n): \(worst)")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func softmaxAndItsDerivativesAgreeWithPlainLoops(_ set: InstructionSet) {
        set.use {
            for n in sizes {
                checkSoftmax(Float.self, n)
                checkSoftmax(Double.self, n)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func standardisationAgreesWithDifferences(_ set: InstructionSet) {
        set.use {
            for n in sizes {
                checkStandardize(Float.self, n)
                checkStandardize(Double.self, n)
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func aNaNSpoilsItsRowOnly(_ set: InstructionSet) {
        set.use {
            for n in [1, 5, 16, 50] {
                let x = matrix(Float.self, 1, 2 * n), y = matrix(Float.self, 2, 2 * n)
                x.pointer[n / 2] = .nan
                Float.softmax(2, Int64(n), x.pointer, y.pointer)
                #expect(y.elements[..<n].allSatisfy { $0.isNaN })
                #expect(y.elements[n...].allSatisfy { $0.isFinite })
                Float.standardize(2, Int64(n), x.pointer, nil, nil, 1e-5, y.pointer)
                #expect(y.elements[..<n].allSatisfy { $0.isNaN })
                #expect(y.elements[n...].allSatisfy { $0.isFinite })
                Float.rowMax(2, Int64(n), x.pointer, y.pointer)
                #expect(y.pointer[0].isNaN && y.pointer[1] == x.elements[n...].max())
            }
            // Masked entries of an attention are -infinity, and weigh nothing.
            let x = Guarded<Float>([1, -.infinity, 1, -.infinity])
            Float.softmax(1, 4, x.pointer, x.pointer)
            #expect(x.elements == [0.5, 0, 0.5, 0])
        }
    }
}
