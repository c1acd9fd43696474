import Autodiff
import Datasets
import Execution

/// The inputs of a program that differ between groups of examples.
struct ExampleInputs: Sendable {
    private let images: Graph.Input?
    private let labels: Graph.Input?
    private let weights: Graph.Input?
    private let numbers: Graph.Input?

    init(_ inputs: [String: Graph.Input]) {
        images = inputs["images"]
        labels = inputs[QuestionContext.labelsName]
        weights = inputs[QuestionContext.weightsName]
        numbers = inputs["example numbers"]
    }

    /// Renders examples into the groups of a program; its workers share them.
    ///
    /// Room that is left is filled with the last example, of weight 0.
    func load(
        _ examples: ExampleSet, _ positions: Range<Int>, numbers first: Int, groupSize: Int,
        change: ImageChange?, precision: Precision, into program: any MachineProgram
    ) throws {
        try program.setExamples { group in
            let start = min(positions.lowerBound + group * groupSize, positions.upperBound)
            let own = start..<min(start + groupSize, positions.upperBound)
            switch precision {
            case .single:
                return values(examples, own, positions, first, groupSize, change) { .single($0) }
            case .double:
                return values(examples, own, positions, first, groupSize, change) { .double($0) }
            }
        }
    }

    private func values<Scalar: BinaryFloatingPoint & Sendable>(
        _ examples: ExampleSet, _ own: Range<Int>, _ positions: Range<Int>, _ first: Int,
        _ size: Int, _ change: ImageChange?, _ wrap: ([Scalar]) -> ExampleInput.Values
    ) -> [ExampleInput] {
        // A group of padding alone shows the last example.
        let shown = own.isEmpty ? positions.upperBound - 1..<positions.upperBound : own
        var minibatch = examples.minibatch(shown, as: Scalar.self)
        if let change {
            let size = minibatch.images.count / shown.count
            for (place, position) in shown.enumerated() {
                change.apply(
                    position, to: &minibatch.images, at: place * size, count: size)
            }
        }
        let numbers = ExampleNumber.halves(own.lowerBound + first..<own.lowerBound + first + size)
        let values: [(Graph.Input?, [Scalar])] = [
            (images, Self.padded(minibatch.images, from: shown.count, to: size)),
            (labels, Self.padded(minibatch.labels, from: shown.count, to: size)),
            (weights, (0..<size).map { $0 < own.count ? 1 : 0 }),
            (self.numbers, numbers.map { Scalar($0) }),
        ]
        return values.compactMap { input, values in
            input.map { ExampleInput($0, wrap(values)) }
        }
    }

    /// Rows repeated from the last of `count` until there are `size`.
    private static func padded<Scalar>(
        _ rows: [Scalar], from count: Int, to size: Int
    ) -> [Scalar] {
        guard count < size else { return rows }
        let last = rows.suffix(rows.count / count)
        return (count..<size).reduce(into: rows) { result, _ in result += last }
    }
}
