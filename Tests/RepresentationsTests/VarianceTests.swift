import Golden
import Networks
import Representations
import Testing

/// The numbers of the cells of `featuremap_variance.ipynb`.
@Suite("Variance of feature maps") struct VarianceTests {
    @Test func featureMapsOfTheNotebook() throws {
        try Notebook.maps(SpatialVariance()) { name, reference, rows in
            let expected = try reference.number("variance")
            let mean = rows.columnMeans[0]
            if expected.isNaN {
                #expect(mean.isNaN, "\(name)")
            } else {
                #expect(deviation(mean, expected) < 1e-12, "\(name)")
            }
        }
    }

    @Test("Blocks of the notebook's models") func models() throws {
        try Notebook.models(SpatialVariance()) { name, reference, blocks in
            let expected = try reference.numbers("variance")
            #expect(blocks.count == expected.count, "\(name)")
            for (rows, expected) in zip(blocks, expected) {
                #expect(deviation(rows.columnMeans[0], expected) < 1e-9, "\(name)")
            }
        }
    }

    @Test("The share of channels is 1 where all vary alike and 1/C where one does")
    func channels() throws {
        let wave = [1.0, -1, 1, -1]
        for (amplitudes, expected) in [([2.0, 2, 2], 1.0), ([0, 3, 0], 1.0 / 3), ([1, 1, 0], 2.0 / 3)] {
            let values = amplitudes.flatMap { amplitude in wave.map { amplitude * $0 } }
            for machine in Notebook.machines {
                let row = try machine.row(of: ChannelShare(), values, [1, 3, 2, 2])
                let mean = amplitudes.map { $0 * $0 * 4 / 3 }.reduce(0, +) / 3
                #expect(deviation(row[0], mean) < 1e-12)
                #expect(deviation(row[1], expected) < 1e-12)
            }
        }
    }
}
