import Autodiff
import Foundation

/// The frequencies along half of the diagonal of a map's spectrum, from the centre outwards.
public struct HalfDiagonal: Hashable, Sendable {
    /// Which frequencies are taken.
    public enum Form: String, Hashable, Sendable, Codable, CaseIterable {
        /// From 0 to π, or to the highest frequency below where extents are odd. Of maps that are
        /// not square, the frequencies of the shorter extent, each with the nearest one of the
        /// longer; an extent of 1 has none.
        case diagonal
        /// As the first paper's notebook: the shifted spectrum's diagonal from row ⌊H/2⌋ on. It
        /// ends one below π and is called 1.0π there; of maps that are not square it misses the
        /// centre.
        case park2022
    }

    /// A frequency in periods per map.
    public struct Frequency: Hashable, Sendable {
        public let y: Int
        public let x: Int
    }

    /// The frequency of each point.
    public let frequencies: [Frequency]
    /// How far each point lies along the diagonal, in units of π.
    public let positions: [Double]
    private let height: Int
    private let width: Int

    /// The half diagonal of the spectrum of maps of the given extents; one of one pixel holds the
    /// frequency 0 alone.
    public init(height: Int, width: Int, form: Form = .diagonal) {
        (self.height, self.width) = (height, width)
        switch form {
        case .diagonal:
            let shortest = [height, width].filter { $0 > 1 }.min() ?? 1
            func nearest(_ k: Int, _ extent: Int) -> Int {
                extent == 1 ? 0 : Int((Double(k * extent) / Double(shortest)).rounded())
            }
            frequencies = (0...shortest / 2).map {
                Frequency(y: nearest($0, height), x: nearest($0, width))
            }
            positions = (0...shortest / 2).map { 2 * Double($0) / Double(shortest) }
        case .park2022:
            let rows = height / 2..<max(min(height, width), height / 2 + 1)
            frequencies = rows.map { Frequency(y: $0 - height / 2, x: $0 - width / 2) }
            let last = Double(max(rows.count - 1, 1))
            positions = rows.indices.map { Double($0 - rows.lowerBound) / last }
        }
    }

    /// Cosines, then sines, of each frequency over the pixels: `[2 · frequencies, height · width]`.
    func waves(_ builder: GraphBuilder) throws -> Tensor {
        let angles = frequencies.map { frequency in
            (0..<height).flatMap { y in
                (0..<width).map { x in
                    // Whole turns are taken off while they are exact.
                    let turns = (y * frequency.y * width + x * frequency.x * height) % (height * width)
                    return 2 * Double.pi * Double(turns) / Double(height * width)
                }
            }
        }
        let values = angles.flatMap { $0.map(cos) } + angles.flatMap { $0.map(sin) }
        return try builder.constant(values, [2 * frequencies.count, height * width])
    }
}

/// The log amplitude of a feature map's spectrum along the half diagonal, relative to that at
/// frequency 0: a number per example and frequency.
///
///     Δ_k = 1/C Σ_c log(|F_c(k)| + 1e-6) − log(|F_c(0)| + 1e-6),   F_c = DFT of channel c
///
/// Only the frequencies on the diagonal are computed, as one product with their waves.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figures 2a and 8; the offset 1e-6 is that of the
///   authors' notebook `fourier_analysis.ipynb`.
public struct DiagonalSpectrum: FeatureReduction {
    /// Which frequencies are taken.
    public let form: HalfDiagonal.Form

    public init(form: HalfDiagonal.Form = .diagonal) { self.form = form }

    public func reduced(_ map: Tensor) throws -> Tensor {
        let (batch, channels) = (map.shape[0], map.shape[1])
        let (height, width) = (map.shape[2], map.shape[3])
        let diagonal = HalfDiagonal(height: height, width: width, form: form)
        let count = diagonal.frequencies.count
        let parts = try map.reshaped(to: [batch, channels, height * width])
            .linear(weight: diagonal.waves(map.builder))
        let (real, imaginary) = try (
            parts.slice(axis: 2, 0..<count), parts.slice(axis: 2, count..<2 * count)
        )
        let amplitude = try (real * real + imaginary * imaginary).applying(.squareRoot)
        let logarithm = try amplitude.affine(1, 1e-6).applying(.logarithm).mean(over: [1])
        return try logarithm - logarithm.slice(axis: 1, 0..<1)
    }
}
