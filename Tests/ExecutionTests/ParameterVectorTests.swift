import Randomness
import Testing

@testable import Execution

/// Flat vectors in either storage against plain loops over the numbers that they hold.
@Suite("Parameter vectors")
struct ParameterVectorTests {
    let stream = RandomStream(seed: 1, name: "parameter vectors")

    /// Around the stretches of 2048 and 4096 entries that vectors and sets of them are met by.
    static let lengths = [
        0, 1, 7, 1000, 2047, 2048, 2049, 4095, 4096, 4097, 6145, 8192, 100_003,
    ]

    private func random(_ number: Int, _ length: Int, _ storage: Precision) -> ParameterVector {
        ParameterVector(stream.substream(number).gaussians(length), storage: storage)
    }

    private func unit(_ storage: Precision) -> Double { storage == .single ? 0x1p-24 : 0x1p-53 }

    private func plainDot(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test(arguments: Precision.allCases, lengths)
    func arithmetic(storage: Precision, length: Int) {
        let (x, y) = (random(1, length, storage), random(2, length, storage))
        let (a, b) = (Array(x), Array(y))
        let size = max(Double(length).squareRoot(), 1)
        let dot = plainDot(a, b)
        #expect(abs(x.dot(y) - dot) <= 1e-12 * size)
        #expect(x.dot(y) == x.dot(y))
        let norm = plainDot(a, a).squareRoot()
        #expect(abs(x.norm() - norm) <= 1e-13 * norm)
        #expect(abs(x.absoluteSum - a.reduce(0) { $0 + abs($1) }) <= 1e-12 * size * size)
        var sum = y
        sum.add(-0.3, x)
        var scaled = x
        scaled.scale(by: 0.3)
        for index in 0..<length {
            let exact = b[index] - 0.3 * a[index]
            #expect(abs(sum[index] - exact) <= unit(storage) * abs(exact) + 1e-15)
            #expect(abs(scaled[index] - 0.3 * a[index]) <= unit(storage) * abs(a[index]))
        }
        #expect(sum.storage == storage && sum.count == length)
    }

    /// Parts of a vector: what is outside neither counts nor changes.
    @Test(arguments: Precision.allCases)
    func stretches(storage: Precision) {
        let (x, y) = (random(1, 5000, storage), random(2, 5000, storage))
        let part = 1021..<4133
        let (a, b) = (x.values(in: part), y.values(in: part))
        #expect(a == part.map { x[$0] })
        #expect(abs(x.dot(y, in: part) - plainDot(a, b)) <= 1e-11)
        #expect(abs(x.norm(in: part) - plainDot(a, a).squareRoot()) <= 1e-12)
        var sum = y
        sum.add(2, x, in: part)
        var aside = y
        aside.replace(part, with: zip(a, b).map { 2 * $0 + $1 })
        for index in 0..<5000 where !part.contains(index) { #expect(sum[index] == y[index]) }
        for index in part {
            #expect(abs(sum[index] - aside[index]) <= 2 * unit(storage) * abs(aside[index]))
        }
        let kept = x.restricted(to: [3..<5, 4990..<4990, 4998..<5000])
        for index in 0..<5000 {
            #expect(kept[index] == ([3, 4, 4998, 4999].contains(index) ? x[index] : 0))
        }
    }

    /// 2²⁴ + 1 is no Float: a sum in single precision would lose every 1.
    @Test func sumsAreInDouble() {
        let numbers = [0x1p24] + [Double](repeating: 1, count: 5000)
        let x = ParameterVector(numbers, storage: .single)
        let ones = ParameterVector([Double](repeating: 1, count: 5001), storage: .single)
        #expect(x.dot(ones) == 0x1p24 + 5000)
        #expect(x.absoluteSum == 0x1p24 + 5000)
        #expect(x.components(along: [ones]) == [0x1p24 + 5000])
        let roots = ParameterVector([0x1p12] + numbers.dropFirst(), storage: .single)
        #expect(roots.squaredNorm() == 0x1p24 + 5000)
        // A product is rounded with its sum, not before.
        let near = 1 + 0x1p-23
        var sum = ParameterVector([-(1 + 0x1p-22)], storage: .single)
        sum.add(near, ParameterVector([near], storage: .single))
        #expect(sum[0] == 0x1p-46)
    }

    /// Entries are rounded where they are stored.
    @Test func storage() {
        let third = 1.0 / 3
        let single = ParameterVector([third, -third], storage: .single)
        #expect(Array(single) == [Double(Float(third)), Double(Float(-third))])
        #expect(single.stored(in: .double).stored(in: .single) == single)
        #expect(single != ParameterVector([third, -third]))
        var vector = ParameterVector(zeros: 2, storage: .single)
        vector[1] = third
        #expect(Array(vector) == [0, Double(Float(third))])
        let stretches = ParameterVector(count: 3, storage: .single, stretches: [1, 0, 2]) {
            (0..<[1, 0, 2][$0]).map { _ in third }
        }
        #expect(Array(stretches) == [Double](repeating: Double(Float(third)), count: 3))
        // Vectors of two storages meet in double.
        #expect(
            abs(single.dot(ParameterVector([1, -1])) - 2 * Double(Float(third))) < 1e-16)
    }

    @Test func normsNearTheEndsOfTheRange() {
        #expect(abs(ParameterVector([3e200, 4e200]).norm() / 5e200 - 1) < 1e-15)
        #expect(abs(ParameterVector([3e-200, 4e-200]).norm() / 5e-200 - 1) < 1e-15)
        #expect(abs(ParameterVector([3e38, -3e38], storage: .single).norm() / 4.2426e38 - 1) < 1e-4)
        #expect(ParameterVector(zeros: 3).norm() == 0)
        #expect(ParameterVector([1, .infinity]).norm() == .infinity)
        #expect(ParameterVector([1, .nan]).norm().isNaN)
        #expect(ParameterVector([.infinity, .nan]).norm().isNaN)
        var vector = ParameterVector([3e200, 4e200])
        #expect(abs(vector.normalize() / 5e200 - 1) < 1e-15)
        #expect(abs(vector[0] - 0.6) < 1e-15 && abs(vector[1] - 0.8) < 1e-15)
        var zero = ParameterVector(zeros: 2)
        #expect(zero.normalize() == 0 && Array(zero) == [0, 0])
    }

    @Test(arguments: Precision.allCases)
    func finitenessSeesEveryKindOfEntry(storage: Precision) {
        func isFinite(_ values: [Double]) -> Bool {
            ParameterVector(values, storage: storage).isFinite
        }
        #expect(isFinite([]))
        #expect(isFinite([1, -2, 0]))
        #expect(!isFinite([1, .nan, 0]))
        #expect(!isFinite([.infinity, 1]))
        // Finite entries whose sum overflows are finite.
        let large = storage == .single ? 3e38 : 1e308
        #expect(isFinite([large, large]))
        #expect(isFinite([1e39]) == (storage == .double))
    }

    // MARK: Sets of vectors

    @Test(arguments: Precision.allCases, lengths.filter { $0 > 0 })
    func basis(storage: Precision, length: Int) {
        let basis = (0..<4).map { random($0, length, storage) }
        let x = random(9, length, storage)
        let components = x.components(along: basis)
        let size = Double(length).squareRoot()
        for (component, vector) in zip(components, basis) {
            #expect(abs(component - plainDot(Array(x), Array(vector))) <= 1e-12 * size)
        }
        let coefficients = [0.5, -1.25, 0.1, 3]
        let sum = ParameterVector.combination(coefficients, of: basis)
        var added = x
        added.add(coefficients, basis)
        #expect(sum.storage == storage)
        for index in 0..<length {
            let exact = (0..<4).reduce(0) { $0 + coefficients[$1] * basis[$1][index] }
            // Each vector of the set is added and rounded by itself.
            let error = 5 * unit(storage) * 16
            #expect(abs(sum[index] - exact) <= error)
            #expect(abs(added[index] - x[index] - exact) <= error)
        }
    }

    @Test(arguments: Precision.allCases, [5, 4095, 4096, 4097, 9001])
    func combinationsInPlaceEqualThoseAside(storage: Precision, length: Int) {
        var vectors = (0..<4).map { random($0, length, storage) }
        let rows = (0..<3).map { stream.substream(10 + $0).gaussians(4) }
        let wide = vectors.map { $0.stored(in: .double) }
        let expected = rows.map { ParameterVector.combination($0, of: wide) }
        ParameterVector.combine(&vectors, rows: rows)
        #expect(vectors.count == 3)
        for (actual, expected) in zip(vectors, expected) {
            #expect(actual.storage == storage)
            let isNear = zip(actual, expected).allSatisfy {
                abs($0 - $1) < unit(storage) * abs($1) + 1e-13
            }
            #expect(isNear)
        }
    }
}
