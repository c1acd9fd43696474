import Autodiff

/// Why a graph cannot run.
public enum ExecutionError: Error, Hashable, CustomStringConvertible {
    /// A declared input was not given.
    case missingInput(name: String, shape: Shape)
    /// An input was given that the graph does not declare.
    case unknownInput(name: String, declared: [String])
    /// An input has too few or too many numbers for its shape.
    case misshapenInput(name: String, shape: Shape, count: Int)
    /// No machine knows how to compute a primitive.
    case unknownPrimitive(description: String)
    /// A primitive couples the examples of a minibatch in a way that workers cannot share.
    case unsharedCoupling(description: String)
    /// A primitive's own evaluation gave too few or too many numbers for its shape.
    case misshapenValue(description: String, shape: Shape, count: Int)
    /// A program has no such result.
    case unknownOutput(name: String, declared: [String])
    /// A result was not made yet, or a later run has taken its memory.
    case overwrittenOutput(name: String)
    /// The system refused memory.
    case outOfMemory(bytes: Int)

    public var description: String {
        switch self {
        case .missingInput(let name, let shape):
            return "input \(name) \(shape) is missing: give \(shape.count) numbers"
        case .unknownInput(let name, let declared):
            return "there is no input \(name): the graph declares "
                + (declared.isEmpty ? "none" : declared.joined(separator: ", "))
        case .misshapenInput(let name, let shape, let count):
            return "input \(name) \(shape) needs \(shape.count) numbers and got \(count)"
        case .unknownPrimitive(let description):
            return "no machine can compute \(description): let it conform to ReferenceEvaluable"
        case .unsharedCoupling(let description):
            return "\(description) couples examples of which each worker has a part: use one"
                + " thread, or standardize images [batch, channels, height, width] over [0, 2, 3]"
        case .misshapenValue(let description, let shape, let count):
            return "\(description) \(shape) needs \(shape.count) numbers and gave \(count)"
        case .unknownOutput(let name, let declared):
            return "there is no result \(name): the program has "
                + declared.joined(separator: ", ")
        case .overwrittenOutput(let name):
            return "\(name) is gone: collect it after its run and before the next one"
        case .outOfMemory(let bytes):
            let amount = bytes == .max ? "more bytes than can be counted" : "\(bytes) bytes"
            return "there is no memory for \(amount): take a smaller batch or fewer examples at a"
                + " time, or lower --memory, so that residuals are computed again"
        }
    }
}

extension Graph {
    /// Checks that `inputs` has exactly the declared inputs, each with the numbers of its shape.
    ///
    /// - Throws: `ExecutionError` naming the first input that does not fit.
    func checkInputs(_ inputs: [String: [Double]]) throws {
        for input in self.inputs {
            guard let values = inputs[input.name] else {
                throw ExecutionError.missingInput(name: input.name, shape: input.shape)
            }
            try input.check(count: values.count)
        }
        let declared = self.inputs.map(\.name)
        if let name = inputs.keys.sorted().first(where: { !declared.contains($0) }) {
            throw ExecutionError.unknownInput(name: name, declared: declared)
        }
    }
}

extension Graph.Input {
    /// Checks that a number of values fits the shape.
    ///
    /// - Throws: `ExecutionError.misshapenInput`.
    func check(count: Int) throws {
        guard count == shape.count else {
            throw ExecutionError.misshapenInput(name: name, shape: shape, count: count)
        }
    }
}
