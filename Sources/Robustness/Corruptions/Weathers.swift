import Foundation

extension Corruption {
    static let weathers = [
        Corruption(
            "snow",
            [
                SnowFall(0.1, 0.2, 1, 0.6, 8, 3, 0.95), SnowFall(0.1, 0.2, 1, 0.5, 10, 4, 0.9),
                SnowFall(0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
                SnowFall(0.25, 0.3, 2.25, 0.6, 12, 6, 0.85),
                SnowFall(0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
            ]
        ) { image, fall, draws in fall.on(image, &draws) },
        Corruption("frost", [(1, 0.2), (1, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45)]) {
            image, c, draws in
            let layer = FrostLayer.texture(image.height, image.width, &draws)
            var result = image
            for channel in image.planes.indices {
                let tint = image.colour([0.92, 0.97, 1])[channel]
                for place in layer.indices {
                    let value = c.0 * image.planes[channel][place] + c.1 * tint * layer[place]
                    result.planes[channel][place] = min(max(value, 0), 1)
                }
            }
            return result
        },
        Corruption("fog", [(0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)]) {
            image, c, draws in
            let cloud = Plasma(covering: max(image.height, image.width), decay: c.1, &draws)
            let brightest = image.planes.joined().max() ?? 0
            return image
                .adding(cloud.part(image.height, image.width).map { c.0 * $0 })
                .mapped { $0 * brightest / (brightest + c.0) }
        },
        Corruption("brightness", [0.05, 0.1, 0.15, 0.2, 0.3]) { image, rise, _ in
            HueValue.changed(image) { $0.value = min($0.value + rise, 1) }
        },
    ]
}

/// Flakes that the wind draws out, over a whitened image.
struct SnowFall: Sendable {
    private let mean, deviation, zoom, threshold, radius, sigma, kept: Double

    init(
        _ mean: Double, _ deviation: Double, _ zoom: Double, _ threshold: Double,
        _ radius: Double, _ sigma: Double, _ kept: Double
    ) {
        (self.mean, self.deviation, self.zoom, self.threshold) = (mean, deviation, zoom, threshold)
        (self.radius, self.sigma, self.kept) = (radius, sigma, kept)
    }

    func on(_ image: Raster, _ draws: inout CorruptionDraws) -> Raster {
        let (height, width) = (image.height, image.width)
        let flakes = PlaneFilter.zoomed(
            draws.normal(height * width, mean: mean, deviation: deviation), height, width, by: zoom
        ).map { $0 < threshold ? 0 : Double(Int(min($0, 1) * 255)) / 255 }
        let drawn = PlaneFilter.motion(
            flakes, height, width, radius: radius, sigma: sigma,
            angle: draws.uniform(1, -135 ... -45)[0]
        ).map(PlaneFilter.truncated)
        let fall = zip(drawn, drawn.reversed()).map(+)
        let white = image.luminance.map { $0 * 1.5 + 0.5 }
        var result = image
        for channel in image.planes.indices {
            for place in white.indices {
                let value = image.planes[channel][place]
                result.planes[channel][place] =
                    kept * value + (1 - kept) * max(value, white[place])
            }
        }
        return result.adding(fall).mapped { $0 }
    }
}

/// A height map of middles that are displaced at random, halving the distance each time, on a torus.
///
/// - Source: Fournier, Fussell & Carpenter 1982; `plasma_fractal` of hendrycks/robustness.
struct Plasma {
    let side: Int
    private(set) var heights: [Double]

    /// - Parameter size: what the side, a power of two, is not less than.
    init(covering size: Int, decay: Double, _ draws: inout CorruptionDraws) {
        var side = 2
        while side < size { side *= 2 }
        self.side = side
        heights = [Double](repeating: 0, count: side * side)
        var (step, wibble) = (side, 100.0)
        while step >= 2 {
            let half = step / 2
            // Middles of squares, then of the edges along rows, then along columns.
            displace(&draws, wibble, rows: half, columns: half, step) { map, y, x in
                map.at(y - half, x - half) + map.at(y + half, x - half)
                    + (map.at(y - half, x + half) + map.at(y + half, x + half))
            }
            displace(&draws, wibble, rows: 0, columns: half, step) { map, y, x in
                map.at(y + half, x) + map.at(y - half, x) + (map.at(y, x - half) + map.at(y, x + half))
            }
            displace(&draws, wibble, rows: half, columns: 0, step) { map, y, x in
                map.at(y, x + half) + map.at(y, x - half) + (map.at(y - half, x) + map.at(y + half, x))
            }
            step = half
            wibble /= decay
        }
        let low = heights.min() ?? 0
        let range = (heights.max() ?? 1) - low
        heights = heights.map { range > 0 ? ($0 - low) / range : 0 }
    }

    private func at(_ y: Int, _ x: Int) -> Double {
        heights[(y + side) % side * side + (x + side) % side]
    }

    private mutating func displace(
        _ draws: inout CorruptionDraws, _ wibble: Double, rows: Int, columns: Int, _ step: Int,
        _ sum: (Plasma, _ y: Int, _ x: Int) -> Double
    ) {
        let places = stride(from: rows, to: side, by: step).flatMap { y in
            stride(from: columns, to: side, by: step).map { (y, $0) }
        }
        let noise = draws.uniform(places.count, -wibble...wibble)
        let values = zip(places, noise).map { sum(self, $0.0, $0.1) / 4 + wibble * $1 }
        for ((y, x), value) in zip(places, values) { heights[y * side + x] = value }
    }

    /// The upper left part.
    func part(_ height: Int, _ width: Int) -> [Double] {
        (0..<height).flatMap { heights[$0 * side..<$0 * side + width] }
    }
}

/// Ice on a window: ridges between cells around points of the pane, finer ones within coarser ones.
///
/// CIFAR-10-C lays parts of photographs over the images; these are made without photographs.
enum FrostLayer {
    static func texture(_ height: Int, _ width: Int, _ draws: inout CorruptionDraws) -> [Double] {
        var layer = [Double](repeating: 0, count: height * width)
        for (cells, share) in [(5, 0.6), (14, 0.4)] {
            let ys = draws.uniform(cells, 0...Double(height))
            let xs = draws.uniform(cells, 0...Double(width))
            let scale = (Double(height * width) / Double(cells)).squareRoot()
            for y in 0..<height {
                for x in 0..<width {
                    var (near, next) = (Double.infinity, Double.infinity)
                    for cell in 0..<cells {
                        let distance = hypot(Double(y) - ys[cell], Double(x) - xs[cell])
                        if distance < near {
                            (near, next) = (distance, near)
                        } else {
                            next = min(next, distance)
                        }
                    }
                    layer[y * width + x] += share * exp(-3 * (next - near) / scale)
                }
            }
        }
        return layer
    }
}

/// A colour as hue (0 to 1), saturation and value.
///
/// - Source: Smith 1978, as `skimage.color` has it.
struct HueValue {
    var hue: Double
    var saturation: Double
    var value: Double

    init(_ r: Double, _ g: Double, _ b: Double) {
        value = max(r, g, b)
        let range = value - min(r, g, b)
        saturation = value > 0 ? range / value : 0
        guard range > 0 else { (hue, saturation) = (0, 0); return }
        let sixth = b == value ? 4 + (r - g) / range : g == value ? 2 + (b - r) / range : (g - b) / range
        hue = sixth / 6 - (sixth / 6).rounded(.down)
    }

    var rgb: [Double] {
        let sector = (hue * 6).rounded(.down)
        let f = hue * 6 - sector
        let (p, q, t) = (
            value * (1 - saturation), value * (1 - f * saturation),
            value * (1 - (1 - f) * saturation)
        )
        switch Int(sector) % 6 {
        case 0: return [value, t, p]
        case 1: return [q, value, p]
        case 2: return [p, value, t]
        case 3: return [p, q, value]
        case 4: return [t, p, value]
        default: return [value, p, q]
        }
    }

    /// The image with each colour changed; of images that are not RGB each channel is a grey of its own,
    /// whose saturation means nothing.
    static func changed(_ image: Raster, _ change: (inout HueValue) -> Void) -> Raster {
        guard image.planes.count == 3 else {
            return image.mapped { level in
                var grey = HueValue(level, level, level)
                change(&grey)
                return grey.value
            }
        }
        var result = image
        for place in image.planes[0].indices {
            var colour = HueValue(
                image.planes[0][place], image.planes[1][place], image.planes[2][place])
            change(&colour)
            for (channel, level) in colour.rgb.enumerated() {
                result.planes[channel][place] = min(max(level, 0), 1)
            }
        }
        return result
    }
}
