import Figures
import Networks
import Representations
import Training

/// How similar units are: minibatches of examples are items.
public struct SimilarityStudy: Study {
    public let header: SimilarityResult
    private let kernels: (_ positions: Range<Int>) throws -> [CentredKernel]
    private let subject: String
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }

    /// A study that fills a result.
    ///
    /// - Parameters:
    ///   - subject: what decides the numbers beside the first experiment's description.
    ///   - kernels: of the examples of a minibatch, one for each unit.
    public init(
        _ header: SimilarityResult, subject: String = "",
        kernels: @escaping (_ positions: Range<Int>) throws -> [CentredKernel]
    ) {
        (self.header, self.subject, self.kernels) = (header, subject, kernels)
    }

    public var itemCount: Int { header.itemCount }

    public var valuesPerItem: Int { header.numbersPerItem }

    public var settings: [String: String] {
        ["study": "similarity of units, \(header.batchSize) examples at a time\(subject)"]
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let positions = item * header.batchSize..<(item + 1) * header.batchSize
        return (SimilarityResult.row(try kernels(positions)), "\(positions.count) examples")
    }
}

extension Experiment {
    /// The study of how similar the units are to each other, or to those of another network.
    ///
    /// - Parameter other: another network with its weights and a name to tell it from the first.
    /// - Throws: `NetworkError` where fewer than four examples are there; `ObjectiveError`.
    public func similarity(
        with other: (network: any Network, weights: Weights, name: String)? = nil
    ) throws -> SimilarityStudy {
        guard examples.count >= CentredKernel.leastExamples else {
            throw NetworkError(
                "similarity needs at least \(CentredKernel.leastExamples) examples, there are"
                    + " \(examples.count); choose more with --first")
        }
        var networks: [(name: String, network: any Network, weights: Weights)] = [
            (network.name, network, weights)
        ]
        if let other {
            networks.append(
                (
                    other.name == network.name ? "\(other.name) (2)" : other.name, other.network,
                    other.weights.stored(in: weights.vector.storage)
                ))
        }
        let units = try networks.map { ($0.name, try $0.network.units()) }
        let header = SimilarityResult(
            networks: units, exampleCount: examples.count,
            batchSize: examples.options.batchSize, seed: seed)
        var options = options
        // The examples of a minibatch are computed together, so that their products can be.
        options.groupSize = header.batchSize
        let first = 0..<header.batchSize
        let sides = try zip(networks, units).map { side, units in
            (
                objective: try Objective(
                    side.network, examples: examples, weights: side.weights, positions: first,
                    options: options, machine: machine),
                weights: side.weights, question: GramQuestion(units.1.map(\.name))
            )
        }
        let subject = other.map { ", with \($0.name) \($0.weights.sha256 ?? "initial")" } ?? ""
        var study = SimilarityStudy(header, subject: subject) { positions in
            try sides.flatMap { objective, weights, question in
                try objective.setExamples(positions)
                var kernels: [CentredKernel] = []
                try objective.ask(question, at: weights.vector) { answer in
                    kernels += try question.units.map {
                        CentredKernel(try answer.rows($0), count: positions.count)
                    }
                }
                return kernels
            }
        }
        study.foresee = {
            var forecast = try memory(of: sides[0].objective, for: sides[0].question, vectors: 1)
            if sides.count > 1 {
                forecast.programs += try sides[1].objective.memory(for: sides[1].question).total
            }
            return forecast
        }
        return study
    }
}

extension Analysis {
    static let similarity = measured(SimilarityResult.self) { try SimilarityFigure($0, $1) }
}
