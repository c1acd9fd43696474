import CVector
import Randomness
import Testing

/// A convolution by 3 x 3 filters at stride 1, in channel blocks of 16 and as plain loops.
private struct TiledConvolution: CustomStringConvertible, Sendable {
    let batch, inputs, outputs, height, width: Int
    var padding = 1

    var outHeight: Int { height + 2 * padding - 2 }
    var outWidth: Int { width + 2 * padding - 2 }
    var description: String {
        "\(batch) x \(inputs) x \(height) x \(width) to \(outputs), padding \(padding)"
    }

    var shape: cv_winograd {
        cv_winograd(
            batch: Int64(batch), in_blocks: Int64(inputs / 16), out_blocks: Int64(outputs / 16),
            height: Int64(height), width: Int64(width), out_height: Int64(outHeight),
            out_width: Int64(outWidth), padding_top: Int64(padding), padding_left: Int64(padding))
    }

    /// The same as a map from cotangents to the gradient by the pixels.
    var transposed: cv_winograd {
        cv_winograd(
            batch: Int64(batch), in_blocks: Int64(outputs / 16), out_blocks: Int64(inputs / 16),
            height: Int64(outHeight), width: Int64(outWidth), out_height: Int64(height),
            out_width: Int64(width), padding_top: Int64(2 - padding),
            padding_left: Int64(2 - padding))
    }

    var pixels: Int { batch * inputs * height * width }
    var results: Int { batch * outputs * outHeight * outWidth }
    var filters: Int { outputs * inputs * 9 }

    func pixel(_ image: Int, _ channel: Int, _ y: Int, _ x: Int) -> Int {
        (((image * inputs / 16 + channel / 16) * height + y) * width + x) * 16 + channel % 16
    }

    func result(_ image: Int, _ channel: Int, _ y: Int, _ x: Int) -> Int {
        (((image * outputs / 16 + channel / 16) * outHeight + y) * outWidth + x) * 16
            + channel % 16
    }

    /// body(place of a pixel, of a filter's element, of a result) for each product.
    func forEachProduct(_ body: (Int, Int, Int) -> Void) {
        for image in 0..<batch {
            for out in 0..<outputs {
                for y in 0..<outHeight {
                    for x in 0..<outWidth {
                        let result = result(image, out, y, x)
                        for place in 0..<9 {
                            let (row, column) = (y + place / 3 - padding, x + place % 3 - padding)
                            guard 0..<height ~= row, 0..<width ~= column else { continue }
                            for channel in 0..<inputs {
                                body(
                                    pixel(image, channel, row, column),
                                    (out * inputs + channel) * 9 + place, result)
                            }
                        }
                    }
                }
            }
        }
    }

    static let examples = [
        TiledConvolution(batch: 1, inputs: 16, outputs: 16, height: 8, width: 8),
        TiledConvolution(batch: 3, inputs: 16, outputs: 32, height: 7, width: 5),
        TiledConvolution(batch: 2, inputs: 48, outputs: 16, height: 9, width: 12),
        TiledConvolution(batch: 2, inputs: 32, outputs: 64, height: 6, width: 4, padding: 0),
        TiledConvolution(batch: 1, inputs: 16, outputs: 112, height: 5, width: 6, padding: 2),
        // More tiles than a strip has.
        TiledConvolution(batch: 5, inputs: 16, outputs: 16, height: 18, width: 21),
    ]
}

@Suite("CVector convolutions in channel blocks")
struct CVectorConvolutionTests {
    private let stream = RandomStream(seed: 11, name: "tiles")

    /// The largest difference, relative to the largest value.
    private func error(_ found: [Double], _ expected: [Double]) -> Double {
        let scale = expected.map(abs).max() ?? 1
        return zip(found, expected).map { abs($0 - $1) }.max().map { $0 / scale } ?? 0
    }

    private func random(_ number: Int, _ count: Int) -> Guarded<Float> {
        Guarded(numbers(stream.substream(number), count, -1...1))
    }

    private func scratch(_ shape: cv_winograd, isGradient: Bool) -> Guarded<Float> {
        var shape = shape
        let bytes = Int(cv_winograd_scratch_bytes(&shape, isGradient ? 1 : 0))
        return Guarded([Float](repeating: .nan, count: bytes / 4))
    }

    private func convolve(
        _ shape: cv_winograd, _ terms: [(x: Guarded<Float>, filters: Guarded<Float>)],
        _ ending: cv_winograd_ending = cv_winograd_ending(), count: Int
    ) -> Guarded<Float> {
        var (shape, ending) = (shape, ending)
        let y = Guarded([Float](repeating: .nan, count: count))
        let working = scratch(shape, isGradient: false)
        // In two parts, the first of whole sixteens of tiles.
        let tiles = cv_winograd_tiles(&shape)
        for (first, end) in [(0, tiles / 32 * 16), (tiles / 32 * 16, tiles)] {
            cv_winograd_convolution(
                &shape, Int32(terms.count), terms.map { UnsafePointer($0.x.pointer) },
                terms.map { UnsafePointer($0.filters.pointer) }, &ending, first, end, y.pointer,
                working.pointer)
        }
        return y
    }

    private func transformed(
        _ weights: Guarded<Float>, _ convolution: TiledConvolution, isMirrored: Bool
    ) -> Guarded<Float> {
        let filters = Guarded(
            [Float](repeating: .nan, count: 16 * convolution.outputs * convolution.inputs))
        cv_winograd_filters(
            Int64(convolution.outputs), Int64(convolution.inputs), weights.pointer,
            isMirrored ? 1 : 0, filters.pointer)
        return filters
    }

    @Test(arguments: InstructionSet.available)
    func sumsOfConvolutionsAndWhatFollows(_ set: InstructionSet) {
        for convolution in TiledConvolution.examples {
            set.use {
                let terms = (0..<2).map {
                    (x: random($0, convolution.pixels), w: random(2 + $0, convolution.filters))
                }
                var sums = [Double](repeating: 0, count: convolution.results)
                for (x, w) in terms {
                    convolution.forEachProduct { pixel, filter, result in
                        sums[result] += Double(x.pointer[pixel]) * Double(w.pointer[filter])
                    }
                }
                let filtered = terms.map {
                    ($0.x, transformed($0.w, convolution, isMirrored: false))
                }
                let y = convolve(convolution.shape, filtered, count: convolution.results)
                #expect(error(y.values, sums) < 1e-6, "\(convolution)")

                let bias = random(4, convolution.outputs)
                let shortcut = random(5, convolution.results)
                for image in 0..<convolution.batch {
                    for channel in 0..<convolution.outputs {
                        for row in 0..<convolution.outHeight {
                            for column in 0..<convolution.outWidth {
                                let place = convolution.result(image, channel, row, column)
                                sums[place] += Double(bias.pointer[channel])
                                sums[place] = max(sums[place] + Double(shortcut.pointer[place]), 0)
                            }
                        }
                    }
                }
                let ending = cv_winograd_ending(
                    bias: bias.pointer, shortcut: shortcut.pointer, is_rectified: 1)
                let z = convolve(convolution.shape, filtered, ending, count: convolution.results)
                #expect(error(z.values, sums) < 1e-6, "\(convolution), with what follows")
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func gradientsByPixelsAndFilters(_ set: InstructionSet) {
        for convolution in TiledConvolution.examples {
            set.use {
                let x = random(0, convolution.pixels), w = random(1, convolution.filters)
                let u = random(2, convolution.results)
                var pixels = [Double](repeating: 0, count: convolution.pixels)
                var filters = [Double](repeating: 0, count: convolution.filters)
                convolution.forEachProduct { pixel, filter, result in
                    let cotangent = Double(u.pointer[result])
                    pixels[pixel] += Double(w.pointer[filter]) * cotangent
                    filters[filter] += Double(x.pointer[pixel]) * cotangent
                }
                let byPixels = convolve(
                    convolution.transposed, [(u, transformed(w, convolution, isMirrored: true))],
                    count: convolution.pixels)
                #expect(error(byPixels.values, pixels) < 1e-6, "\(convolution)")

                var shape = convolution.shape
                let sums = Guarded(
                    [Float](repeating: .nan, count: 16 * convolution.outputs * convolution.inputs))
                let working = scratch(shape, isGradient: true)
                let plain = Guarded([Float](repeating: .nan, count: convolution.filters))
                for time in 1...2 {
                    let blocks = shape.out_blocks
                    for (first, end) in [(0, blocks / 2), (blocks / 2, blocks)] {
                        cv_winograd_gradient(
                            &shape, x.pointer, u.pointer, time == 1 ? 0 : 1, first, end,
                            sums.pointer, working.pointer)
                    }
                    cv_winograd_plain_gradient(
                        Int64(convolution.outputs), Int64(convolution.inputs), sums.pointer,
                        plain.pointer)
                    let expected = filters.map { Double(time) * $0 }
                    #expect(error(plain.values, expected) < 2e-6, "\(convolution), \(time)")
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func gradientsByFiltersOfOnePixel(_ set: InstructionSet) {
        for (batch, inputs, outputs, pixels) in [
            (1, 16, 16, 1), (3, 32, 16, 7), (2, 16, 112, 25), (2, 48, 64, 16),
        ] {
            set.use {
                let x = random(0, batch * inputs * pixels), u = random(1, batch * outputs * pixels)
                var expected = [Double](repeating: 0, count: inputs * outputs)
                func place(_ image: Int, _ channels: Int, _ channel: Int, _ pixel: Int) -> Int {
                    ((image * channels / 16 + channel / 16) * pixels + pixel) * 16 + channel % 16
                }
                for (image, pixel) in (0..<batch * pixels).map({ ($0 / pixels, $0 % pixels) }) {
                    for (out, channel) in (0..<outputs * inputs).map({ ($0 / inputs, $0 % inputs) })
                    {
                        expected[(out / 16 * inputs + channel) * 16 + out % 16] +=
                            Double(x.pointer[place(image, inputs, channel, pixel)])
                            * Double(u.pointer[place(image, outputs, out, pixel)])
                    }
                }
                let sums = Guarded([Float](repeating: .nan, count: inputs * outputs))
                for time in 1...2 {
                    let blocks = Int64(outputs / 16)
                    for (first, end) in [(0, blocks / 2), (blocks / 2, blocks)] {
                        cv_pointwise_gradient(
                            Int64(batch), Int64(inputs / 16), blocks, Int64(pixels), x.pointer,
                            u.pointer, time == 1 ? 0 : 1, first, end, sums.pointer)
                    }
                    #expect(error(sums.values, expected.map { Double(time) * $0 }) < 1e-6)
                }
            }
        }
    }

    /// The tiles cost no digits against the direct sum in single precision.
    @Test func asAccurateAsDirectSums() {
        let convolution = TiledConvolution(
            batch: 2, inputs: 64, outputs: 64, height: 8, width: 8)
        GuardedMemory.scope {
            let x = random(0, convolution.pixels), w = random(1, convolution.filters)
            var exact = [Double](repeating: 0, count: convolution.results)
            var direct = [Float](repeating: 0, count: convolution.results)
            convolution.forEachProduct { pixel, filter, result in
                exact[result] += Double(x.pointer[pixel]) * Double(w.pointer[filter])
                direct[result] += x.pointer[pixel] * w.pointer[filter]
            }
            let filters = transformed(w, convolution, isMirrored: false)
            let tiled = convolve(
                convolution.shape, [(x, filters)], count: convolution.results)
            func meanSquare(_ values: [Double]) -> Double {
                zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            #expect(meanSquare(tiled.values) < 1.5 * meanSquare(direct.map(Double.init)))
        }
    }
}
