import Foundation
import Testing

@testable import Figures

@Suite("Numbers, text and axes")
struct PartsTests {
    @Test func numeralsUseTrueSigns() {
        #expect(Numerals.fixed(-0.5, decimals: 1) == "−0.5")
        #expect(Numerals.fixed(-0.04, decimals: 1) == "0.0")
        #expect(Numerals.rounded(157.5) == "158")
        #expect(Numerals.rounded(-2.5e7) == "−2.5×10⁷")
        #expect(Numerals.rounded(3e-5) == "3.0×10⁻⁵")
        #expect(Numerals.rounded(.nan) == "undefined")
        #expect(Numerals.datum(-.infinity) == "NaN")
        #expect(Numerals.percentage(0.949) == "95%")
    }

    @Test func ticksAreRoundNumbersInsideTheRange() {
        let axis = Axis(range: -1...1, label: "x", tickCount: 4)
        #expect(axis.ticks.map(\.text) == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
        let large = Axis(range: 0...2.1e6, label: "y", tickCount: 4)
        #expect(large.label == "y (×10⁶)")
        #expect(large.ticks.map(\.text) == ["0", "1", "2"])
        let decades = Axis(range: 1...1e9, scale: .logarithmic, label: "", tickCount: 4)
        #expect(decades.ticks.map(\.text) == ["10⁰", "10³", "10⁶", "10⁹"])
    }

    @Test(arguments: [1e-300, 1e-7, 1.0, 3e8, 1e250])
    func ticksStandAtEveryMagnitude(scale: Double) {
        for range in [0...scale, -scale...scale, scale...(scale * 1.0001)] {
            let axis = Axis(range: range, label: "", tickCount: 5)
            #expect((2...12).contains(axis.ticks.count))
            #expect(Set(axis.ticks.map(\.text)).count == axis.ticks.count)
        }
    }

    @Test func aFlatRangeIsOpenedAndAnEmptyOneIsNone() {
        #expect(Axis.range(of: [2, 2, .nan]) == 1.9...2.1)
        #expect(Axis.range(of: [0, 0]) == -1...1)
        #expect(Axis.range(of: [.nan, .infinity]) == nil)
        #expect(Axis.range(of: [-1, 0], scale: .logarithmic) == nil)
    }

    @Test func longTextKeepsItsEnds() {
        let text = Lettering.shortened("resnet20-without-augmentation", size: 8, limit: 60)
        #expect(text.hasPrefix("res"))
        #expect(text.hasSuffix("on"))
        #expect(text.contains("…"))
        #expect(Lettering.width(text, size: 8) <= 60)
        let lines = Lettering.wrapped("one two three four", size: 8, limit: 40)
        #expect(lines.joined(separator: " ") == "one two three four")
        #expect(lines.count > 1)
    }
}

@Suite("Densities for drawing")
struct KernelDensityTests {
    /// The area below a density between two numbers, by the midpoint rule.
    private func area(_ density: KernelDensity, from low: Double, to high: Double) -> Double {
        let count = 20_000
        let step = (high - low) / Double(count)
        return (0..<count).reduce(0) {
            $0 + density.value(at: low + (Double($1) + 0.5) * step) * step
        }
    }

    @Test func theAreaOnOneSideIsTheShareOfItsSamples() {
        let samples = [0.2, 0.5, 1, 3, 4.5, 7]
        let positive = KernelDensity(samples: samples, share: 0.75)
        // The kernels end within 1e-12 some ten bandwidths beyond the samples.
        #expect(abs(area(positive, from: 0, to: 60) - 0.75) < 1e-6)
        let negative = KernelDensity(samples: samples.map { -$0 }, share: 0.25)
        #expect(abs(area(negative, from: -60, to: 0) - 0.25) < 1e-6)
    }

    @Test func silvermansRule() {
        // σ = sqrt(2.5), IQR/1.34 = 2/1.34 is smaller; n = 5.
        let density = KernelDensity(samples: [1, 2, 3, 4, 5], share: 1)
        #expect(abs(density.bandwidth - 0.9 * 2 / 1.34 * pow(5, -0.2)) < 1e-12)
    }

    @Test func equalSamplesHaveAFiniteDensity() {
        let density = KernelDensity(samples: [3, 3, 3], share: 1)
        #expect(density.value(at: 3).isFinite)
        #expect(density.value(at: 3) > 0)
    }
}

@Suite("Lines of equal value")
struct ContourLinesTests {
    @Test func aPlaneIsCutByAStraightLine() {
        // Values x + y on a 3 x 3 grid: the level 0.5 is the line x + y = 0.5.
        let offsets = [0.0, 1, 2]
        let values = offsets.flatMap { y in offsets.map { x in x + y } }
        let lines = ContourLines(
            horizontal: offsets, vertical: offsets, values: values, levels: [0.5],
            scale: .linear)
        #expect(lines.pieces.count == 1)
        for piece in lines.pieces {
            #expect(abs(piece.from.x + piece.from.y - 0.5) < 1e-15)
            #expect(abs(piece.to.x + piece.to.y - 0.5) < 1e-15)
        }
    }

    @Test func noLineCrossesACellWithAGap() {
        let lines = ContourLines(
            horizontal: [0, 1, 2], vertical: [0, 1], values: [0, .nan, 0, 1, 1, 1],
            levels: [0.5], scale: .linear)
        #expect(lines.pieces.isEmpty)
    }

    @Test func aSaddleIsCutTwiceAndFlatGroundNever() {
        let saddle = ContourLines(
            horizontal: [0, 1], vertical: [0, 1], values: [1, 0, 0, 1], levels: [0.4],
            scale: .linear)
        #expect(saddle.pieces.count == 2)
        // The middle, 0.5, is above 0.4: the low corners (1, 0) and (0, 1) are cut off.
        #expect(saddle.pieces.allSatisfy { abs($0.from.x - $0.from.y) >= 0.5 })
        let flat = ContourLines(
            horizontal: [0, 1], vertical: [0, 1], values: [1, 1, 1, 1], levels: [1],
            scale: .linear)
        #expect(flat.pieces.isEmpty)
    }

    @Test func onALogarithmicScaleInterpolationIsGeometric() {
        let lines = ContourLines(
            horizontal: [0, 1], vertical: [0, 1], values: [1, 100, 1, 100], levels: [10],
            scale: .logarithmic)
        #expect(lines.pieces.count == 1)
        #expect(abs(lines.pieces[0].from.x - 0.5) < 1e-12)
    }
}
