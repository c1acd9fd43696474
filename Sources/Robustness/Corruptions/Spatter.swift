import Foundation

extension Corruption {
    static let spatter = Corruption(
        "spatter", isExtra: true,
        [
            Spatter(0.62, 0.1, 0.7, 0.7, 0.5), Spatter(0.65, 0.1, 0.8, 0.7, 0.5),
            Spatter(0.65, 0.3, 1, 0.69, 0.5), Spatter(0.65, 0.1, 0.7, 0.69, 0.6, isMud: true),
            Spatter(0.65, 0.1, 0.5, 0.68, 0.6, isMud: true),
        ]
    ) { image, spatter, draws in spatter.on(image, &draws) }
}

/// Drops of water that shine at their edges, or of mud.
struct Spatter: Sendable {
    private let mean, deviation, sigma, threshold, strength: Double
    private let isMud: Bool

    init(
        _ mean: Double, _ deviation: Double, _ sigma: Double, _ threshold: Double,
        _ strength: Double, isMud: Bool = false
    ) {
        (self.mean, self.deviation, self.sigma) = (mean, deviation, sigma)
        (self.threshold, self.strength, self.isMud) = (threshold, strength, isMud)
    }

    func on(_ image: Raster, _ draws: inout CorruptionDraws) -> Raster {
        let (height, width) = (image.height, image.width)
        let liquid = PlaneFilter.gaussian(
            draws.normal(height * width, mean: mean, deviation: deviation), height, width,
            sigma: sigma
        ).map { $0 < threshold ? 0 : $0 }
        return isMud ? mud(image, liquid) : water(image, liquid)
    }

    private func mud(_ image: Raster, _ liquid: [Double]) -> Raster {
        let cover = PlaneFilter.gaussian(
            liquid.map { $0 > threshold ? 1 : 0 }, image.height, image.width, sigma: strength
        ).map { $0 < 0.8 ? 0 : $0 }
        let brown = image.colour([63.0 / 255, 42.0 / 255, 20.0 / 255])
        return blend(image) { channel, place, value in
            value * (1 - cover[place]) + brown[channel] * cover[place]
        }
    }

    private func water(_ image: Raster, _ liquid: [Double]) -> Raster {
        let (height, width) = (image.height, image.width)
        let levels = liquid.map { Double(UInt8(truncatingIfNeeded: Int($0 * 255))) }
        let edges = EdgeMap.canny(levels, height, width, low: 50, high: 150)
        let far = EdgeMap.distances(to: edges, height, width).map { min($0, 20) }
        let box = (-1...1).flatMap { y in (-1...1).map { (y, $0, 1.0 / 9) } }
        func filtered(_ plane: [Double], _ taps: [(y: Int, x: Int, weight: Double)]) -> [Double] {
            PlaneFilter.correlate(plane, height, width, edge: .mirror, taps: taps)
        }
        let even = EdgeMap.equalized(filtered(far, box).map { $0.rounded(.down) })
        let relief: [(y: Int, x: Int, weight: Double)] = [
            (-1, -1, -2), (-1, 0, -1), (0, -1, -1), (0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 2),
        ]
        let raised = filtered(even, relief).map { min(max($0, 0), 255) }
        let shine = zip(levels, filtered(raised, box)).map { $0 * $1.rounded() }
        let brightest = shine.max() ?? 0
        let turquoise = image.colour([175.0 / 255, 238.0 / 255, 238.0 / 255])
        return blend(image) { channel, place, value in
            value + (brightest > 0 ? shine[place] / brightest : 0) * strength * turquoise[channel]
        }
    }

    private func blend(
        _ image: Raster, _ value: (_ channel: Int, _ place: Int, _ value: Double) -> Double
    ) -> Raster {
        var result = image
        for channel in image.planes.indices {
            for (place, old) in image.planes[channel].enumerated() {
                result.planes[channel][place] = min(max(value(channel, place, old), 0), 1)
            }
        }
        return result
    }
}

/// Edges of grey levels from 0 to 255, and how far from them places are.
private enum EdgeMap {
    /// Where the gradient is largest across an edge, and strong, or joined to where it is.
    ///
    /// - Source: Canny 1986, with the Sobel gradient and the L1 norm of OpenCV.
    static func canny(
        _ plane: [Double], _ height: Int, _ width: Int, low: Double, high: Double
    ) -> [Bool] {
        func gradient(_ transposed: Bool) -> [Double] {
            let rows: [(Int, Double)] = [(-1, 1), (0, 2), (1, 1)]
            let taps = rows.flatMap { across, weight in
                [-1, 1].map { along in
                    transposed
                        ? (y: along, x: across, weight: Double(along) * weight)
                        : (y: across, x: along, weight: Double(along) * weight)
                }
            }
            return PlaneFilter.correlate(plane, height, width, edge: .nearest, taps: taps)
        }
        let (gx, gy) = (gradient(false), gradient(true))
        let strength = zip(gx, gy).map { abs($0) + abs($1) }
        func at(_ y: Int, _ x: Int) -> Double {
            y >= 0 && y < height && x >= 0 && x < width ? strength[y * width + x] : 0
        }
        var isEdge = [Bool](repeating: false, count: plane.count)
        var candidates = isEdge
        var open: [Int] = []
        let tangent = tan(Double.pi / 8)
        for y in 0..<height {
            for x in 0..<width {
                let place = y * width + x
                let (own, ax, ay) = (strength[place], abs(gx[place]), abs(gy[place]))
                guard own > low else { continue }
                let isLargest: Bool
                if ay < tangent * ax {
                    isLargest = own > at(y, x - 1) && own >= at(y, x + 1)
                } else if ay > (tangent + 2) * ax {
                    isLargest = own > at(y - 1, x) && own >= at(y + 1, x)
                } else {
                    let side = (gx[place] < 0) != (gy[place] < 0) ? -1 : 1
                    isLargest = own > at(y - 1, x - side) && own > at(y + 1, x + side)
                }
                guard isLargest else { continue }
                candidates[place] = true
                if own > high {
                    isEdge[place] = true
                    open.append(place)
                }
            }
        }
        while let place = open.popLast() {
            let (y, x) = place.quotientAndRemainder(dividingBy: width)
            for row in max(y - 1, 0)...min(y + 1, height - 1) {
                for column in max(x - 1, 0)...min(x + 1, width - 1) {
                    let next = row * width + column
                    guard candidates[next], !isEdge[next] else { continue }
                    isEdge[next] = true
                    open.append(next)
                }
            }
        }
        return isEdge
    }

    /// The length of the shortest way to an edge by steps of 1, 1.4 and 2.1969 to the neighbours, the
    /// diagonal ones and those of a knight.
    ///
    /// - Source: Borgefors 1986; `distanceTransform` of OpenCV with a 5 x 5 mask.
    static func distances(to edges: [Bool], _ height: Int, _ width: Int) -> [Double] {
        var result = edges.map { $0 ? 0.0 : 8192 }
        let steps: [(y: Int, x: Int, length: Double)] = [
            (-2, -1, 2.1969), (-2, 1, 2.1969), (-1, -2, 2.1969), (-1, -1, 1.4), (-1, 0, 1),
            (-1, 1, 1.4), (-1, 2, 2.1969), (0, -1, 1),
        ]
        func pass(_ order: [Int], _ sign: Int) {
            for place in order {
                let (y, x) = place.quotientAndRemainder(dividingBy: width)
                for step in steps {
                    let (row, column) = (y + sign * step.y, x + sign * step.x)
                    guard row >= 0, row < height, column >= 0, column < width else { continue }
                    result[place] = min(result[place], result[row * width + column] + step.length)
                }
            }
        }
        pass(Array(0..<height * width), 1)
        pass((0..<height * width).reversed(), -1)
        return result
    }

    /// Whole grey levels spread so that each is as frequent as it can be.
    static func equalized(_ plane: [Double]) -> [Double] {
        var counts = [Int](repeating: 0, count: 256)
        for level in plane { counts[min(max(Int(level), 0), 255)] += 1 }
        let first = counts.firstIndex { $0 > 0 } ?? 0
        guard counts[first] < plane.count else { return plane }
        let scale = 255 / Double(plane.count - counts[first])
        var (table, sum) = ([Double](repeating: 0, count: 256), 0)
        for level in first + 1..<256 {
            sum += counts[level]
            table[level] = (Double(sum) * scale).rounded(.toNearestOrEven)
        }
        return plane.map { table[min(max(Int($0), 0), 255)] }
    }
}
