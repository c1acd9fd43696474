import CJPEG
import Foundation

extension Corruption {
    static let digital = [
        Corruption("contrast", [0.75, 0.5, 0.4, 0.3, 0.15]) { image, factor, _ in
            eachPlane(image) { plane in
                let mean = plane.reduce(0, +) / Double(plane.count)
                return plane.map { ($0 - mean) * factor + mean }
            }
        },
        Corruption(
            "elastic_transform",
            [(0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03)]
        ) { image, c, draws in
            elastic(image, reach: c.0, smoothness: c.1, affine: c.2, &draws)
        },
        Corruption("pixelate", [0.95, 0.9, 0.85, 0.75, 0.65]) { image, factor, _ in
            let (height, width) = (image.height, image.width)
            let (small, narrow) = (
                max(Int(Double(height) * factor), 1), max(Int(Double(width) * factor), 1)
            )
            return Raster(
                height: height, width: width,
                levels: image.levels.map { plane in
                    let shrunk = BoxResampling.resized(plane, (height, width), to: (small, narrow))
                    return BoxResampling.resized(shrunk, (small, narrow), to: (height, width))
                })
        },
        Corruption("jpeg_compression", [80, 65, 58, 50, 40]) { image, quality, _ in
            compressed(image, quality: quality)
        },
    ]

    static let extras = [
        speckle, gaussianBlur, spatter,
        Corruption(
            "saturate", isExtra: true, [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)]
        ) { image, c, _ in
            HueValue.changed(image) { $0.saturation = min($0.saturation * c.0 + c.1, 1) }
        },
    ]

    /// An affine map with random corners, then displacements that vary smoothly.
    ///
    /// - Parameters:
    ///   - reach: of displacements, in sides of the image, as the other two.
    ///   - smoothness: the deviation of the blur that displacements are smoothed by.
    ///   - affine: how far the corners of a triangle move at most.
    private static func elastic(
        _ image: Raster, reach: Double, smoothness: Double, affine: Double,
        _ draws: inout CorruptionDraws
    ) -> Raster {
        let (height, width) = (image.height, image.width)
        let side = Double(min(height, width))
        let (centre, arm) = ((y: Double(height / 2), x: Double(width / 2)), Double(min(height, width) / 3))
        let from = [
            (centre.x + arm, centre.y + arm), (centre.x + arm, centre.y - arm),
            (centre.x - arm, centre.y - arm),
        ]
        let moves = draws.uniform(6, -affine * side...affine * side)
        let to = from.enumerated().map { ($1.0 + moves[2 * $0], $1.1 + moves[2 * $0 + 1]) }
        // Where each pixel of the result comes from.
        let back = AffineMap(from: to, to: from)
        let smooth = { (values: [Double]) in
            PlaneFilter.gaussian(
                values, height, width, sigma: smoothness * side, edge: .symmetric, truncation: 3
            ).map { $0 * reach * side }
        }
        let dx = smooth(draws.uniform(height * width, -1...1))
        let dy = smooth(draws.uniform(height * width, -1...1))
        return eachPlane(image) { plane in
            let turned = (0..<height * width).map { place in
                let (y, x) = place.quotientAndRemainder(dividingBy: width)
                let source = back.place(Double(x), Double(y))
                return PlaneFilter.bilinear(
                    plane, height, width, y: source.y, x: source.x, edge: .mirror)
            }
            return turned.indices.map { place in
                let (y, x) = place.quotientAndRemainder(dividingBy: width)
                return PlaneFilter.bilinear(
                    turned, height, width, y: Double(y) + dy[place], x: Double(x) + dx[place],
                    edge: .symmetric)
            }
        }
    }

    /// The image after JPEG; other channels than RGB are compressed each as a grey image.
    private static func compressed(_ image: Raster, quality: Int32) -> Raster {
        let levels = image.levels
        let groups = levels.count == 3 ? [levels] : levels.map { [$0] }
        let size = image.height * image.width
        let result = groups.flatMap { group -> [[Int]] in
            let pixels = (0..<size).flatMap { place in group.map { UInt8($0[place]) } }
            var output = pixels
            let failed = saddle_jpeg_round_trip(
                pixels, Int32(image.width), Int32(image.height), Int32(group.count), quality, &output)
            // It fails on sides beyond 65,500 pixels alone, which no network takes.
            precondition(failed == 0, "JPEG takes images of up to 65500 pixels a side.")
            return group.indices.map { channel in
                (0..<size).map { Int(output[$0 * group.count + channel]) }
            }
        }
        return Raster(height: image.height, width: image.width, levels: result)
    }
}

/// x' = a x + b y + c and y' = d x + e y + f, by three points and what they become.
private struct AffineMap {
    private let x: [Double]
    private let y: [Double]

    init(from: [(Double, Double)], to: [(Double, Double)]) {
        let (p, q, r) = (from[0], from[1], from[2])
        let determinant = (q.0 - p.0) * (r.1 - p.1) - (r.0 - p.0) * (q.1 - p.1)
        func coefficients(_ values: [Double]) -> [Double] {
            let (u, v) = (values[1] - values[0], values[2] - values[0])
            let a = (u * (r.1 - p.1) - v * (q.1 - p.1)) / determinant
            let b = (v * (q.0 - p.0) - u * (r.0 - p.0)) / determinant
            return [a, b, values[0] - a * p.0 - b * p.1]
        }
        (x, y) = (coefficients(to.map(\.0)), coefficients(to.map(\.1)))
    }

    func place(_ px: Double, _ py: Double) -> (x: Double, y: Double) {
        (x[0] * px + x[1] * py + x[2], y[0] * px + y[1] * py + y[2])
    }
}

/// Sizes of images changed by the mean over the box of each pixel, rounded after each direction.
///
/// - Source: `Image.resize` of Pillow with `BOX`.
private enum BoxResampling {
    static func resized(
        _ plane: [Int], _ old: (height: Int, width: Int), to new: (height: Int, width: Int)
    ) -> [Int] {
        let columns = boxes(old.width, new.width)
        let narrow = (0..<old.height).flatMap { y in
            columns.map { box in
                rounded(box.map { $0.weight * Double(plane[y * old.width + $0.place]) })
            }
        }
        return boxes(old.height, new.height).flatMap { box in
            (0..<new.width).map { x in
                rounded(box.map { $0.weight * Double(narrow[$0.place * new.width + x]) })
            }
        }
    }

    private static func rounded(_ terms: [Double]) -> Int {
        min(max(Int((terms.reduce(0, +) + 0.5).rounded(.down)), 0), 255)
    }

    /// The pixels that each new pixel shows, with their weights.
    private static func boxes(_ old: Int, _ new: Int) -> [[(place: Int, weight: Double)]] {
        let scale = Double(old) / Double(new)
        let filter = max(scale, 1)
        return (0..<new).map { index in
            let centre = (Double(index) + 0.5) * scale
            let first = max(Int(centre - filter / 2 + 0.5), 0)
            let last = min(Int(centre + filter / 2 + 0.5), old)
            let inside = (first..<last).filter { place in
                let distance = (Double(place) - centre + 0.5) / filter
                return distance > -0.5 && distance <= 0.5
            }
            return inside.map { ($0, 1 / Double(inside.count)) }
        }
    }
}
