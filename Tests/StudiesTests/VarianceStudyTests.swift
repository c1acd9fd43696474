import Datasets
import Execution
import Networks
import Representations
import Studies
import Testing
import Training

extension AnalysisTests {
    @Test func variances() throws {
        let units = try ModelRegistry.network("resnet,depth=8,width=4,size=16").units()
            .filter { $0.featureMap != nil }
        try check(
            VarianceStudy(units: units, exampleCount: 19, batchSize: 4, seed: 3) { positions in
                positions.map { example in
                    units.indices.map { Double((example + 1) * ($0 + 1)) }
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
        #expect(units.map(\.name) == result.units.map(\.name))
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
                #expect(abs(measured.estimate.value - expected) <= 1e-10 * expected)
                #expect(measured.estimate.lower <= expected && expected <= measured.estimate.upper)
            }
        }
    }
}
