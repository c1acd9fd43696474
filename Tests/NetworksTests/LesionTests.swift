import Autodiff
import Execution
import Golden
import Networks
import Testing

/// The reference numbers of one model with each of its residual branches removed in turn.
struct LesionCase: CustomTestStringConvertible, Sendable {
    let network: GoldenCase
    let batch: Int
    let loss: Double
    /// The original's name of the branch, the loss and the logits without it, and how far these
    /// are from the intact ones.
    let lesions: [(removed: String, loss: Double, distance: Double, logits: [Double])]

    var testDescription: String { network.name }

    static func all() throws -> [LesionCase] {
        let networks = try GoldenCase.all("models.json")
        return try Golden.json("lesion.json").objects("models").map { model in
            guard let name = model["model"] as? String, let batch = model["batch"] as? Int,
                let network = networks.first(where: { $0.name == name }),
                let loss = Golden.number(model["nll"]),
                let lesions = model["lesions"] as? [[String: Any]]
            else { throw MissingKey("of model \(model["model"] ?? "without a name")") }
            return try LesionCase(
                network: network, batch: batch, loss: loss,
                lesions: lesions.map { lesion in
                    guard let removed = lesion["removed"] as? String,
                        let loss = Golden.number(lesion["nll"]),
                        let distance = Golden.number(lesion["logit_delta_l2"]),
                        let logits = lesion["logits"] as? [[Double]]
                    else { throw MissingKey("of a lesion of \(name)") }
                    return (removed, loss, distance, Array(logits.joined()))
                })
        }
    }
}

@Suite struct LesionTests {
    @Test(arguments: try LesionCase.all())
    func lossWithoutEachBranchEqualsOriginal(_ reference: LesionCase) throws {
        let network = try reference.network.network()
        let evaluator = Evaluator(machine: CPUMachine(precision: .double))
        let units = try network.trace(in: GraphBuilder(), batch: 1).units
        let residual = units.filter(\.isResidual)
        #expect(residual.count == reference.lesions.count)
        let intact = try evaluator.forward(network, batch: reference.batch)
        #expect(agree(intact.loss, reference.loss))
        for (unit, lesion) in zip(residual, reference.lesions) {
            var options = TraceOptions()
            options.lesions = [unit.index]
            let result = try evaluator.forward(network, batch: reference.batch, options: options)
            #expect(agree(result.loss, lesion.loss), "\(unit.name) for \(lesion.removed)")
            #expect(result.logits.count == lesion.logits.count)
            for (logit, original) in zip(result.logits, lesion.logits) {
                #expect(agree(logit, original), "\(unit.name) for \(lesion.removed)")
            }
            let distance = zip(result.logits, intact.logits)
                .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            #expect(agree(distance, lesion.distance, relative: 1e-8))
        }
    }

    @Test func lesionsKeepTheState() throws {
        let network = try ModelRegistry.network("resnet,depth=8")
        let intact = try network.trace(in: GraphBuilder(), batch: 1)
        var options = TraceOptions()
        options.lesions = [2]
        let cut = try network.trace(in: GraphBuilder(), batch: 1, options: options)
        #expect(cut.state.map(\.name) == intact.state.map(\.name))
    }

    @Test(arguments: [(0, "is not residual"), (99, "there is no 99")])
    func onlyResidualUnitsCanBeRemoved(_ unit: Int, _ expected: String) throws {
        var options = TraceOptions()
        options.lesions = [unit]
        let network = try ModelRegistry.network("resnet,depth=8")
        let error = #expect(throws: NetworkError.self) {
            try network.trace(in: GraphBuilder(), batch: 1, options: options)
        }
        #expect(error?.description.contains(expected) == true)
    }
}
