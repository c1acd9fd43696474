import Autodiff

/// Averages and maxima of windows, and picking pixels by location.
func poolingReference(
    _ primitive: any Primitive, _ operands: [ReferenceOperand], _ shape: Shape
) -> [Double]? {
    switch primitive {
    case let pooling as AveragePooling:
        let image = operands[0]
        var result = [Double](repeating: 0, count: shape.count)
        forEachWindow(pooling.window, image.shape, shape) { place, pixels, area in
            result[place] = pixels.map { image.values[$0] }.reduce(0, +) / area
        }
        return result
    case let unpooling as AverageUnpooling:
        let cotangent = operands[0]
        var result = [Double](repeating: 0, count: shape.count)
        forEachWindow(unpooling.window, shape, cotangent.shape) { place, pixels, area in
            for pixel in pixels { result[pixel] += cotangent.values[place] / area }
        }
        return result
    case let location as MaximumLocation:
        let image = operands[0]
        let plane = image.shape[2] * image.shape[3]
        var result = [Double](repeating: 0, count: shape.count)
        forEachWindow(location.window, image.shape, shape) { place, pixels, _ in
            var best = pixels[0]
            for pixel in pixels {
                let (value, largest) = (image.values[pixel], image.values[best])
                // A NaN is found, as if it were the largest.
                if value > largest || (value.isNaN && !largest.isNaN) { best = pixel }
            }
            result[place] = Double(best % plane)
        }
        return result
    case is PixelGather:
        let (image, location) = (operands[0], operands[1])
        return pixels(location, of: image.shape).map { image.values[$0] }
    case is PixelScatter:
        let (cotangent, location) = (operands[0], operands[1])
        var result = [Double](repeating: 0, count: shape.count)
        for (pixel, value) in zip(pixels(location, of: shape), cotangent.values) {
            result[pixel] += value
        }
        return result
    default:
        return nil
    }
}

/// Visits each window: its place in the result, its pixels inside the image, and its divisor.
private func forEachWindow(
    _ window: PoolingWindow, _ image: Shape, _ output: Shape,
    _ visit: (_ place: Int, _ pixels: [Int], _ area: Double) -> Void
) {
    let (height, width) = (image[2], image[3])
    var place = 0
    for plane in 0..<(image[0] * image[1]) {
        for i in 0..<output[2] {
            let top = i * window.stride[0] - window.padding[0]
            let rows = (top..<(top + window.kernel[0])).clamped(to: 0..<height)
            for j in 0..<output[3] {
                let left = j * window.stride[1] - window.padding[1]
                let columns = (left..<(left + window.kernel[1])).clamped(to: 0..<width)
                let pixels = rows.flatMap { row in
                    columns.map { (plane * height + row) * width + $0 }
                }
                let area = window.countsPadding
                    ? window.kernel[0] * window.kernel[1] : pixels.count
                visit(place, pixels, Double(area))
                place += 1
            }
        }
    }
}

/// The position in images of shape `[N, C, H, W]` that each location stands for.
private func pixels(_ location: ReferenceOperand, of image: Shape) -> [Int] {
    let plane = image[2] * image[3]
    let locationsPerPlane = location.shape[2] * location.shape[3]
    return location.values.enumerated().map { index, pixel in
        index / locationsPerPlane * plane + Int(pixel)
    }
}
