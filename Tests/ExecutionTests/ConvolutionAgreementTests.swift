import Execution
import Testing

@testable import Autodiff
@testable import GraphSamples

/// Convolutions and their gradients of every kind at random shapes: dense, by groups and depthwise,
/// with channels that fill whole blocks, leave lanes over, or cross from block to block.
@Suite("Agreement of convolutions")
struct ConvolutionAgreementTests {
    /// How channels are grouped.
    enum Kind: String, CaseIterable, Sendable {
        /// One group of any number of channels.
        case dense
        /// One group of images with up to three channels, as the first layer has.
        case first
        /// A filter for each channel.
        case depthwise
        /// Several filters for each channel.
        case multiplied
        /// Groups of 2, 4 or 8 channels.
        case grouped
        /// Groups of 16 or 32.
        case blocks
        /// Groups of other widths, as many in as out or not.
        case odd
    }

    /// A geometry that differs between the axes, with shapes of images, weights and outputs.
    private static func convolution(
        _ kind: Kind, _ dice: inout Dice
    ) -> (geometry: ConvolutionGeometry, image: Shape, weight: Shape, output: Shape) {
        // Groups, and channels of each in images and outputs.
        let (groups, inputs, outputs): (Int, Int, Int)
        switch kind {
        case .dense: (groups, inputs, outputs) = (1, dice.integer(1...40), dice.integer(1...40))
        case .first: (groups, inputs, outputs) = (1, dice.integer(1...3), dice.integer(1...40))
        case .depthwise: (groups, inputs, outputs) = (dice.integer(2...40), 1, 1)
        case .multiplied: (groups, inputs, outputs) = (dice.integer(2...20), 1, dice.integer(2...3))
        case .grouped:
            let width = dice.element(of: [2, 4, 8])
            (groups, inputs, outputs) = (dice.integer(2...40 / width), width, width)
        case .blocks:
            (groups, inputs, outputs) = (2, dice.element(of: [16, 32]), dice.element(of: [16, 32]))
        case .odd:
            let width = dice.element(of: [3, 6, 12, 24])
            let isSame = dice.integer(0...1) == 0
            (groups, inputs, outputs) = (
                dice.integer(2...4), width, isSame ? width : dice.integer(1...9)
            )
        }
        var geometry = ConvolutionGeometry(groups: groups)
        func pair(_ choices: [Int]) -> [Int] {
            [dice.element(of: choices), dice.element(of: choices)]
        }
        let isUsual = dice.integer(0...1) == 0
        let kernel = isUsual ? [3, 3] : pair([1, 1, 2, 4, 5])
        geometry.stride = isUsual ? [1, 1] : pair([1, 1, 2, 3, 4])
        geometry.padding = pair([0, 1, 1, 2, 3])
        geometry.dilation = isUsual ? [1, 1] : pair([1, 1, 2])
        let size = (0..<2).map { (axis: Int) -> Int in
            let reach = geometry.dilation[axis] * (kernel[axis] - 1) + 1
            return max(1, reach - 2 * geometry.padding[axis]) + dice.integer(0...9)
        }
        let image: Shape = [dice.integer(1...3), groups * inputs, size[0], size[1]]
        let weight: Shape = [groups * outputs, inputs, kernel[0], kernel[1]]
        let output: Shape = [
            image[0], weight[0],
            geometry.outputExtent(size[0], kernel: kernel[0], axis: 0) ?? 0,
            geometry.outputExtent(size[1], kernel: kernel[1], axis: 1) ?? 0,
        ]
        return (geometry, image, weight, output)
    }

    @Test(
        "all three at random shapes", arguments: MachineAgreementTests.candidates, Kind.allCases)
    func randomShapes(candidate: MachineAgreementTests.Candidate, kind: Kind) throws {
        for seed in 1...24 as ClosedRange<UInt64> {
            var dice = Dice(seed: seed, name: kind.rawValue)
            let (geometry, image, weight, output) = Self.convolution(kind, &dice)
            let samples = [
                Sample(
                    primitive: Convolution(geometry: geometry),
                    operands: [Operand(image), Operand(weight)]),
                Sample(
                    primitive: ConvolutionInputGradient(
                        geometry: geometry, size: [image[2], image[3]]),
                    operands: [Operand(output), Operand(weight)]),
                Sample(
                    primitive: ConvolutionWeightGradient(
                        geometry: geometry, kernel: [weight[2], weight[3]]),
                    operands: [Operand(image), Operand(output)]),
            ]
            for sample in samples {
                let failures = try candidate.failures(AgreementSubject(sample, &dice))
                #expect(
                    failures.isEmpty,
                    """
                    seed \(seed), \(sample.primitive) of \(image), weight \(weight): \(failures)
                    """)
            }
        }
    }
}
