import Execution
import Foundation
import Randomness
import Results
import Testing

@testable import Spectra

@Suite("Hessian max-eigenvalue spectra")
struct SpectrumTests {
    let stream = RandomStream(seed: 11, name: "spectrum tests")

    private func matrix(_ minibatch: Int) -> MatrixOperator {
        MatrixOperator.random(40, stream.substream(minibatch))
    }

    /// The spectrum of all minibatches, put together from their rows as from a file.
    private func measured(_ measurement: SpectrumMeasurement) throws -> SpectrumResult {
        var result = SpectrumCollection([measurement.emptyResult])
        try result.assemble(
            (0..<measurement.minibatchCount).map {
                try measurement.measure($0, of: matrix($0)).row
            })
        return result.spectra[0]
    }

    @Test func samplesAreTheExtremeEigenvaluesOfEachMinibatch() throws {
        var measurement = SpectrumMeasurement(minibatchCount: 4, l2: 0.25)
        measurement.tolerance = 1e-8
        let result = try measured(measurement)
        #expect(result.samples.count == 4 * 10)
        #expect(result.method == .lanczos)
        var pools: [[Double]] = [[], []]
        for minibatch in 0..<4 {
            let exact = try matrix(minibatch).eigenvalues()
            for (index, shift) in [0, 0.25].enumerated() {
                pools[index] += exact.map { $0 + shift }.sorted { abs($0) > abs($1) }.prefix(5)
            }
            for sample in result.samples where sample.minibatch == minibatch {
                let expected = exact[sample.end == .largest ? 39 - sample.rank : sample.rank]
                #expect(abs(sample.value - expected) < 1e-9)
                #expect(sample.valueWithL2 == sample.value + 0.25)
                #expect(sample.residualWithL2 == sample.residual)
                #expect(sample.converged && sample.convergedWithL2)
            }
        }
        // The pool holds the five of largest magnitude, from whichever end.
        for (pool, summary) in zip(pools, [result.summary, result.summaryWithL2]) {
            #expect(summary.convergedCount == 20)
            let negative = Double(pool.filter { $0 < 0 }.count) / 20
            #expect(summary.negativeProportion.value == negative)
            let positive = pool.filter { $0 > 0 }
            let mean = positive.reduce(0, +) / Double(positive.count)
            #expect(abs(summary.averagePositive.value - mean) < 1e-9)
            #expect(summary.averagePositive.lower < mean && summary.averagePositive.upper > mean)
        }
        #expect(result.convergedValues(withL2: false).count == 20)
    }

    /// Where some parameters are not decayed, both spectra come from the same Krylov space.
    @Test func partialPenaltyHasEigenvaluesAndResidualsOfItsOwn() throws {
        let decayed = DecayedParameters.ranges([0..<13, 20..<31])
        let lambda = 0.05
        var measurement = SpectrumMeasurement(
            minibatchCount: 1, l2: lambda, decayed: decayed)
        measurement.tolerance = 1e-2
        let target = matrix(0)
        var dense = target
        for index in Array(0..<13) + Array(20..<31) { dense.entries[index * 41] += lambda }
        let exact = try dense.eigenvalues()
        let part = try measurement.measure(0, of: target)
        #expect(part.products < 40)
        var moved = 0
        for sample in part.samples {
            let expected = exact[sample.end == .largest ? 39 - sample.rank : sample.rank]
            #expect(abs(sample.valueWithL2 - expected) <= sample.residualWithL2 + 1e-12)
            // Rayleigh-Ritz values are far closer than their residuals.
            #expect(abs(sample.valueWithL2 - expected) < 2e-3)
            #expect(sample.residualWithL2 > 0 && sample.residualWithL2 < 0.2)
            if abs(sample.valueWithL2 - sample.value) > 1e-3 { moved += 1 }
        }
        #expect(moved == 10)
    }

    /// A Krylov space of H that holds H's eigenvectors does not hold those of H + λM: the second
    /// set must say so, however small the residuals of the first are.
    @Test func partialPenaltyDoesNotInheritConvergence() throws {
        var diagonal = (0..<300).map { 0.01 * Double($0) / 300 }
        diagonal[3] = 10
        diagonal[200] = -8
        let target = RotatedDiagonal(diagonal)
        var measurement = SpectrumMeasurement(
            minibatchCount: 1, l2: 2, decayed: .ranges([0..<120]))
        measurement.largest = 1
        measurement.smallest = 1
        measurement.tolerance = 1e-6
        let part = try measurement.measure(0, of: target)
        #expect(part.products < 20)
        var entries: [Double] = []
        for row in 0..<300 {
            var unit = ParameterVector(zeros: 300)
            unit[row] = 1
            var column = target.apply(unit)
            if row < 120 { column[row] += 2 }
            entries += column
        }
        let exact = try MatrixOperator(dimension: 300, entries: entries).eigenvalues()
        for sample in part.samples {
            #expect(sample.converged && sample.residual < 1e-5)
            #expect(!sample.convergedWithL2)
            // Some eigenvalue lies within the residual, and the value is not there already.
            let nearest = exact.map { abs($0 - sample.valueWithL2) }.min() ?? .infinity
            #expect(nearest <= sample.residualWithL2)
            #expect(nearest > 1e-4)
            #expect(sample.residualWithL2 > 1e-2)
        }
    }

    @Test func paperProtocolIsPowerIterationOnThePenalizedLoss() throws {
        let decayed = DecayedParameters.ranges([0..<20])
        let measurement = SpectrumMeasurement(
            preset: .park2022, minibatchCount: 2, l2: 0.4, decayed: decayed)
        #expect(measurement.method == .power)
        let result = try measured(measurement)
        #expect(result.samples.count == 2 * 5)
        for minibatch in 0..<2 {
            let penalized = PenalizedOperator(
                matrix(minibatch), l2: 0.4, decayed: decayed)
            let power = PowerIteration(
                stream: RandomStream(seed: 0, name: "spectrum").substream(minibatch),
                keepsVectors: true)
            let pairs = try power.eigenvalues(of: penalized).pairs
            let samples = result.samples.filter { $0.minibatch == minibatch }
            for (sample, pair) in zip(samples, pairs) {
                #expect(sample.end == .largestMagnitude)
                #expect(sample.valueWithL2 == pair.value)
                #expect(sample.residualWithL2 == pair.residual)
                #expect(sample.iterations == pair.iterations)
                #expect(sample.converged == pair.converged)
                // The value without penalty is the quotient of the same vector, with its residual.
                let vector = try #require(pair.vector)
                let product = matrix(minibatch).apply(vector)
                let quotient = zip(vector, product).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(sample.value - quotient) < 1e-12)
                let residual = zip(vector, product).reduce(0) {
                    $0 + ($1.1 - quotient * $1.0) * ($1.1 - quotient * $1.0)
                }.squareRoot()
                #expect(abs(sample.residual - residual) < 1e-11)
            }
        }
    }

    @Test func rowsThatAreNoMinibatchesAreRefused() throws {
        let measurement = SpectrumMeasurement(minibatchCount: 2, seed: 5)
        let row = try measurement.measure(0, of: matrix(0)).row
        #expect(row.count == MinibatchSpectrum.rowLength(samples: 10))
        var result = SpectrumCollection([measurement.emptyResult])
        try result.assemble([row, nil])
        #expect(result.spectra[0].finishedCount == 1 && !result.spectra[0].isComplete)
        #expect(throws: RowError.self) { try result.assemble([nil, nil, row]) }
        for (place, value) in [(0, 0.5), (1, 11), (1, -1), (2, 7), (3, .nan)] {
            var other = row
            other[place] = value
            #expect(throws: RowError.self) { try result.assemble([other]) }
        }
    }

    private func sample(
        _ minibatch: Int, _ value: Double, converged: Bool = true
    ) -> SpectrumSample {
        SpectrumSample(
            minibatch: minibatch, end: .largest, rank: 0, value: value, residual: 0,
            converged: converged, valueWithL2: value + 2, residualWithL2: 0,
            convergedWithL2: true, iterations: 1)
    }

    @Test func unconvergedSamplesAreCountedAndLeftOut() {
        let samples = [
            sample(0, -1), sample(0, 3), sample(1, 5), sample(1, -1000, converged: false),
            sample(2, 0),
        ]
        let summary = SpectrumSummary(samples, withL2: false)
        #expect(summary.convergedCount == 4)
        #expect(summary.unconvergedCount == 1)
        #expect(summary.negativeProportion.value == 0.25)
        #expect(summary.averagePositive.value == 4)
        let penalized = SpectrumSummary(samples, withL2: true)
        #expect(penalized.unconvergedCount == 0)
        #expect(penalized.negativeProportion.value == 0.2)
        #expect(penalized.averagePositive.value == (1 + 5 + 7 + 2) / 4.0)
        // Nothing converged: no number is made up.
        let empty = SpectrumSummary([sample(0, 1, converged: false)], withL2: false)
        #expect(empty.negativeProportion.value.isNaN)
        #expect(empty.averagePositive.value.isNaN)
        #expect(empty.averagePositive.lower.isNaN)
    }

    /// 95% intervals over 40 minibatches must cover the true NEP and APE about that often; the
    /// samples of a minibatch are made dependent, so an interval over samples would be too short.
    @Test func intervalsCoverTheTruth() {
        let trials = 200
        var covered = (negative: 0, positive: 0)
        for trial in 0..<trials {
            let draws = stream.substream(1000 + trial)
            let samples = (0..<40).flatMap { minibatch -> [SpectrumSample] in
                // A minibatch's level is exponential with mean 1; 3 of 4 samples share its sign.
                let level = -Foundation.log(1 - draws.uniform(2 * minibatch))
                let sign = draws.uniform(2 * minibatch + 1) < 0.3 ? -1.0 : 1.0
                return (0..<4).map { _ in self.sample(minibatch, sign * level) }
            }
            let summary = SpectrumSummary(
                samples, withL2: false, seed: UInt64(trial), resamples: 200)
            let negative = summary.negativeProportion
            let positive = summary.averagePositive
            if negative.lower <= 0.3, 0.3 <= negative.upper { covered.negative += 1 }
            if positive.lower <= 1, 1 <= positive.upper { covered.positive += 1 }
        }
        // Percentile intervals of 40 clusters reach 90 to 95%; the binomial spread is 2%.
        #expect(covered.negative >= 170 && covered.negative < trials)
        #expect(covered.positive >= 170 && covered.positive < trials)
    }
}
