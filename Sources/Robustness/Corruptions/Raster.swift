import Foundation

/// An image of real numbers from 0 (black) to 1 (white), one plane for each channel.
struct Raster: Sendable {
    let height: Int
    let width: Int
    /// Row-major `[height, width]` each.
    var planes: [[Double]]

    init(height: Int, width: Int, planes: [[Double]]) {
        (self.height, self.width, self.planes) = (height, width, planes)
    }

    /// The image of grey levels `[channels, height, width]`.
    init(bytes: [UInt8], channels: Int, height: Int, width: Int) {
        let size = height * width
        self.init(
            height: height, width: width,
            planes: (0..<channels).map { channel in
                bytes[channel * size..<(channel + 1) * size].map { Double($0) / 255 }
            })
    }

    /// Grey levels `[channels, height, width]`, truncated as the original stores them.
    var bytes: [UInt8] { planes.flatMap { $0.map { UInt8(min(max($0 * 255, 0), 255)) } } }

    /// Whole grey levels of the planes, for steps that work on bytes.
    var levels: [[Int]] {
        planes.map { $0.map { Int((min(max($0, 0), 1) * 255).rounded()) } }
    }

    /// The image of whole grey levels.
    init(height: Int, width: Int, levels: [[Int]]) {
        self.init(
            height: height, width: width, planes: levels.map { $0.map { Double($0) / 255 } })
    }

    /// The image with each value changed and kept from 0 to 1.
    func mapped(_ change: (Double) -> Double) -> Raster {
        Raster(
            height: height, width: width,
            planes: planes.map { $0.map { min(max(change($0), 0), 1) } })
    }

    /// The image with a plane added to each channel.
    func adding(_ layer: [Double]) -> Raster {
        Raster(height: height, width: width, planes: planes.map { zip($0, layer).map(+) })
    }

    /// Brightness as it is seen (ITU-R BT.601); of other images than RGB the mean of the channels.
    var luminance: [Double] {
        let weights = planes.count == 3
            ? [0.299, 0.587, 0.114]
            : [Double](repeating: 1 / Double(planes.count), count: planes.count)
        return (0..<height * width).map { place in
            zip(planes, weights).reduce(0) { $0 + $1.1 * $1.0[place] }
        }
    }

    /// A colour (RGB) for the channels that there are.
    func colour(_ rgb: [Double]) -> [Double] {
        planes.count == 3
            ? rgb
            : [Double](
                repeating: 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2], count: planes.count)
    }
}

/// What stands beside an image.
enum Edge {
    /// The nearest pixel: a a | a b c | c c.
    case nearest
    /// Mirrored at the edge of the pixel: b a | a b c | c b.
    case symmetric
    /// Mirrored at the middle of the pixel: c b | a b c | b a.
    case mirror

    /// The place within 0 ..< count that shows at `index`.
    func place(_ index: Int, _ count: Int) -> Int {
        if index >= 0, index < count { return index }
        switch self {
        case .nearest: return min(max(index, 0), count - 1)
        case .symmetric:
            let place = Edge.remainder(index, 2 * count)
            return place < count ? place : 2 * count - 1 - place
        case .mirror:
            guard count > 1 else { return 0 }
            let place = Edge.remainder(index, 2 * count - 2)
            return place < count ? place : 2 * count - 2 - place
        }
    }

    private static func remainder(_ index: Int, _ period: Int) -> Int {
        (index % period + period) % period
    }
}

/// Filters of planes, row-major `[height, width]`.
enum PlaneFilter {
    /// The weighted sum over the neighbours (a correlation).
    ///
    /// - Parameter taps: offsets with their weights.
    static func correlate(
        _ plane: [Double], _ height: Int, _ width: Int, edge: Edge,
        taps: [(y: Int, x: Int, weight: Double)]
    ) -> [Double] {
        var result = [Double](repeating: 0, count: plane.count)
        for tap in taps {
            let columns = (0..<width).map { edge.place($0 + tap.x, width) }
            for y in 0..<height {
                let source = edge.place(y + tap.y, height) * width
                for x in 0..<width {
                    result[y * width + x] += tap.weight * plane[source + columns[x]]
                }
            }
        }
        return result
    }

    /// A Gaussian blur, along rows and columns apart, cut off at `truncation` deviations.
    ///
    /// - Source: `scipy.ndimage.gaussian_filter`.
    static func gaussian(
        _ plane: [Double], _ height: Int, _ width: Int, sigma: Double, edge: Edge = .nearest,
        truncation: Double = 4
    ) -> [Double] {
        guard sigma > 1e-15 else { return plane }
        let radius = Int(truncation * sigma + 0.5)
        let weights = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
        let total = weights.reduce(0, +)
        let taps = zip(-radius...radius, weights).map { (offset: $0, weight: $1 / total) }
        let down = correlate(
            plane, height, width, edge: edge, taps: taps.map { ($0.offset, 0, $0.weight) })
        return correlate(
            down, height, width, edge: edge, taps: taps.map { (0, $0.offset, $0.weight) })
    }

    /// The next whole grey level below, what rounding takes from one left aside.
    static func truncated(_ value: Double) -> Double {
        (value * 255 + 1e-9).rounded(.down) / 255
    }

    /// A blur along a line that begins at the pixel.
    ///
    /// - Parameters:
    ///   - radius: the line has 2 radius + 1 pixels.
    ///   - angle: of the line in degrees.
    /// - Source: `MotionBlurImage` of ImageMagick 6.
    static func motion(
        _ plane: [Double], _ height: Int, _ width: Int, radius: Double, sigma: Double,
        angle: Double
    ) -> [Double] {
        let length = 2 * Int(radius.rounded(.up)) + 1
        let weights = (0..<length).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
        let total = weights.reduce(0, +)
        let (dx, dy) = (cos(angle * Double.pi / 180), sin(angle * Double.pi / 180))
        return correlate(
            plane, height, width, edge: .nearest,
            taps: weights.enumerated().map { step, weight in
                let distance = Double(step)
                return (
                    Int((distance * dy - 0.5).rounded(.up)),
                    Int((distance * dx - 0.5).rounded(.up)), weight / total
                )
            })
    }

    /// The value between pixels, by the four around it.
    static func bilinear(
        _ plane: [Double], _ height: Int, _ width: Int, y: Double, x: Double, edge: Edge
    ) -> Double {
        let (top, left) = (y.rounded(.down), x.rounded(.down))
        let (fy, fx) = (y - top, x - left)
        func value(_ row: Int, _ column: Int) -> Double {
            plane[edge.place(row, height) * width + edge.place(column, width)]
        }
        let (row, column) = (Int(top), Int(left))
        return (1 - fy) * ((1 - fx) * value(row, column) + fx * value(row, column + 1))
            + fy * ((1 - fx) * value(row + 1, column) + fx * value(row + 1, column + 1))
    }

    /// The middle of a plane, enlarged to its size.
    ///
    /// - Source: `clipped_zoom` of hendrycks/robustness with `scipy.ndimage.zoom`, which gives 0 where
    ///   rounding puts the last row or column beyond the plane.
    static func zoomed(
        _ plane: [Double], _ height: Int, _ width: Int, by factor: Double
    ) -> [Double] {
        func axis(_ count: Int) -> (start: Int, places: [Double?]) {
            let cropped = Int((Double(count) / factor).rounded(.up))
            let enlarged = Int((Double(cropped) * factor).rounded(.toNearestOrEven))
            let step = enlarged > 1 ? Double(cropped - 1) / Double(enlarged - 1) : 1
            let trim = (enlarged - count) / 2
            return (
                (count - cropped) / 2,
                (0..<count).map { index in
                    let place = Double(index + trim) * step
                    return place <= Double(cropped - 1) ? place : nil
                }
            )
        }
        let (rows, columns) = (axis(height), axis(width))
        return rows.places.flatMap { y in
            columns.places.map { x in
                guard let y, let x else { return 0 }
                return bilinear(
                    plane, height, width, y: Double(rows.start) + y, x: Double(columns.start) + x,
                    edge: .nearest)
            }
        }
    }
}
