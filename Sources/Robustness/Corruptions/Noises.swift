import Foundation

extension Corruption {
    static let noises = [
        Corruption("gaussian_noise", [0.04, 0.06, 0.08, 0.09, 0.10]) { image, deviation, draws in
            noisy(image, &draws, deviation) { $0 + $1 }
        },
        Corruption("shot_noise", [500.0, 250, 100, 75, 50]) { image, photons, draws in
            var tables: [Double: PoissonTable] = [:]
            return perValue(image, { draws.uniform($0, 0...1) }) { value, draw in
                let mean = value * photons
                let table = tables[mean] ?? PoissonTable(mean)
                tables[mean] = table
                return Double(table.count(draw)) / photons
            }
        },
        Corruption("impulse_noise", [0.01, 0.02, 0.03, 0.05, 0.07]) { image, share, draws in
            let count = image.height * image.width * image.planes.count
            let chosen = draws.uniform(count, 0...1)
            var place = -1
            return perValue(image, { draws.uniform($0, 0...1) }) { value, draw in
                place += 1
                return chosen[place] > share ? value : draw <= 0.5 ? 1 : 0
            }
        },
    ]

    static let speckle = Corruption("speckle_noise", isExtra: true, [0.06, 0.1, 0.12, 0.16, 0.2]) {
        image, deviation, draws in
        noisy(image, &draws, deviation) { $0 + $0 * $1 }
    }

    private static func noisy(
        _ image: Raster, _ draws: inout CorruptionDraws, _ deviation: Double,
        _ combine: (_ value: Double, _ noise: Double) -> Double
    ) -> Raster {
        perValue(image, { draws.normal($0, deviation: deviation) }, combine)
    }

    /// Combines each value with a draw; these run over channels first, then columns, then rows.
    private static func perValue(
        _ image: Raster, _ draw: (_ count: Int) -> [Double],
        _ combine: (_ value: Double, _ draw: Double) -> Double
    ) -> Raster {
        let (size, channels) = (image.height * image.width, image.planes.count)
        let draws = draw(size * channels)
        var result = image
        for pixel in 0..<size {
            for channel in 0..<channels {
                let value = combine(image.planes[channel][pixel], draws[pixel * channels + channel])
                result.planes[channel][pixel] = min(max(value, 0), 1)
            }
        }
        return result
    }
}

/// The cumulative probabilities of Poisson counts.
private struct PoissonTable {
    private var cumulative: [Double] = []

    init(_ mean: Double) {
        // Up to where what is left no longer changes the sum.
        let last = Int(mean + 12 * mean.squareRoot() + 30)
        var sum = 0.0
        for count in 0...last {
            sum += mean > 0
                ? exp(Double(count) * log(mean) - mean - lgamma(Double(count) + 1))
                : count == 0 ? 1 : 0
            cumulative.append(sum)
        }
    }

    /// The count that a uniform draw stands for.
    func count(_ draw: Double) -> Int {
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > draw { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
