import Calibration
import Datasets
import Execution
import Networks
import Representations
import Results
import Studies
import Testing
import Training

extension AnalysisTests {
    /// Numbers of examples that differ from each other.
    private static func numbers<R: ExampleResult>(
        _ header: R
    ) -> (_ positions: Range<Int>) -> [[Double]] {
        { positions in
            positions.map { example in
                (0..<header.numbersPerExample).map { Double((example + 1) * ($0 + 1)) }
            }
        }
    }

    private static func units() throws -> [UnitDescription] {
        try ModelRegistry.network("resnet,depth=8,width=4,size=16").units()
            .filter { $0.featureMap != nil }
    }

    @Test func variances() throws {
        let header = VarianceResult(
            units: try Self.units(), exampleCount: 19, batchSize: 4, seed: 3)
        try check(ExampleStudy(header, subject: "test", numbers: Self.numbers(header)))
    }

    @Test(arguments: HalfDiagonal.Form.allCases) func spectraOfMaps(
        _ form: HalfDiagonal.Form
    ) throws {
        let header = FourierResult(
            units: try Self.units(), form: form, exampleCount: 19, batchSize: 4, seed: 3)
        try check(ExampleStudy(header, subject: "test", numbers: Self.numbers(header)))
    }

    @Test func oversmoothingStudies() throws {
        let units = try ModelRegistry.network("vit,size=16,patch=4,width=12,depth=2,heads=3")
            .units()
        let question = OversmoothingQuestion(
            units, mapped: ["blocks.0.attn"], keepsClassTokens: false)
        let header = OversmoothingResult(
            units: units, question: question, gains: ["blocks.0.attn": [1, 2, 3]],
            exampleCount: 19, batchSize: 4, seed: 3)
        try check(ExampleStudy(header, subject: "test", numbers: Self.numbers(header)))
    }

    @Test func calibrationStudies() throws {
        let header = CalibrationResult(
            classCount: 4, memberCount: 2, passCount: 3, binCount: 5, exampleCount: 19,
            batchSize: 4, seed: 3)
        try check(
            ExampleStudy(header, subject: "test") { positions in
                positions.map { example in
                    [
                        Double(example), 0.3 + 0.036 * Double(example), Double(example % 4),
                        Double(example * 7 % 5 - 1), example % 3 == 0 ? 0 : 1, 0.5,
                    ]
                }
            })
    }

    @Test func similarityStudies() throws {
        let units = try Self.units()
        let header = SimilarityResult(
            networks: [("a", units), ("b", units)], exampleCount: 23, batchSize: 5, seed: 3)
        try check(
            SimilarityStudy(header) { positions in
                header.units.indices.map { unit in
                    CentredKernel(
                        (0..<25).map { place in
                            let (i, j) = (min(place / 5, place % 5), max(place / 5, place % 5))
                            return Double((positions.lowerBound + 7 * i + 3 * j * (unit + 1)) % 11)
                        }, count: 5)
                }
            })
    }

    @Test(
        "The variance that leaves the program is that of the maps that leave it",
        arguments: ["resnet,depth=8,width=4,size=16", "vit,size=16,patch=4,width=12,depth=1,heads=3"])
    func variancesOfMaps(_ model: String) throws {
        let network = try ModelRegistry.network(model)
        let images = try DataSource("synthetic:size=16,classes=10,count=10").load(.test)
        var options = ExampleOptions()
        options.batchSize = 4
        let examples = try ExampleSet(
            images, indices: Array(0..<10), options: options, normalization: .imagenet)
        let experiment = try Experiment(
            network, weights: Weights(network, seed: 1), examples: examples,
            machine: CPUMachine(precision: .double), seed: 5)
        let study = try experiment.variance()
        var result = study.header
        try result.assemble((0..<study.itemCount).map { try study.measure($0, after: [])?.values })
        #expect(result.measuredCount == 10)

        let units = try experiment.featureUnits()
        #expect(units.map(\.name) == result.units.map(\.place.name))
        let question = CaptureQuestion(units.map(\.name))
        try experiment.objective().ask(question, at: experiment.weights.vector) { answer in
            for (unit, measured) in zip(units, result.units) {
                let map = try #require(unit.featureMap)
                let values = try answer.rows(unit.name)
                let (pixels, row) = (map.height * map.width, values.count / 10)
                let isTokens = unit.outputShape.count == 3
                let skipped = row - map.channels * pixels
                var sum = 0.0
                for example in 0..<10 {
                    for channel in 0..<map.channels {
                        let pixel = (0..<pixels).map { pixel in
                            values[example * row + skipped
                                + (isTokens
                                    ? pixel * map.channels + channel : channel * pixels + pixel)]
                        }
                        let mean = pixel.reduce(0, +) / Double(pixels)
                        sum += pixel.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                            / Double(pixels - 1)
                    }
                }
                let expected = sum / Double(10 * map.channels)
                #expect(abs(measured.variance.value - expected) <= 1e-10 * expected)
                #expect(measured.variance.lower <= expected && expected <= measured.variance.upper)
            }
        }
    }
}
