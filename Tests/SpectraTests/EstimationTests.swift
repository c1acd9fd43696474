import Execution
import Foundation
import Randomness
import Results
import Testing

@testable import Spectra

/// Estimates from products, held against matrices that are known.
@Suite("Densities, traces, blocks and sharpness of known matrices")
struct EstimationTests {
    let stream = RandomStream(seed: 21, name: "estimation tests")

    private func run(
        _ estimation: TraceEstimation, _ target: any SymmetricOperator, items: Int? = nil
    ) throws -> TraceResult {
        var (rows, space) = ([[Double]?](), TraceEstimation.Space())
        while rows.count < min(items ?? .max, estimation.itemCount),
            try items != nil || !estimation.isEnough(rows)
        {
            rows.append(try estimation.measure(rows.count, &space, of: target))
        }
        var result = estimation.emptyResult
        try result.assemble(rows)
        return result
    }

    // MARK: Quadrature

    @Test func aQuadratureIsExactForPolynomials() throws {
        let target = MatrixOperator.random(60, stream.substream(0))
        var start = ParameterVector(stream.substream(1).gaussians(60))
        start.normalize()
        let quadrature = try GaussQuadrature(of: target, start: start, steps: 6)
        var power = start
        for degree in 0...11 {
            let moment = zip(quadrature.nodes, quadrature.weights).reduce(0) { sum, part in
                sum + part.1 * (0..<degree).reduce(1) { value, _ in value * part.0 }
            }
            let exact = start.dot(power)
            let scale = (0..<degree).reduce(1.0) { value, _ in value * 22 }
            #expect(abs(moment - exact) < 1e-11 * scale, "degree \(degree)")
            power = target.apply(power)
        }
    }

    /// Bounds of the cumulative measure hold for certain, at every number and step count.
    @Test(arguments: [1, 2, 5, 20, 80]) func boundsHold(steps: Int) throws {
        let target = MatrixOperator.random(50, stream.substream(2))
        let exact = try SymmetricMatrix.eigen(target.entries, order: 50)
        var start = ParameterVector(stream.substream(3).gaussians(50))
        start.normalize()
        let quadrature = try GaussQuadrature(of: target, start: start, steps: steps)
        #expect(quadrature.nodes.count == min(steps, 50))
        let parts = exact.vectors.map { vector in
            let along = zip(vector, start).reduce(0) { $0 + $1.0 * $1.1 }
            return along * along
        }
        for place in 0..<400 {
            let x = -25 + 50 * Double(place) / 399
            let truth = zip(exact.values, parts).filter { $0.0 <= x }.map(\.1).reduce(0, +)
            let found = quadrature.cumulative(at: x)
            #expect(found.lower <= truth + 1e-9 && truth <= found.upper + 1e-9)
            #expect(found.lower <= found.value && found.value <= found.upper)
        }
    }

    @Test func aSpaceThatEndsIsExact() throws {
        let target = RotatedDiagonal([3, 3, 3, -1, -1, 0, 0, 0])
        let start = ParameterVector(stream.substream(4).gaussians(8))
        let quadrature = try GaussQuadrature(of: target, start: start, steps: 8)
        #expect(quadrature.nodes.count == 3)
        for (node, value) in zip(quadrature.nodes, [-1.0, 0, 3]) { #expect(abs(node - value) < 1e-12) }
    }

    /// The band of the mean over probes covers as often as it says, or more often.
    @Test func theBandCovers() throws {
        let diagonal = (0..<300).map { (place: Int) -> Double in
            place < 6 ? Double(20 - 2 * place) : 0.01 * Double(place % 7) - 0.02
        }
        let target = RotatedDiagonal(diagonal)
        var misses = 0
        for seed in 0..<20 {
            var measurement = DensityMeasurement(dimension: 300, seed: UInt64(seed))
            (measurement.probes, measurement.steps, measurement.points) = (3, 12, 200)
            var result = measurement.emptyResult
            try result.assemble((0..<3).map { try measurement.measure($0, of: target).row })
            let isMissed = result.curve.contains { point in
                let share = Double(diagonal.count { $0 <= point.eigenvalue }) / 300
                return share < point.cumulative.lower - 1e-12
                    || share > point.cumulative.upper + 1e-12
            }
            misses += isMissed ? 1 : 0
            let step = result.curve[1].eigenvalue - result.curve[0].eigenvalue
            let area = result.curve.reduce(0) { $0 + $1.density * step }
            #expect(abs(area - 1) < 1e-3)
        }
        #expect(misses <= 1)
    }

    // MARK: Trace

    @Test func signsAreExactForDiagonals() throws {
        struct Diagonal: SymmetricOperator {
            var dimension: Int { 40 }
            func apply(_ vector: ParameterVector) -> ParameterVector {
                ParameterVector(vector.enumerated().map { Double($0) * $1 })
            }
        }
        let result = try run(TraceEstimation(.hutchinson, dimension: 40), Diagonal())
        #expect(result.trace.value == 780 && result.standardError == 0 && result.converged)
        #expect(result.frobenius.value == (0..<40).reduce(0) { $0 + Double($1 * $1) }.squareRoot())
    }

    @Test func theRangeOfALowRankIsExact() throws {
        let diagonal = (0..<100).map { $0 < 7 ? Double($0 + 1) : 0 }
        for method in [TraceEstimation.Method.hutchPlusPlus, .xtrace] {
            let result = try run(
                TraceEstimation(method, rangeSize: 12, dimension: 100), RotatedDiagonal(diagonal))
            #expect(abs(result.trace.value - 28) < 1e-9 && result.converged)
            #expect(result.standardError < 1e-9)
        }
    }

    /// XTrace from its small matrices is XTrace from its definition.
    @Test func xtraceFollowsItsDefinition() throws {
        let (n, count) = (30, 6)
        let target = MatrixOperator.random(n, stream.substream(5))
        let estimation = TraceEstimation(.xtrace, dimension: n, seed: 4)
        let result = try run(estimation, target, items: count)
        let draws = (0..<count).map {
            ParameterVector.gaussian(
                n, storage: .double,
                stream: RandomStream(seed: 4, name: "trace").substream($0))
        }
        let samples = (0..<count).map { left in
            // An orthonormal basis of the range of all products but one.
            var basis: [ParameterVector] = []
            for index in 0..<count where index != left {
                var product = target.apply(draws[index])
                for _ in 0..<2 { for other in basis { product.add(-other.dot(product), other) } }
                product.normalize()
                basis.append(product)
            }
            var rest = draws[left]
            for _ in 0..<2 { for other in basis { rest.add(-other.dot(rest), other) } }
            let inside = basis.reduce(0) { $0 + $1.dot(target.apply($1)) }
            let scale = Double(n - count + 1) / rest.dot(rest)
            return inside + scale * rest.dot(target.apply(rest))
        }
        let mean = samples.reduce(0, +) / Double(count)
        let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(abs(result.trace.value - mean) < 1e-9 * abs(mean))
        let error = (squares / Double(count * (count - 1))).squareRoot()
        #expect(abs(result.standardError - error) < 1e-9 * error)
        #expect(result.products == 2 * count)
    }

    /// Intervals of all estimators cover the trace about as often as they say.
    @Test(arguments: TraceEstimation.Method.allCases)
    func intervalsCover(_ method: TraceEstimation.Method) throws {
        let diagonal = (0..<120).map { (place: Int) -> Double in
            40 / Double(1 + place * place) + (place.isMultiple(of: 2) ? 0.3 : -0.2)
        }
        let target = RotatedDiagonal(diagonal)
        let exact = diagonal.reduce(0, +)
        var inside = 0
        for seed in 0..<40 {
            let estimation = TraceEstimation(
                method, tolerance: 1e-9, rangeSize: 10, dimension: 120, seed: UInt64(seed))
            let result = try run(estimation, target, items: 30)
            if result.trace.lower <= exact, exact <= result.trace.upper { inside += 1 }
        }
        #expect(inside >= 34)
    }

    @Test func anEstimationStopsAtItsError() throws {
        let diagonal = (0..<200).map { 1 / Double(1 + $0) }
        for method in TraceEstimation.Method.allCases {
            let result = try run(
                TraceEstimation(method, tolerance: 0.05, rangeSize: 5, dimension: 200),
                RotatedDiagonal(diagonal))
            #expect(result.converged)
            #expect(result.standardError <= 0.05 * abs(result.trace.value))
            let before = result.history.dropLast().last
            #expect((before?.products ?? 0) < result.products)
            let none = try run(
                TraceEstimation(
                    method, tolerance: 1e-12, maximumProducts: 30, rangeSize: 5, dimension: 200),
                RotatedDiagonal(diagonal))
            #expect(!none.converged && none.products == 30)
        }
    }

    // MARK: Blocks

    @Test func aRestrictedOperatorIsTheBlock() throws {
        let target = MatrixOperator.random(12, stream.substream(6))
        let block = RestrictedOperator(target, to: [1..<3, 7..<11])
        #expect(block.dimension == 6)
        let places = [1, 2, 7, 8, 9, 10]
        for (column, place) in places.enumerated() {
            var unit = ParameterVector(zeros: 6)
            unit[column] = 1
            let product = try block.apply(unit)
            for (row, other) in places.enumerated() {
                #expect(product[row] == target.entries[other * 12 + place])
            }
        }
    }

    // MARK: Sharpness

    /// A loss g·w + wᵀDw/2.
    private func loss(_ slope: [Double], _ diagonal: [Double]) -> DifferentiableLoss {
        func gradient(_ w: ParameterVector) -> ParameterVector {
            ParameterVector(w.enumerated().map { slope[$0] + diagonal[$0] * $1 })
        }
        func value(_ w: ParameterVector) -> Double {
            var sum = 0.0
            for (place, entry) in w.enumerated() {
                sum += slope[place] * entry + diagonal[place] * entry * entry / 2
            }
            return sum
        }
        return DifferentiableLoss(value: value, gradient: { (value($0), gradient($0)) })
    }

    private func sharpness(
        _ measurement: SharpnessMeasurement, _ loss: DifferentiableLoss, _ w: ParameterVector
    ) throws -> SharpnessResult {
        var result = measurement.emptyResult
        try result.assemble(
            (0..<measurement.itemCount).map { try measurement.measure($0, of: loss, at: w) })
        return result
    }

    @Test func linearLossesRiseByTheirSlope() throws {
        let w: ParameterVector = [2, -0.5, 0]
        let result = try sharpness(
            SharpnessMeasurement(radii: [0.1, 0.3], steps: 4), loss([3, 4, 12], [0, 0, 0]), w)
        let expected = [0.1 * 13, 0.3 * 13, 0.1 * 40.0.squareRoot(), 0.3 * 40.0.squareRoot()]
        for (rise, value) in zip(result.rises, expected) {
            #expect(abs(rise.rise - value) < 1e-12 && abs(rise.firstStep - value) < 1e-12)
            #expect(!rise.definition.isEmpty)
        }
        // A linear loss falls at every learning rate.
        #expect(result.criticalRate.isNaN && result.criticalSharpness.isNaN)
    }

    /// Of ½λw² every learning rate below 2/λ lowers the loss.
    @Test(arguments: [1e-7, 0.3, 7, 1e9]) func theCriticalRateOfAParabola(curvature: Double) throws {
        let result = try sharpness(
            SharpnessMeasurement(radii: [1]), loss([0], [curvature]), [1])
        #expect(result.criticalRate >= 2 / curvature * (1 - 1e-12))
        #expect(result.criticalRate <= 2 / curvature * (1 + 1.0 / 64))
        #expect(result.rateBelow < 2 / curvature)
        #expect(result.criticalSharpness <= curvature * (1 + 1e-12))
        #expect(result.criticalSharpness >= curvature * (1 - 1.0 / 64))
    }

    /// On a quadratic the ascent comes to the largest value on the sphere.
    @Test func ascentsFindTheTopOfTheBall() throws {
        let result = try sharpness(
            SharpnessMeasurement(radii: [1], steps: 60), loss([0.1, 0.2], [5, 1]), [0, 0])
        let best = (0..<10_000).map { place -> Double in
            let angle = 2 * Double.pi * Double(place) / 10_000
            let (x, y) = (cos(angle), sin(angle))
            let (slope, bend) = (0.1 * x + 0.2 * y, 2.5 * x * x + 0.5 * y * y)
            return slope + bend
        }.max() ?? 0
        #expect(abs(result.rises[0].rise - best) < 1e-4)
        #expect(result.rises[0].firstStep < result.rises[0].rise)
    }
}
