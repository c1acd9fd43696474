import Autodiff
import Execution
import Networks
import Testing

/// Window attention on maps that windows do not divide.
@Suite struct WindowSizeTests {
    private let evaluator = Evaluator(machine: CPUMachine(precision: .double))

    @Test(arguments: [
        "swin_tiny,size=84x64,window=7,patch=4,width=12,depth=2-2,heads=1-2",
        "swin_tiny,size=32,window=7,patch=1,width=12,depth=2-2,heads=1-2",
        "swin_mlp_tiny,size=84x64,window=7,patch=4,width=12,depth=2-2,heads=1-2",
        "park_swin_tiny,size=84x64,window=7,width=8-16-24-32,depth=2-2-2-2,heads=1-2-3-4,"
            + "hidden=16-32-48-64,head_width=8,pools=4-2-2-2",
        "park_swin_tiny,size=32,window=7,width=8-16-24-32,depth=2-2-2-2,heads=1-2-3-4,"
            + "hidden=16-32-48-64,head_width=8",
        "alternet18,size=84x64,window=7,head_width=8", "alternet18,size=84x64,head_width=8",
        "alternet18,window=7,head_width=8", "alternet18,head_width=8",
    ])
    func gradientsAreFiniteOnAnySize(_ text: String) throws {
        let network = try ModelRegistry.network(text)
        let result = try evaluator.evaluate(
            network, batch: 1, options: TraceOptions(), withProduct: false)
        #expect(result.logits.count == network.classes)
        #expect(result.logits.allSatisfy(\.isFinite) && result.loss.isFinite)
        let trainable = try network.trace(in: GraphBuilder(), batch: 1).parameters.map(\.name)
        #expect(Set(result.gradientNorms.keys) == Set(trainable))
        for (name, norm) in result.gradientNorms { #expect(norm.isFinite, "\(name)") }
        #expect(result.gradientNorm > 0)
    }

    @Test func automaticWindowIsTheLargestDivisor() throws {
        func tables(_ text: String) throws -> [[Int]] {
            try ModelRegistry.network(text).trace(in: GraphBuilder(), batch: 1).state
                .filter { $0.name.hasSuffix("pos_embedding") }.map(\.shape.dimensions)
        }
        let plain = try tables("alternet50")
        #expect(try tables("alternet50,window=auto") == plain)
        // Maps of 16, 8 and 4 pixels take windows of 4: tables of 2 · 4 − 1 offsets per axis.
        #expect(plain == [[Int]](repeating: [7, 7], count: 6))
        // Maps of 28, 14 and 7 pixels take windows of 7.
        #expect(
            try tables("alternet50,window=auto,size=224,stem=large")
                == [[Int]](repeating: [13, 13], count: 6))
    }
}
