import Autodiff
import Execution
import Networks
import Results
import Testing

@testable import Representations

@Suite("Feature maps of units") struct FeatureMapTests {
    @Test("Every unit of every network is a feature map, but classifiers and class tokens")
    func everyNetwork() throws {
        for description in ModelRegistry.definitions {
            let network = try ModelRegistry.network(description.name)
            for unit in try network.units() {
                guard let map = unit.featureMap else {
                    let isToken = unit.outputShape.count == 3 && unit.outputShape[1] == 1
                    #expect(
                        unit.kind == .classifier || isToken, "\(network.name) \(unit.name)")
                    continue
                }
                let values = unit.outputShape.dropFirst().reduce(1, *)
                let others = values - map.channels * map.height * map.width
                #expect(others % map.channels == 0 && others / map.channels <= 2)
                // Images are square, and so are their maps.
                #expect(map.height == map.width, "\(network.name) \(unit.name)")
                #expect(map.channels >= 3)
            }
        }
    }

    @Test("Heights and widths stay apart", arguments: [
        "vit,size=16x24,patch=4,width=12,depth=1,heads=3", "swin_tiny,size=64x96,classes=4",
        "resnet20,size=16x24", "pit_tiny,size=64x96,patch=8,classes=4",
    ])
    func oblongImages(_ model: String) throws {
        let units = try ModelRegistry.network(model).units()
        let maps = units.compactMap(\.featureMap)
        #expect(maps.count == units.count - 1)
        #expect(maps.allSatisfy { $0.height <= $0.width })
        #expect(maps.first.map { $0.height < $0.width } ?? false)
    }

    @Test("All layouts give channels first")
    func layouts() throws {
        // The value tells the place: 100 c + 10 y + x.
        let (channels, height, width) = (2, 2, 3)
        func values(_ order: [(c: Int, y: Int, x: Int)]) -> [Double] {
            order.map { Double(100 * $0.c + 10 * $0.y + $0.x) }
        }
        let first = (0..<channels).flatMap { c in
            (0..<height).flatMap { y in (0..<width).map { (c, y, $0) } }
        }
        let last = (0..<height).flatMap { y in
            (0..<width).flatMap { x in (0..<channels).map { ($0, y, x) } }
        }
        let cases: [(FeatureLayout, Shape, [Double])] = [
            (.channelsFirst, [1, 2, 2, 3], values(first)),
            (.channelsLast, [1, 2, 3, 2], values(last)),
            (.tokens(height: 2, width: 3), [1, 6, 2], values(last)),
            (
                .tokens(height: 2, width: 3, others: 2), [1, 8, 2],
                [-1, -2, -3, -4] + values(last)
            ),
        ]
        for (layout, shape, input) in cases {
            let builder = GraphBuilder()
            let output = try builder.input("output", shape, role: .examples)
                .featureMap(layout)
            #expect(output.shape == [1, 2, 2, 3])
            let graph = builder.graph(outputs: [("map", output, .concatenate)])
            let found = try ReferenceMachine().evaluate(graph, ["output": input])
            #expect(found["map"] == values(first))
            #expect(layout.extents(shape.dimensions) ?? (0, 0, 0) == (2, 2, 3))
        }
        #expect(FeatureLayout.tokens(height: 2, width: 2).extents([1, 5, 3]) == nil)
        #expect(FeatureLayout.channelsFirst.extents([1, 10]) == nil)
    }

    @Test("Means over examples, with intervals; no examples leave nothing")
    func measures() throws {
        let units = try ModelRegistry.network("resnet,depth=8,width=4,size=16").units()
        var result = VarianceResult(units: units, exampleCount: 3, batchSize: 2, seed: 1)
        #expect(result.units.count == units.count - 1)
        #expect(result.units.first?.place.depth == 0 && result.units.last?.place.depth == 1)
        #expect(result.units.allSatisfy { $0.variance.value.isNaN })
        let rows = [1.0, 2, 6].map { factor in
            (0..<result.numbersPerExample).map { factor * Double($0) }
        }
        try result.assemble([rows[0] + rows[1], rows[2]])
        #expect(result.measuredCount == 3)
        for (index, unit) in result.units.enumerated() {
            #expect(abs(unit.variance.value - 6 * Double(index)) < 1e-12)
            #expect(abs(unit.channelShare.value - (6 * Double(index) + 3)) < 1e-12)
            #expect(unit.variance.lower <= unit.variance.value)
        }
        #expect(throws: RowError.self) { try result.assemble([rows[0], rows[2]]) }
        try result.assemble([nil, nil])
        #expect(result.measuredCount == 0)
        #expect(result.units.allSatisfy { $0.variance.value.isNaN })
    }
}
