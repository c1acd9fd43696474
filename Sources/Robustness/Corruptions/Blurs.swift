import Foundation

extension Corruption {
    static let blurs = [
        Corruption("defocus_blur", [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)]) {
            image, c, _ in
            let taps = disk(radius: c.0, sigma: c.1)
            return eachPlane(image) {
                PlaneFilter.correlate($0, image.height, image.width, edge: .mirror, taps: taps)
            }
        },
        Corruption("glass_blur", [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)]) {
            image, c, draws in glass(image, sigma: c.0, reach: c.1, passes: c.2, &draws)
        },
        Corruption("motion_blur", [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)]) {
            image, c, draws in
            let angle = draws.uniform(1, -45...45)[0]
            let blurred = eachPlane(image) {
                PlaneFilter.motion(
                    $0, image.height, image.width, radius: c.0, sigma: c.1, angle: angle)
            }
            return blurred.mapped(PlaneFilter.truncated)
        },
        Corruption("zoom_blur", [7, 12, 16, 21, 26]) { image, count, _ in
            // The step as `numpy.arange` rounds it: it decides whether a last row is beyond the edge.
            let factors = (0..<count).map { 1 + (1.01 - 1) * Double($0) }
            return eachPlane(image) { plane in
                let sum = factors.reduce(plane) { sum, factor in
                    zip(sum, PlaneFilter.zoomed(plane, image.height, image.width, by: factor))
                        .map(+)
                }
                return sum.map { $0 / Double(factors.count + 1) }
            }
        },
    ]

    static let gaussianBlur = Corruption("gaussian_blur", isExtra: true, [0.4, 0.6, 0.7, 0.8, 1]) {
        image, sigma, _ in blurred(image, sigma)
    }

    static func eachPlane(_ image: Raster, _ change: ([Double]) -> [Double]) -> Raster {
        Raster(height: image.height, width: image.width, planes: image.planes.map(change))
            .mapped { $0 }
    }

    private static func blurred(_ image: Raster, _ sigma: Double) -> Raster {
        eachPlane(image) {
            PlaneFilter.gaussian($0, image.height, image.width, sigma: sigma)
        }
    }

    /// A disk of whole pixels, smoothed over three.
    private static func disk(
        radius: Double, sigma: Double
    ) -> [(y: Int, x: Int, weight: Double)] {
        let reach = Int(radius)
        var inside: [(y: Int, x: Int)] = []
        for y in -reach...reach {
            for x in -reach...reach where Double(y * y + x * x) <= radius * radius {
                inside.append((y, x))
            }
        }
        let side = exp(-1 / (2 * sigma * sigma))
        let smooth = [side, 1, side].map { $0 / (1 + 2 * side) }
        var weights: [[Int]: Double] = [:]
        for (y, x) in inside {
            for dy in -1...1 {
                for dx in -1...1 {
                    weights[[y + dy, x + dx], default: 0] +=
                        smooth[dy + 1] * smooth[dx + 1] / Double(inside.count)
                }
            }
        }
        return weights.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { ($0.key[0], $0.key[1], $0.value) }
    }

    /// Pixels that show one of their neighbours, between two blurs.
    ///
    /// The original means to exchange the two, but writes the neighbour into both.
    private static func glass(
        _ image: Raster, sigma: Double, reach: Int, passes: Int, _ draws: inout CorruptionDraws
    ) -> Raster {
        let (height, width) = (image.height, image.width)
        // Grey levels are truncated here.
        var levels = blurred(image, sigma).planes.map { $0.map { Double(Int($0 * 255)) } }
        for _ in 0..<passes {
            for y in stride(from: height - reach, to: reach, by: -1) {
                for x in stride(from: width - reach, to: reach, by: -1) {
                    let step = draws.integers(2, -reach..<reach)
                    let neighbour = (y + step[1]) * width + x + step[0]
                    for channel in levels.indices {
                        levels[channel][y * width + x] = levels[channel][neighbour]
                    }
                }
            }
        }
        let shuffled = Raster(
            height: height, width: width, planes: levels.map { $0.map { $0 / 255 } })
        return blurred(shuffled, sigma)
    }
}
