import Execution
import Golden
import Randomness
import Testing

@testable import Spectra

@Suite("Eigenvalues by power iteration and by Lanczos")
struct EigenvalueTests {
    let stream = RandomStream(seed: 3, name: "eigenvalue tests")

    @Test func powerIterationFindsLargestMagnitudesInOrder() throws {
        let target = RotatedDiagonal([0.1, -8, 5, 3, -1, 0, 0.5, 2])
        let power = PowerIteration(
            count: 4, maximumIterations: 1000, tolerance: 1e-10, criterion: .residual,
            keepsVectors: true)
        let result = try power.eigenvalues(of: target)
        #expect(result.method == .power)
        for (pair, expected) in zip(result.pairs, [-8.0, 5, 3, 2]) {
            #expect(abs(pair.value - expected) < 1e-9)
            #expect(pair.converged)
            #expect(pair.end == .largestMagnitude)
            let vector = try #require(pair.vector)
            var difference = target.apply(vector)
            difference.add(-pair.value, vector)
            #expect(abs(difference.norm() - pair.residual) < 1e-12)
        }
        #expect(result.products == result.pairs.reduce(0) { $0 + $1.iterations })
    }

    /// The weakness for which Lanczos is the default: at a near tie of +λ and -λ the quotient
    /// stops changing although the vector mixes both ends, which only the residual shows.
    @Test func powerIterationMixesNearTiesAndLanczosDoesNot() throws {
        var diagonal = [Double](repeating: 0, count: 200)
        diagonal[0] = 100
        diagonal[1] = -99.999
        let target = RotatedDiagonal(diagonal)
        let mixed = try PowerIteration(count: 1).eigenvalues(of: target)
        #expect(mixed.pairs[0].converged)
        #expect(mixed.pairs[0].residual > 10)
        #expect(abs(mixed.pairs[0].value) < 99)

        let judged = try PowerIteration(count: 1, criterion: .residual).eigenvalues(of: target)
        #expect(!judged.pairs[0].converged)

        let result = try Lanczos(largest: 1, smallest: 1).eigenvalues(of: target)
        #expect(result.pairs.allSatisfy { $0.converged })
        #expect(abs(result.pairs(at: .largest)[0].value - 100) < 1e-9)
        #expect(abs(result.pairs(at: .smallest)[0].value + 99.999) < 1e-9)
        #expect(result.pairs.allSatisfy { $0.residual < 1e-9 })
    }

    @Test(arguments: [1, 2, 3, 12, 60, 150])
    func lanczosAgreesWithDenseSolver(dimension: Int) throws {
        let target = MatrixOperator.random(dimension, stream.substream(dimension))
        let exact = try target.eigenvalues()
        let lanczos = Lanczos(
            largest: 4, smallest: 3, tolerance: 1e-9, basisLimit: 200, maximumProducts: 400,
            keepsVectors: true)
        let result = try lanczos.eigenvalues(of: target)
        let largest = result.pairs(at: .largest)
        let smallest = result.pairs(at: .smallest)
        #expect(largest.count == min(4, dimension))
        #expect(smallest.count == min(3, dimension - largest.count))
        for (rank, pair) in largest.enumerated() {
            #expect(pair.rank == rank)
            #expect(abs(pair.value - exact[dimension - 1 - rank]) < 1e-9 * Double(dimension))
        }
        for (rank, pair) in smallest.enumerated() {
            #expect(abs(pair.value - exact[rank]) < 1e-9 * Double(dimension))
        }
        for pair in result.pairs {
            #expect(pair.converged)
            let vector = try #require(pair.vector)
            var difference = target.apply(vector)
            difference.add(-pair.value, vector)
            #expect(abs(difference.norm() - pair.residual) < 1e-12)
        }
    }

    /// A basis far smaller than the number of products forces many thick restarts.
    @Test(arguments: [14, 20, 40])
    func restartsReachTheSameEigenvalues(limit: Int) throws {
        let target = MatrixOperator.random(300, stream.substream(9))
        let exact = try target.eigenvalues()
        let lanczos = Lanczos(
            largest: 3, smallest: 2, tolerance: 1e-9, basisLimit: limit, maximumProducts: 3000)
        let result = try lanczos.eigenvalues(of: target)
        #expect(result.products > 2 * limit)
        #expect(result.pairs.allSatisfy { $0.converged })
        for (rank, pair) in result.pairs(at: .largest).enumerated() {
            #expect(abs(pair.value - exact[299 - rank]) < 1e-8)
        }
        for (rank, pair) in result.pairs(at: .smallest).enumerated() {
            #expect(abs(pair.value - exact[rank]) < 1e-8)
        }
    }

    @Test func recurrenceResidualsBoundTrueOnes() throws {
        let target = MatrixOperator.random(120, stream.substream(4))
        for limit in [30, 120] {
            var lanczos = Lanczos(
                largest: 3, smallest: 3, tolerance: 1e-3, basisLimit: limit,
                maximumProducts: 1000, verification: .recurrence)
            let cheap = try lanczos.eigenvalues(of: target)
            lanczos.verification = .product
            let verified = try lanczos.eigenvalues(of: target)
            #expect(verified.products == cheap.products + 6)
            for (first, second) in zip(cheap.pairs, verified.pairs) {
                #expect(abs(first.value - second.value) < 1e-12)
                #expect(second.residual <= first.residual * (1 + 1e-9) + 1e-12)
                #expect(first.residual <= second.residual * 1.01 + 1e-11)
            }
        }
    }

    /// An operator with rounding of single precision, as a Float Hessian has it: the recurrence
    /// alone would promise residuals that the operator cannot keep.
    @Test func recurrenceResidualsAdmitRoundingOfTheOperator() throws {
        struct Rounded: SymmetricOperator {
            var base: MatrixOperator
            var dimension: Int { base.dimension }
            func apply(_ vector: ParameterVector) -> ParameterVector {
                func rounded(_ vector: ParameterVector) -> ParameterVector {
                    vector.stored(in: .single).stored(in: .double)
                }
                return rounded(base.apply(rounded(vector)))
            }
        }
        let target = Rounded(base: MatrixOperator.random(60, stream.substream(5)))
        let lanczos = Lanczos(
            largest: 2, smallest: 2, tolerance: 1e-12, basisLimit: 60, maximumProducts: 60,
            verification: .recurrence)
        let result = try lanczos.eigenvalues(of: target)
        #expect(result.pairs.allSatisfy { $0.residual > 1e-9 && $0.residual < 1e-3 })
        #expect(result.pairs.allSatisfy { !$0.converged })
    }

    @Test func leadingDirectionSavesProductsAndChangesNoEigenvalue() throws {
        struct Leaning: SymmetricOperator {
            var base: MatrixOperator
            var direction: ParameterVector
            func leadingDirection() -> ParameterVector? { direction }
            var dimension: Int { base.dimension }
            func apply(_ vector: ParameterVector) -> ParameterVector { base.apply(vector) }
        }
        let base = MatrixOperator.random(80, stream.substream(6))
        let lanczos = Lanczos(largest: 3, smallest: 0, tolerance: 1e-6, keepsVectors: true)
        let plain = try lanczos.eigenvalues(of: base)
        let vectors = plain.pairs.compactMap(\.vector)
        #expect(vectors.count == 3)
        let sum = ParameterVector.combination([1, 1, 1], of: vectors)
        let leaning = try lanczos.eigenvalues(of: Leaning(base: base, direction: sum))
        #expect(leaning.products < plain.products)
        for (pair, known) in zip(leaning.pairs, plain.pairs) {
            #expect(pair.converged && abs(pair.value - known.value) < 1e-9 * abs(known.value))
        }
        // A direction of no length or of another one changes nothing.
        for direction: ParameterVector in [ParameterVector(zeros: 80), [1]] {
            let result = try lanczos.eigenvalues(
                of: Leaning(base: base, direction: direction))
            #expect(result.pairs.map(\.value) == plain.pairs.map(\.value))
        }
    }

    @Test func productsUsedUpLeaveHonestPairs() throws {
        let target = MatrixOperator.random(300, stream.substream(6))
        let exact = try target.eigenvalues()
        let lanczos = Lanczos(largest: 3, smallest: 3, tolerance: 1e-8, maximumProducts: 12)
        let result = try lanczos.eigenvalues(of: target)
        #expect(result.products == 12 + 6)
        #expect(result.unconvergedCount == 6)
        for pair in result.pairs {
            let nearest = exact.map { abs($0 - pair.value) }.min() ?? .infinity
            #expect(nearest <= pair.residual)
        }
    }

    @Test func invariantSpacesContinueWithNewVectors() throws {
        // Two distinct eigenvalues: the Krylov space is complete after two products.
        let diagonal = [Double](repeating: 2, count: 6) + [Double](repeating: -1, count: 5)
        let result = try Lanczos(largest: 3, smallest: 2).eigenvalues(
            of: RotatedDiagonal(diagonal))
        #expect(result.pairs.map { ($0.value * 1e9).rounded() / 1e9 } == [2, 2, 2, -1, -1])
        #expect(result.pairs.allSatisfy { $0.converged && $0.residual < 1e-12 })

        let zero = try Lanczos(largest: 2, smallest: 1).eigenvalues(
            of: RotatedDiagonal([Double](repeating: 0, count: 5)))
        #expect(zero.pairs.map(\.value) == [0, 0, 0])
        #expect(zero.pairs.allSatisfy { $0.converged })
        let power = try PowerIteration(count: 2).eigenvalues(
            of: RotatedDiagonal([Double](repeating: 0, count: 5)))
        #expect(power.pairs.map(\.value) == [0, 0])
    }

    /// The saddle of L = ½(ab - 1)² at a = b = 0: H = [[0, -1], [-1, 0]], λ = ±1.
    @Test func linearNetworkSaddleHasOneNegativeEigenvalue() throws {
        let target = MatrixOperator(dimension: 2, entries: [0, -1, -1, 0])
        let result = try Lanczos(largest: 1, smallest: 1).eigenvalues(of: target)
        #expect(abs(result.pairs[0].value - 1) < 1e-14)
        #expect(abs(result.pairs[1].value + 1) < 1e-14)
    }

    @Test func penaltyShiftsDecayedParametersOnly() throws {
        let base = MatrixOperator.random(40, stream.substream(8))
        let decayed = DecayedParameters.ranges([0..<10, 25..<31])
        let operator_ = PenalizedOperator(base, l2: 0.3, decayed: decayed)
        var dense = base
        for index in Array(0..<10) + Array(25..<31) { dense.entries[index * 41] += 0.3 }
        let exact = try dense.eigenvalues()
        let result = try Lanczos(largest: 2, smallest: 2, tolerance: 1e-9).eigenvalues(
            of: operator_)
        #expect(abs(result.pairs[0].value - exact[39]) < 1e-9)
        #expect(abs(result.pairs(at: .smallest)[0].value - exact[0]) < 1e-9)
    }

    @Test func unusableInputIsRefused() throws {
        struct Broken: SymmetricOperator {
            var dimension: Int { 4 }
            func apply(_ vector: ParameterVector) -> ParameterVector {
                ParameterVector(vector.map { _ in .nan })
            }
        }
        #expect(throws: SpectraError.productNotFinite(product: 0)) {
            try Lanczos().eigenvalues(of: Broken())
        }
        #expect(throws: SpectraError.productNotFinite(product: 0)) {
            try PowerIteration().eigenvalues(of: Broken())
        }
        let target = RotatedDiagonal([Double](repeating: 1, count: 30))
        #expect(throws: SpectraError.startLength(expected: 30, actual: 2)) {
            try PowerIteration(startVectors: [[1, 2]]).eigenvalues(of: target)
        }
        #expect(throws: SpectraError.startNotUsable) {
            try Lanczos(start: ParameterVector(zeros: 30)).eigenvalues(of: target)
        }
        #expect(throws: SpectraError.basisTooSmall(limit: 8, needed: 14)) {
            try Lanczos(basisLimit: 8).eigenvalues(of: target)
        }
    }

    @Test func checksTellOperatorsApart() throws {
        let symmetric = try OperatorChecks(of: MatrixOperator.random(50, stream))
        #expect(symmetric.repetitionMismatch == 0)
        #expect(symmetric.asymmetry < 1e-14)
        let skewed = try OperatorChecks(
            of: MatrixOperator(dimension: 2, entries: [1, 2, 0, 1]))
        #expect(skewed.asymmetry > 1e-3)
        final class Drifting: SymmetricOperator {
            var calls = 0.0
            let dimension = 3
            func apply(_ vector: ParameterVector) -> ParameterVector {
                calls += 1
                return ParameterVector(vector.map { $0 * (1 + 1e-3 * calls) })
            }
        }
        let drifting = try OperatorChecks(of: Drifting())
        #expect(drifting.repetitionMismatch > 5e-4)
    }

    /// The exact spectra of the small reference networks, in a basis that hides them.
    @Test
    func referenceSpectraAreFoundAtBothEnds() throws {
        let golden = try Golden.json("hessian_tiny.json")
        let models = try #require(golden["models"] as? [[String: Any]])
        #expect(models.count == 2)
        for model in models {
            let exact = try #require(model["hessian_eigenvalues_ascending"] as? [Double])
            let target = RotatedDiagonal(exact)
            let lanczos = Lanczos(largest: 5, smallest: 5, tolerance: 1e-6, basisLimit: 60)
            let result = try lanczos.eigenvalues(of: target)
            #expect(result.pairs.allSatisfy { $0.converged })
            for (rank, pair) in result.pairs(at: .largest).enumerated() {
                #expect(abs(pair.value / exact[exact.count - 1 - rank] - 1) < 1e-9)
            }
            for (rank, pair) in result.pairs(at: .smallest).enumerated() {
                #expect(abs(pair.value / exact[rank] - 1) < 1e-9)
            }
            // PyHessian's own converged run sees only the three largest magnitudes.
            let original = try #require(
                (model["pyhessian"] as? [String: [String: Any]])?["data"]?[
                    "eigenvalues_top3_maxIter1000_tol1e-9"] as? [Double])
            let power = PowerIteration(count: 3, maximumIterations: 1000, tolerance: 1e-9)
            let found = try power.eigenvalues(of: target)
            for (pair, expected) in zip(found.pairs, original) {
                // It divides by norm + 1e-6, which costs it a few 1e-6.
                #expect(abs(pair.value / expected - 1) < 1e-5)
            }
        }
    }
}
