import Execution
import Randomness

/// The extreme eigenvalues of one minibatch: the unit in which a spectrum is computed and stored.
public struct MinibatchSpectrum: Sendable, Codable, Hashable {
    /// The number of the minibatch.
    public var minibatch: Int
    /// Its samples, by end and rank.
    public var samples: [SpectrumSample]
    /// The number of operator products spent on it.
    public var products: Int

    /// A minibatch's share of a spectrum.
    public init(minibatch: Int, samples: [SpectrumSample], products: Int) {
        self.minibatch = minibatch
        self.samples = samples
        self.products = products
    }
}

extension Lanczos {
    /// The extreme eigenvalues of H and of H + λM from one Krylov space of H.
    ///
    /// Where λ acts on all parameters the second set is the first shifted by λ. Otherwise it comes
    /// from the Rayleigh-Ritz projection of H + λM on the same space, with residuals of its own:
    ///
    ///     ‖(H + λM)y - θy‖ with y = Vs, HV = VT + β·v₊·eᵀ
    ///
    /// - Parameters:
    ///   - target: H, the Hessian of NLL.
    ///   - l2: λ, in loss per squared weight.
    ///   - decayed: the mask M.
    ///   - minibatch: the number that the samples carry.
    func samples(
        of target: any SymmetricOperator, l2: Double, decayed: DecayedParameters,
        minibatch: Int
    ) throws -> MinibatchSpectrum {
        var counted = CountedOperator(target)
        let (space, ritz) = try search(&counted)
        let plain = pairs(ritz, iterations: counted.products) { space.residual($0) }
        var penalized = plain
        switch decayed {
        case .all:
            for index in plain.indices { penalized[index].value += l2 }
        case .ranges:
            if l2 != 0 {
                penalized = try penalizedPairs(
                    space, l2: l2, decayed: decayed,
                    iterations: counted.products)
            }
        }
        return MinibatchSpectrum(
            minibatch: minibatch,
            samples: zip(plain, penalized).map { SpectrumSample(minibatch, $0, withL2: $1) },
            products: counted.products)
    }

    private func penalizedPairs(
        _ space: KrylovSpace, l2: Double, decayed: DecayedParameters, iterations: Int
    ) throws -> [Eigenpair] {
        let basis = space.basis
        let order = basis.count
        var matrix = space.projection
        for row in 0..<order {
            let masked = decayed.masked(basis[row])
            for column in 0...row {
                let entry = l2 * masked.dot(basis[column])
                matrix[row * order + column] += entry
                if column != row { matrix[column * order + row] += entry }
            }
        }
        let ritz = try SymmetricMatrix.eigen(matrix, order: order)
        return pairs(ritz, iterations: iterations) { coefficients in
            // λ(My - VVᵀMy) is what the penalty sends out of the space, β·s·v₊ what H does.
            let vector = decayed.masked(.combination(coefficients, of: basis))
            var rest = vector
            for other in basis {
                rest.add(-other.dot(vector), other)
            }
            rest.scale(by: l2)
            if !space.next.isEmpty {
                rest.add(space.coupling * (coefficients.last ?? 0), space.next)
            }
            let inside = space.removedNorm(coefficients)
            let outside = rest.norm()
            return (outside * outside + inside * inside).squareRoot()
        }
    }
}

extension PowerIteration {
    /// The eigenvalues of largest magnitude of H + λM, and what their vectors say of H.
    ///
    /// The iteration runs on the penalised operator, as in the first paper's protocol. The value
    /// of H is the Rayleigh quotient of the same vector, with a residual of its own:
    ///
    ///     ρ_H = ρ - λvᵀMv,   Hv = (H + λM)v - λMv
    func samples(
        of target: any SymmetricOperator, l2: Double, decayed: DecayedParameters,
        minibatch: Int
    ) throws -> MinibatchSpectrum {
        let penalized = PenalizedOperator(target, l2: l2, decayed: decayed)
        var samples: [SpectrumSample] = []
        let products = try run(penalized) { pair, vector, product in
            let masked = decayed.masked(vector)
            var plain = pair
            plain.value -= l2 * vector.dot(masked)
            var difference = product
            difference.add(-l2, masked)
            difference.add(-plain.value, vector)
            plain.residual = difference.norm()
            samples.append(SpectrumSample(minibatch, plain, withL2: pair))
        }
        return MinibatchSpectrum(minibatch: minibatch, samples: samples, products: products)
    }
}

extension SpectrumSample {
    /// The sample of two pairs of the same end and rank, without and with the penalty.
    init(_ minibatch: Int, _ plain: Eigenpair, withL2 penalized: Eigenpair) {
        self.init(
            minibatch: minibatch, end: plain.end, rank: plain.rank, value: plain.value,
            residual: plain.residual, converged: plain.converged,
            valueWithL2: penalized.value, residualWithL2: penalized.residual,
            convergedWithL2: penalized.converged, iterations: plain.iterations)
    }
}
