import Execution
import Foundation
import Randomness
import Testing

@testable import Landscapes

@Suite("Measuring, joining and certifying landscapes")
struct LandscapeTests {
    private func measurement(_ axes: [LandscapeAxis]) throws -> LandscapeMeasurement {
        try LandscapeMeasurement(
            centre: sampleWeights,
            directions: axes.indices.map {
                try Direction.gaussian(
                    $0, seed: 3, weights: sampleWeights, tensors: sampleTensors)
            },
            axes: axes, l2: 0.01)
    }

    /// A loss with all metrics, a function of the weights alone; infinite far from the centre.
    private func evaluate(_ weights: ParameterVector) -> PointMetrics {
        let sum = weights.reduce(0) { $0 + $1 * $1 }
        var point = PointMetrics(
            negativeLogLikelihood: sum > 900 ? .infinity : sum.squareRoot() + weights[0],
            l2Penalty: 0.005 * sum, l1: weights.reduce(0) { $0 + abs($1) },
            sumOfNorms: sum.squareRoot(), accuracy: 1 / (1 + sum), top5Accuracy: 1,
            brier: weights[1], expectedCalibrationError: weights[2])
        (point.accuracy90, point.signedCalibrationError) = (weights[0], -weights[2])
        (point.unconfidence, point.unconfidence90) = (0, 1 / (2 + sum))
        (point.intersectionOverUnion, point.intersectionOverUnion90) = (weights[1], weights[0])
        (point.frequency, point.frequency90) = (1, 1 / (3 + sum))
        return point
    }

    /// The grid with all its points, put together from their rows as from a file.
    private func measured(_ measurement: LandscapeMeasurement) throws -> LandscapeGrid {
        var grid = measurement.emptyGrid
        let rows: [[Double]?] = grid.points.indices.map {
            evaluate(measurement.parameters(at: grid.offsets($0))).row
        }
        try grid.assemble(rows + [nil])
        return grid
    }

    @Test(arguments: [
        [LandscapeAxis(count: 7)],
        [LandscapeAxis(count: 5), LandscapeAxis(start: -0.5, end: 0.5, count: 3)],
        [LandscapeAxis(count: 1), LandscapeAxis(start: 0, end: 2, count: 4)],
    ])
    func pointsLieOnTheGridWithXFastest(axes: [LandscapeAxis]) throws {
        let measurement = try measurement(axes)
        let grid = try measured(measurement)
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
                #expect(abs(actual.l2Penalty - evaluate(weights).l2Penalty) < 1e-12)
            }
        }
        if let centre = grid.centre {
            #expect(grid.points[centre] == evaluate(sampleWeights))
        }
        #expect((grid.directionCosine == nil) == (axes.count == 1))
    }

    @Test func lossesThatAreNotFiniteStayInTheGrid() throws {
        let measurement = try measurement([LandscapeAxis(start: -10, end: 10, count: 3)])
        let grid = try measured(measurement)
        #expect(grid.values(of: .negativeLogLikelihood)[0] == .infinity)
        #expect(grid.values(of: .lossWithL2)[0] == .infinity)
        #expect(grid.nonFiniteShare == 2.0 / 3)
        #expect(grid.values(of: .l2Penalty)[0].isFinite)
        let point = try #require(grid.points[1])
        let share = try #require(grid.penaltyShare(of: .lossPark2022))
        let penalty = 0.01 * point.sumOfNorms
        #expect(abs(share - penalty / (point.negativeLogLikelihood + penalty)) < 1e-14)
    }

    @Test func unsuitableGridsAreRefused() throws {
        let axis = LandscapeAxis()
        #expect(throws: LandscapeError.dimensions(axes: 3, directions: 3)) {
            try measurement([axis, axis, axis])
        }
        #expect(throws: LandscapeError.axis(LandscapeAxis(count: 0))) {
            try measurement([LandscapeAxis(count: 0)])
        }
        var small = try measurement([LandscapeAxis(count: 3)]).emptyGrid
        #expect(throws: LandscapeError.pointCount(expected: 3, actual: 2)) {
            try small.assemble([nil, nil, nil])
        }
    }

    /// A loss with known derivatives: L = exp(a·w) + ½Σ c_i w_i².
    struct Analytic {
        let a = ParameterVector(RandomStream(seed: 8, name: "a").gaussians(20).map { 0.2 * $0 })
        let c = ParameterVector(RandomStream(seed: 8, name: "c").gaussians(20))
        let w = ParameterVector(RandomStream(seed: 8, name: "w").gaussians(20))

        func loss(_ w: ParameterVector) -> Double {
            exp(a.dot(w)) + 0.5 * zip(c, w).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
        }

        func gradient() -> ParameterVector {
            let e = exp(a.dot(w))
            return ParameterVector(w.indices.map { e * a[$0] + c[$0] * w[$0] })
        }

        func hessianVector(_ v: ParameterVector) -> ParameterVector {
            let e = exp(a.dot(w)) * a.dot(v)
            return ParameterVector(w.indices.map { e * a[$0] + c[$0] * v[$0] })
        }

        func along(_ direction: ParameterVector, _ offset: Double) -> ParameterVector {
            var moved = w
            moved.add(offset, direction)
            return moved
        }

        static let directions = (0..<2).map {
            ParameterVector(RandomStream(seed: 9, name: "d\($0)").gaussians(20))
        }
    }

    @Test func certificatesConfirmTrueDerivatives() throws {
        let problem = Analytic()
        let directions = Analytic.directions
        let certificate = try Certification().certify(
            directions: directions,
            loss: { problem.loss(problem.along(directions[$0], $1)) },
            gradient: problem.gradient, hessianVector: problem.hessianVector)
        #expect(certificate.comparisons.prefix(2).map(\.name) == ["g·d0", "g·d1"])
        for comparison in certificate.comparisons where comparison.order == 1 {
            #expect(comparison.relativeError < 1e-10)
        }
        for comparison in certificate.comparisons where comparison.order == 2 {
            #expect(comparison.relativeError < 1e-7)
            #expect(comparison.differenceError < 1e-6 * abs(comparison.difference))
        }
        #expect(try #require(certificate.asymmetry) < 1e-14)
        #expect(Certificate(row: certificate.row, directions: 2) == certificate)
        // Losses in single precision still agree to a few digits.
        let rounded = try Certification().certify(
            directions: directions,
            loss: { Double(Float(problem.loss(problem.along(directions[$0], $1)))) },
            gradient: problem.gradient, hessianVector: problem.hessianVector)
        #expect(rounded.largestRelativeError < 2e-2)
    }

    @Test func certificatesBetrayFalseDerivatives() throws {
        let problem = Analytic()
        let directions = Analytic.directions
        let certificate = try Certification().certify(
            directions: directions,
            loss: { problem.loss(problem.along(directions[$0], $1)) },
            gradient: { ParameterVector(problem.gradient().map { 1.01 * $0 }) },
            hessianVector: { v in
                // One entry off the symmetric place.
                var product = problem.hessianVector(v)
                product[0] += 2 * v[1]
                return product
            })
        #expect(certificate.comparisons.prefix(2).allSatisfy { $0.relativeError > 5e-3 })
        #expect(certificate.comparisons.suffix(2).allSatisfy { $0.relativeError > 1e-4 })
        #expect(try #require(certificate.asymmetry) > 1e-4)
    }
}
