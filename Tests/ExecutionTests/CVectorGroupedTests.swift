import CVector
import Randomness
import Testing

@testable import GraphSamples

/// A convolution of few channels a group, in channel blocks and as plain loops.
private struct GroupedConvolution: CustomStringConvertible {
    let batch: Int
    /// Channels, of which those of whole blocks are made.
    let blocks: Int
    let perGroup: Int
    let size, kernel, stride, padding, dilation: (Int, Int)

    var outputs: (Int, Int) {
        func extent(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int)
            -> Int
        { (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1 }
        return (
            extent(size.0, kernel.0, stride.0, padding.0, dilation.0),
            extent(size.1, kernel.1, stride.1, padding.1, dilation.1)
        )
    }

    var description: String {
        "\(batch) x \(blocks) blocks of \(size), groups of \(perGroup), kernel \(kernel), "
            + "stride \(stride), padding \(padding), dilation \(dilation)"
    }

    var shape: cv_grouped {
        cv_grouped(
            window: cv_window(
                height: Int64(size.0), width: Int64(size.1), out_height: Int64(outputs.0),
                out_width: Int64(outputs.1), kernel_height: Int64(kernel.0),
                kernel_width: Int64(kernel.1), stride_height: Int64(stride.0),
                stride_width: Int64(stride.1), padding_top: Int64(padding.0),
                padding_left: Int64(padding.1), dilation_height: Int64(dilation.0),
                dilation_width: Int64(dilation.1)),
            batch: Int64(batch), blocks: Int64(blocks), channels: Int64(perGroup))
    }

    var pixelCount: Int { batch * blocks * 16 * size.0 * size.1 }
    var resultCount: Int { batch * blocks * 16 * outputs.0 * outputs.1 }
    var filterCount: Int { blocks * 16 * perGroup * kernel.0 * kernel.1 }

    /// body(place of a pixel, of a filter's element by output lanes and by input lanes, of a
    /// result) for each product.
    func forEachProduct(_ body: (_ x: Int, _ byOutput: Int, _ byInput: Int, _ y: Int) -> Void) {
        for (plane, oy, ox) in product(batch * blocks, outputs.0, outputs.1) {
            for (tap, lane, j) in product(kernel.0 * kernel.1, 16, perGroup) {
                let iy = oy * stride.0 + tap / kernel.1 * dilation.0 - padding.0
                let ix = ox * stride.1 + tap % kernel.1 * dilation.1 - padding.1
                guard 0..<size.0 ~= iy, 0..<size.1 ~= ix else { continue }
                let input = lane / perGroup * perGroup + j
                let bank = (plane % blocks * kernel.0 * kernel.1 + tap) * perGroup
                body(
                    ((plane * size.0 + iy) * size.1 + ix) * 16 + input, (bank + j) * 16 + lane,
                    (bank + lane % perGroup) * 16 + input,
                    ((plane * outputs.0 + oy) * outputs.1 + ox) * 16 + lane)
            }
        }
    }

    private func product(_ a: Int, _ b: Int, _ c: Int) -> some Sequence<(Int, Int, Int)> {
        (0..<a * b * c).lazy.map { ($0 / (b * c), $0 / c % b, $0 % c) }
    }

    /// Maps as wide as the kernels' runs of outputs and a little more, all taps and none inside.
    init(_ dice: inout Dice) {
        batch = dice.integer(1...2)
        blocks = dice.integer(1...2)
        perGroup = dice.element(of: [1, 2, 4, 8])
        func pair(_ choices: [Int]) -> (Int, Int) {
            (dice.element(of: choices), dice.element(of: choices))
        }
        kernel = dice.element(of: [(3, 3), (3, 3), (1, 1), (5, 5), (2, 3), (9, 8)])
        stride = dice.element(of: [(1, 1), (2, 2), (3, 1), (1, 4)])
        dilation = dice.element(of: [(1, 1), (1, 1), (2, 1), (3, 2)])
        padding = pair([0, 1, 2, 4])
        let reach = (
            dilation.0 * (kernel.0 - 1) + 1 - 2 * padding.0,
            dilation.1 * (kernel.1 - 1) + 1 - 2 * padding.1
        )
        size = (max(reach.0, 1) + dice.integer(0...6), max(reach.1, 1) + dice.integer(0...24))
    }
}

@Suite("CVector convolutions of few channels a group")
struct CVectorGroupedTests {
    @Test(arguments: InstructionSet.available, 1...24 as ClosedRange<UInt64>)
    func agreesWithPlainLoops(_ set: InstructionSet, seed: UInt64) {
        var dice = Dice(seed: seed, name: "grouped")
        let convolution = GroupedConvolution(&dice)
        set.use { check(convolution, Float.self, 2e-6, dice) }
        set.use { check(convolution, Double.self, 1e-14, dice) }
    }

    private func check<Real: VectorReal>(
        _ convolution: GroupedConvolution, _ type: Real.Type, _ tolerance: Double, _ dice: Dice
    ) {
        var dice = dice
        func random(_ count: Int) -> Guarded<Real> {
            Guarded((0..<count).map { _ in Real(dice.uniform(-1...1)) })
        }
        func unknown(_ count: Int) -> Guarded<Real> {
            Guarded([Real](repeating: .nan, count: count))
        }
        func expect(_ found: Guarded<Real>, _ expected: [Double], _ what: String) {
            let scale = expected.map(abs).reduce(1, max)
            let error = zip(found.values, expected).map { abs($0 - $1) }.reduce(0) {
                $1.isNaN ? .infinity : max($0, $1)
            }
            #expect(error <= tolerance * scale, "\(what) of \(convolution)")
        }
        let x = random(convolution.pixelCount), u = random(convolution.resultCount)
        let byOutput = random(convolution.filterCount)
        let bias = random(16 * convolution.blocks), shortcut = random(convolution.resultCount)
        var byInput = [Real](repeating: 0, count: convolution.filterCount)
        var sums = [Double](repeating: 0, count: convolution.resultCount)
        var pixels = [Double](repeating: 0, count: convolution.pixelCount)
        var filters = [Double](repeating: 0, count: convolution.filterCount)
        convolution.forEachProduct { pixel, filter, turned, result in
            let (value, weight) = (Double(x.pointer[pixel]), Double(byOutput.pointer[filter]))
            byInput[turned] = byOutput.pointer[filter]
            sums[result] += value * weight
            pixels[pixel] += Double(u.pointer[result]) * weight
            filters[turned] += Double(u.pointer[result]) * value
        }
        var shape = convolution.shape
        let turned = Guarded(byInput)
        let all = shape.blocks
        let (y, z) = (unknown(convolution.resultCount), unknown(convolution.resultCount))
        let (dx, dw) = (unknown(convolution.pixelCount), unknown(convolution.filterCount))
        // Members of a team make some blocks each.
        for (first, end) in [(0, all / 2), (all / 2, all)] {
            Real.groupedConvolution(
                &shape, 0, x.pointer, byOutput.pointer, nil, nil, 0, first, end, y.pointer)
            Real.groupedConvolution(
                &shape, 0, x.pointer, byOutput.pointer, bias.pointer, shortcut.pointer, 1, first,
                end, z.pointer)
            Real.groupedConvolution(
                &shape, 1, u.pointer, turned.pointer, nil, nil, 0, first, end, dx.pointer)
        }
        expect(y, sums, "convolution")
        expect(dx, pixels, "gradient by the pixels")
        for place in sums.indices {
            let channel = place / (16 * convolution.outputs.0 * convolution.outputs.1)
                % convolution.blocks * 16 + place % 16
            sums[place] += Double(bias.pointer[channel]) + Double(shortcut.pointer[place])
        }
        expect(z, sums.map { max($0, 0) }, "convolution and what follows")
        for time in 1...2 {
            for (first, end) in [(0, all / 2), (all / 2, all)] {
                Real.groupedGradient(
                    &shape, x.pointer, u.pointer, time == 1 ? 0 : 1, first, end, dw.pointer)
            }
            expect(dw, filters.map { Double(time) * $0 }, "gradient by the filters")
        }
    }
}
