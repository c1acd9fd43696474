import Foundation

/// The discrete Fourier transform of planes of any size.
///
///     X_uv = Σ_yx x_yx exp(-2πi (u y / H + v x / W))
///
/// Written here because what Debian has computes in Float (KissFFT) or would put its licence on all of
/// Saddle (FFTW, GPL).
///
/// Extents are taken apart into their prime factors (Stockham's order, no reversal of digits).
///
/// - Source: Cooley & Tukey 1965; Stockham 1966.
struct FourierTransform: Sendable {
    let height: Int
    let width: Int
    private let rows: Plan
    private let columns: Plan

    /// The transform of planes `[height, width]`.
    init(height: Int, width: Int) {
        (self.height, self.width) = (height, width)
        (rows, columns) = (Plan(height), Plan(width))
    }

    /// Transforms a plane, row-major, in place; backwards with the factor 1/(H W).
    func transform(_ plane: inout ComplexPlane, backwards: Bool = false) {
        // Along each row, with rows apart; then along all columns at once.
        columns.transform(&plane, batches: height, interleaved: 1, backwards: backwards)
        rows.transform(&plane, batches: 1, interleaved: width, backwards: backwards)
        guard backwards else { return }
        let factor = 1 / Double(height * width)
        for index in plane.real.indices {
            plane.real[index] *= factor
            plane.imaginary[index] *= factor
        }
    }

    /// A one-dimensional transform.
    private struct Plan: Sendable {
        let length: Int
        let factors: [Int]
        /// exp(-2πi k / n) for k from 0 to n - 1.
        let cosines: [Double]
        let sines: [Double]

        init(_ length: Int) {
            self.length = length
            var (rest, factors): (Int, [Int]) = (length, [])
            var factor = 2
            while rest > 1 {
                while rest.isMultiple(of: factor) {
                    factors.append(factor)
                    rest /= factor
                }
                factor += 1
            }
            self.factors = factors
            let angles = (0..<length).map { 2 * Double.pi * Double($0) / Double(length) }
            (cosines, sines) = (angles.map { cos($0) }, angles.map { -sin($0) })
        }

        /// Transforms `batches` blocks one after the other, each of `interleaved` sequences whose
        /// elements alternate.
        func transform(
            _ plane: inout ComplexPlane, batches: Int, interleaved: Int, backwards: Bool
        ) {
            var other = plane
            var (rest, done) = (length, interleaved)
            let sign = backwards ? -1.0 : 1.0
            let block = length * interleaved
            for factor in factors {
                let part = rest / factor
                for batch in 0..<batches {
                    let start = batch * block
                    for k in 0..<part {
                        for out in 0..<factor {
                            let target = start + done * (factor * k + out)
                            for q in 0..<done {
                                other.real[target + q] = 0
                                other.imaginary[target + q] = 0
                            }
                            for term in 0..<factor {
                                // exp(-2πi (term·out / factor + k·out / rest)), from one table.
                                let angle = (term * out % factor * (length / factor)
                                    + k * out * (length / rest)) % length
                                let (c, s) = (cosines[angle], sign * sines[angle])
                                let source = start + done * (k + part * term)
                                for q in 0..<done {
                                    let (re, im) = (plane.real[source + q], plane.imaginary[source + q])
                                    other.real[target + q] += c * re - s * im
                                    other.imaginary[target + q] += c * im + s * re
                                }
                            }
                        }
                    }
                }
                swap(&plane, &other)
                (rest, done) = (part, done * factor)
            }
        }
    }
}

/// Complex numbers of a plane, row-major.
struct ComplexPlane: Sendable {
    var real: [Double]
    var imaginary: [Double]
}
