import Autodiff
import Execution
import Foundation
import Golden
import Networks
import Testing

@testable import Representations

extension Machine {
    /// What a reduction makes of one feature map.
    func row(
        of reduction: some FeatureReduction, _ values: [Double], _ shape: Shape
    ) throws -> [Double] {
        let builder = GraphBuilder()
        let map = builder.input("map", shape, role: .examples)
        let graph = builder.graph(outputs: [("row", try reduction.reduced(map), .concatenate)])
        return try #require(evaluate(graph, ["map": values])["row"])
    }
}

/// The numbers of the cells of `fourier_analysis.ipynb`, and spectra that are known beforehand.
@Suite("Spectra of feature maps") struct FourierTests {
    @Test func featureMapsOfTheNotebook() throws {
        try Notebook.maps(DiagonalSpectrum(form: .park2022)) { name, reference, rows in
            let expected = try reference.numbers("relative_log_amplitudes")
            #expect(rows[0].count == expected.count, "\(name)")
            for (ours, theirs) in zip(rows.columnMeans, expected) {
                #expect(abs(ours - theirs) < 1e-9, "\(name)")
            }
        }
    }

    @Test("Blocks of the notebook's models") func models() throws {
        try Notebook.models(DiagonalSpectrum(form: .park2022)) { name, reference, blocks in
            let expected = try #require(reference["relative_log_amplitudes"] as? [[Double]])
            #expect(blocks.count == expected.count, "\(name)")
            for (rows, expected) in zip(blocks, expected) {
                #expect(rows[0].count == expected.count)
                for (ours, theirs) in zip(rows.columnMeans, expected) {
                    #expect(abs(ours - theirs) < 1e-9, "\(name)")
                }
            }
        }
    }

    @Test("The notebook's frequencies are ours up to one below π, of square maps")
    func forms() throws {
        for side in 1...16 {
            let ours = HalfDiagonal(height: side, width: side)
            let theirs = HalfDiagonal(height: side, width: side, form: .park2022)
            #expect(Array(ours.frequencies.prefix(theirs.frequencies.count)) == theirs.frequencies)
            #expect(ours.frequencies.count == side / 2 + 1)
            #expect(ours.positions.first == 0 && (side % 2 == 1 || ours.positions.last == 1))
        }
    }

    @Test("The diagonal of maps that are not square goes by the shorter side")
    func oblongMaps() {
        func frequencies(_ height: Int, _ width: Int) -> [[Int]] {
            HalfDiagonal(height: height, width: width).frequencies.map { [$0.y, $0.x] }
        }
        #expect(frequencies(4, 8) == [[0, 0], [1, 2], [2, 4]])
        #expect(frequencies(8, 4) == [[0, 0], [2, 1], [4, 2]])
        #expect(frequencies(4, 6) == [[0, 0], [1, 2], [2, 3]])
        #expect(frequencies(1, 4) == [[0, 0], [0, 1], [0, 2]])
        #expect(frequencies(5, 1) == [[0, 0], [1, 0], [2, 0]])
        #expect(frequencies(1, 1) == [[0, 0]])
    }

    @Test("A point holds all frequencies alike, a constant none but 0, a wave its own")
    func knownSpectra() throws {
        let (height, width) = (6, 4)
        let point = [1.0] + [Double](repeating: 0, count: height * width - 1)
        let constant = [Double](repeating: 2, count: height * width)
        // 3 periods along y and 2 along x: the high end of both.
        let board = (0..<height * width).map { ($0 / width + $0 % width) % 2 == 0 ? 5.0 : -5 }
        let offset = log(1e-6)
        for machine in Notebook.machines {
            let flat = try machine.row(of: DiagonalSpectrum(), point, [1, 1, 6, 4])
            #expect(flat.count == 3 && flat.allSatisfy { abs($0) < 1e-12 })
            let low = try machine.row(of: DiagonalSpectrum(), constant, [1, 1, 6, 4])
            let centre = log(48 + 1e-6)
            #expect(low[0] == 0 && low[1...].allSatisfy { abs($0 - (offset - centre)) < 1e-7 })
            let high = try machine.row(of: DiagonalSpectrum(), board, [1, 1, 6, 4])
            #expect(abs(high[2] - (log(120 + 1e-6) - offset)) < 1e-7)
            #expect(abs(high[1]) < 1e-7)
        }
    }
}
