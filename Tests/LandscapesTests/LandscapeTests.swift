import Execution
import Foundation
import Randomness
import Testing

@testable import Landscapes

@Suite("Measuring, joining and certifying landscapes")
struct LandscapeTests {
    struct Interruption: Error {}

    private func measurement(_ axes: [LandscapeAxis]) throws -> LandscapeMeasurement {
        try LandscapeMeasurement(
            centre: sampleWeights,
            directions: axes.indices.map {
                try Direction.gaussian(
                    $0, seed: 3, weights: sampleWeights, tensors: sampleTensors)
            },
            axes: axes, weightDecay: 0.01)
    }

    /// A loss with all metrics, a function of the weights alone; infinite far from the centre.
    private func evaluate(_ weights: [Double]) -> PointMetrics {
        let sum = weights.reduce(0) { $0 + $1 * $1 }
        return PointMetrics(
            negativeLogLikelihood: sum > 900 ? .infinity : sum.squareRoot() + weights[0],
            l2: 0.005 * sum, l1: weights.reduce(0) { $0 + abs($1) },
            sumOfNorms: sum.squareRoot(), accuracy: 1 / (1 + sum), top5Accuracy: 1,
            brier: weights[1], expectedCalibrationError: weights[2])
    }

    @Test(arguments: [
        [LandscapeAxis(count: 7)],
        [LandscapeAxis(count: 5), LandscapeAxis(start: -0.5, end: 0.5, count: 3)],
        [LandscapeAxis(count: 1), LandscapeAxis(start: 0, end: 2, count: 4)],
    ])
    func pointsLieOnTheGridWithXFastest(axes: [LandscapeAxis]) throws {
        let measurement = try measurement(axes)
        let grid = try measurement.measure(evaluate: evaluate)
        #expect(grid.isComplete)
        for y in 0..<grid.height {
            for x in 0..<grid.width {
                var weights = sampleWeights
                let offsets = [axes[0].value(x)] + (axes.count > 1 ? [axes[1].value(y)] : [])
                #expect(grid.offsets(y * grid.width + x) == offsets)
                for (offset, direction) in zip(offsets, measurement.directions) {
                    for index in weights.indices {
                        weights[index] += offset * direction.values[index]
                    }
                }
                let actual = try #require(grid.points[y * grid.width + x])
                #expect(abs(actual.l2 - evaluate(weights).l2) < 1e-12)
            }
        }
        if let centre = grid.centre {
            #expect(grid.points[centre] == evaluate(sampleWeights))
        }
        #expect((grid.directionCosine == nil) == (axes.count == 1))
    }

    @Test func orderAndInterruptionLeaveNoTrace() throws {
        let measurement = try measurement([LandscapeAxis(count: 5), LandscapeAxis(count: 4)])
        let straight = try measurement.measure(evaluate: evaluate)
        let order = RandomStream(seed: 1, name: "order").permutation(20)
        #expect(try measurement.measure(order: order, evaluate: evaluate) == straight)

        for stop in 0..<20 {
            var stored = [PointMetrics?](repeating: nil, count: 20)
            #expect(throws: Interruption.self) {
                try measurement.measure(order: order, evaluate: evaluate) { index, point in
                    if stored.count(where: { $0 != nil }) == stop { throw Interruption() }
                    stored[index] = point
                }
            }
            var evaluations = 0
            let resumed = try measurement.measure(finished: stored) {
                evaluations += 1
                return evaluate($0)
            }
            #expect(resumed == straight)
            #expect(evaluations == 20 - stop)
        }
    }

    @Test func stoppedRunsKeepWhatTheyHave() throws {
        let measurement = try measurement([LandscapeAxis(count: 9)])
        var count = 0
        let grid = try measurement.measure(shouldStop: { count == 4 }) {
            count += 1
            return evaluate($0)
        }
        #expect(grid.finishedCount == 4)
        #expect(!grid.isComplete)
        #expect(grid.values(of: .negativeLogLikelihood).suffix(5).allSatisfy { $0.isNaN })
    }

    @Test func lossesThatAreNotFiniteStayInTheGrid() throws {
        let measurement = try measurement([LandscapeAxis(start: -10, end: 10, count: 3)])
        let grid = try measurement.measure(evaluate: evaluate)
        #expect(grid.values(of: .negativeLogLikelihood)[0] == .infinity)
        #expect(grid.values(of: .lossWithL2)[0] == .infinity)
        #expect(grid.nonFiniteShare == 2.0 / 3)
        #expect(grid.values(of: .l2)[0].isFinite)
        let point = try #require(grid.points[1])
        let share = try #require(grid.penaltyShare(of: .lossPark2022))
        let penalty = 0.01 * point.sumOfNorms
        #expect(abs(share - penalty / (point.negativeLogLikelihood + penalty)) < 1e-14)
    }

    @Test func mergeUnitesAndRefuses() throws {
        let measurement = try measurement([LandscapeAxis(count: 4), LandscapeAxis(count: 3)])
        let whole = try measurement.measure(evaluate: evaluate)
        var first = whole
        var second = whole
        for index in 0..<12 where index % 3 != 0 { first.points[index] = nil }
        for index in 0..<12 where index % 3 == 1 { second.points[index] = nil }
        first.points[0]?.brier = .nan
        second.points[0]?.brier = .nan
        let merged = try first.merged(with: second)
        #expect(merged.finishedCount == 8)
        #expect(merged.points[3] == whole.points[3] && merged.points[2] == whole.points[2])
        #expect(merged.points[0]?.brier.isNaN == true)

        second.points[3]?.accuracy += 0.5
        #expect {
            try first.merged(with: second)
        } throws: { error in
            guard case .conflict(_, let metric, _, _) = error as? LandscapeError else {
                return false
            }
            return metric == .accuracy
        }
        var other = whole
        other.axes[0].end = 2
        #expect(throws: LandscapeError.different(what: "their axes")) {
            try first.merged(with: other)
        }
        other = whole
        other.directions[0].seed = 99
        #expect(throws: LandscapeError.different(what: "their directions")) {
            try first.merged(with: other)
        }
    }

    @Test func unsuitableGridsAreRefused() throws {
        let axis = LandscapeAxis()
        #expect(throws: LandscapeError.dimensions(axes: 3, directions: 3)) {
            try measurement([axis, axis, axis])
        }
        #expect(throws: LandscapeError.axis(LandscapeAxis(count: 0))) {
            try measurement([LandscapeAxis(count: 0)])
        }
        let small = try measurement([LandscapeAxis(count: 3)])
        #expect(throws: LandscapeError.pointCount(expected: 3, actual: 2)) {
            try small.measure(finished: [nil, nil], evaluate: evaluate)
        }
        #expect(throws: LandscapeError.pointOutside(index: 3, count: 3)) {
            try small.measure(order: [3], evaluate: evaluate)
        }
    }

    /// A loss with known derivatives: L = exp(a·w) + ½Σ c_i w_i².
    struct Analytic {
        let a = RandomStream(seed: 8, name: "a").gaussians(20).map { 0.2 * $0 }
        let c = RandomStream(seed: 8, name: "c").gaussians(20)
        let w = RandomStream(seed: 8, name: "w").gaussians(20)

        func loss(_ w: [Double]) -> Double {
            exp(VectorMath.dot(a, w)) + 0.5 * zip(c, w).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
        }

        func gradient() -> [Double] {
            let e = exp(VectorMath.dot(a, w))
            return w.indices.map { e * a[$0] + c[$0] * w[$0] }
        }

        func hessianVector(_ v: [Double]) -> [Double] {
            let e = exp(VectorMath.dot(a, w)) * VectorMath.dot(a, v)
            return w.indices.map { e * a[$0] + c[$0] * v[$0] }
        }

        func along(_ direction: [Double], _ offset: Double) -> [Double] {
            zip(w, direction).map { $0 + offset * $1 }
        }
    }

    @Test func certificatesConfirmTrueDerivatives() throws {
        let problem = Analytic()
        let directions = (0..<2).map { RandomStream(seed: 9, name: "d\($0)").gaussians(20) }
        let certificate = try Certification().certify(
            directions: directions,
            loss: { problem.loss(problem.along(directions[$0], $1)) },
            gradient: problem.gradient, hessianVector: problem.hessianVector)
        #expect(certificate.slopes.map(\.name) == ["g·d0", "g·d1"])
        for comparison in certificate.slopes {
            #expect(comparison.relativeError < 1e-10)
        }
        for comparison in certificate.curvatures {
            #expect(comparison.relativeError < 1e-7)
            #expect(comparison.differenceError < 1e-6 * abs(comparison.difference))
        }
        #expect(try #require(certificate.asymmetry) < 1e-14)
        // Losses in single precision still agree to a few digits.
        let rounded = try Certification().certify(
            directions: directions,
            loss: { Double(Float(problem.loss(problem.along(directions[$0], $1)))) },
            gradient: problem.gradient, hessianVector: problem.hessianVector)
        #expect(rounded.largestRelativeError < 2e-2)
    }

    @Test func certificatesBetrayFalseDerivatives() throws {
        let problem = Analytic()
        let directions = (0..<2).map { RandomStream(seed: 9, name: "d\($0)").gaussians(20) }
        let certificate = try Certification().certify(
            directions: directions,
            loss: { problem.loss(problem.along(directions[$0], $1)) },
            gradient: { problem.gradient().map { 1.01 * $0 } },
            hessianVector: { v in
                // One entry off the symmetric place.
                var product = problem.hessianVector(v)
                product[0] += 2 * v[1]
                return product
            })
        #expect(certificate.slopes.allSatisfy { $0.relativeError > 5e-3 })
        #expect(certificate.curvatures.allSatisfy { $0.relativeError > 1e-4 })
        #expect(try #require(certificate.asymmetry) > 1e-4)
    }
}
