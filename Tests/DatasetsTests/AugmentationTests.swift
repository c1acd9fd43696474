import Testing

@testable import Datasets

@Suite("Augmentation") struct AugmentationTests {
    /// The image 1 2 3 / 4 5 6 of one channel under a placement; outside is 0.
    private func place(_ placement: Placement) throws -> [Double] {
        let images = try LabelledImages(
            pixels: .bytes([1, 2, 3, 4, 5, 6]), shape: [1, 1, 2, 3], labels: .classes([0]),
            source: "test")
        let examples = try ExampleSet(
            images, indices: [0], options: ExampleOptions(),
            normalization: ChannelNormalization(mean: [0], standardDeviation: [1.0 / 255]))
        var output = [Double](repeating: -1, count: 6)
        let table = try #require(examples.normalization).table(as: Double.self)
        examples.render(0, placement, table, into: &output, at: 0)
        return output.map { $0.rounded() }
    }

    private func placement(_ make: (inout Placement) -> Void) -> Placement {
        var placement = Placement.identity
        make(&placement)
        return placement
    }

    @Test("A small image by hand") func byHand() throws {
        #expect(try place(.identity) == [1, 2, 3, 4, 5, 6])
        #expect(try place(placement { $0.mirror() }) == [3, 2, 1, 6, 5, 4])
        let down = placement { $0.crop(row: 1, column: 1) }
        #expect(try place(down) == [5, 6, 0, 0, 0, 0])
        let up = placement { $0.crop(row: -1, column: -2) }
        #expect(try place(up) == [0, 0, 0, 0, 0, 1])
        // Crop, then mirror what was cropped.
        let both = placement {
            $0.crop(row: 0, column: 1)
            $0.mirror()
        }
        #expect(try place(both) == [0, 3, 2, 0, 6, 5])
        // Mirror, then crop what was mirrored.
        let reversed = placement {
            $0.mirror()
            $0.crop(row: 0, column: 1)
        }
        #expect(try place(reversed) == [2, 1, 0, 5, 4, 0])
        #expect(try place(placement { $0.crop(row: 0, column: 4) }) == [0, 0, 0, 0, 0, 0])
        #expect(try place(placement { $0.crop(row: -9, column: 0) }) == [0, 0, 0, 0, 0, 0])
    }

    @Test("Padding has grey level 0, not the normalised 0") func black() throws {
        let images = try LabelledImages(
            pixels: .bytes([255]), shape: [1, 1, 1, 1], labels: .classes([0]), source: "test")
        let examples = try ExampleSet(
            images, indices: [0], options: ExampleOptions(),
            normalization: ChannelNormalization(mean: [0.5], standardDeviation: [0.25]))
        let table = try #require(examples.normalization).table(as: Float.self)
        var output: [Float] = [0]
        let below = Placement(top: 1, left: 0, mirrored: false)
        examples.render(0, below, table, into: &output, at: 0)
        #expect(output == [-2])
        examples.render(0, .identity, table, into: &output, at: 0)
        #expect(output == [2])
    }

    @Test("Draws cover all places evenly and half of them are mirrored") func distribution() {
        let draws = AugmentationDraws(.standard, seed: 11)
        var corners = [Int](repeating: 0, count: 81)
        var mirrored = 0
        let count = 81 * 200
        for index in 0..<count {
            let placement = draws.placement(index, draw: 0)
            corners[(placement.top + 4) * 9 + placement.left + 4] += 1
            if placement.mirrored { mirrored += 1 }
        }
        // Chi-square with 80 degrees of freedom: mean 80, deviation 12.6.
        let statistic = corners.reduce(0.0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
        #expect(statistic > 30 && statistic < 150, "\(statistic)")
        #expect(abs(mirrored - count / 2) < 320, "\(mirrored) of \(count)")
    }

    @Test("Draws depend on seed, image, draw and step alone") func keys() {
        let draws = AugmentationDraws(.standard, seed: 1)
        func list(_ draws: AugmentationDraws, draw: Int) -> [Placement] {
            (0..<50).map { draws.placement($0, draw: draw) }
        }
        #expect(list(draws, draw: 0) == list(AugmentationDraws(.standard, seed: 1), draw: 0))
        #expect(list(draws, draw: 0) != list(draws, draw: 1))
        #expect(list(draws, draw: 0) != list(AugmentationDraws(.standard, seed: 2), draw: 0))
        // Without the flip, the crops are those of the full augmentation.
        let crop = Augmentation(name: "crop", steps: [.randomCrop(padding: 4)])
        let alone = list(AugmentationDraws(crop, seed: 1), draw: 0)
        #expect(alone.map(\.top) == list(draws, draw: 0).map(\.top))
        #expect(alone.map(\.left) == list(draws, draw: 0).map(\.left))
    }

    @Test("Names") func names() throws {
        #expect(try Augmentation("none") == .none)
        #expect(try Augmentation("standard") == .standard)
        #expect(
            message { _ = try Augmentation("heavy") }
                == "--augment heavy: expected none or standard")
    }
}
