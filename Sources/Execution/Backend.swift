import Autodiff

/// A number type that graphs run in.
public protocol WorkingScalar: BinaryFloatingPoint & Sendable {
    /// The nearest numbers of this type.
    static func rounding(_ values: [Double]) -> [Self]

    /// The same numbers in double precision.
    static func doubles(_ values: [Self]) -> [Double]
}

// Each type converts whole arrays itself, so that generic callers need no specialisation.

extension Float: WorkingScalar {
    public static func rounding(_ values: [Double]) -> [Float] { values.map(Float.init) }
    public static func doubles(_ values: [Float]) -> [Double] { values.map(Double.init) }
}

extension Double: WorkingScalar {
    public static func rounding(_ values: [Double]) -> [Double] { values }
    public static func doubles(_ values: [Double]) -> [Double] { values }
}

/// A way to run graphs.
public protocol Backend<Scalar>: Sendable {
    associatedtype Scalar: WorkingScalar

    /// Evaluates a whole graph once.
    ///
    /// - Parameter inputs: the values of each declared input under its name, in row-major order.
    /// - Returns: the values of each output under its name, in row-major order.
    /// - Throws: `ExecutionError` where inputs do not fit the graph, or where the backend does not
    ///   know a primitive.
    func run(_ graph: Graph, _ inputs: [String: [Scalar]]) throws -> [String: [Scalar]]
}

/// Why a graph cannot run.
public enum ExecutionError: Error, Hashable, CustomStringConvertible {
    /// A declared input was not given.
    case missingInput(name: String, shape: Shape)
    /// An input was given that the graph does not declare.
    case unknownInput(name: String, declared: [String])
    /// An input has too few or too many numbers for its shape.
    case misshapenInput(name: String, shape: Shape, count: Int)
    /// The backend has no kernel for a primitive.
    case unsupportedPrimitive(description: String, backend: String)
    /// A program has no such result.
    case unknownOutput(name: String, declared: [String])
    /// A later run has taken the memory of a result.
    case overwrittenOutput(name: String)

    public var description: String {
        switch self {
        case .missingInput(let name, let shape):
            return "input \(name) \(shape) is missing: give \(shape.count) numbers"
        case .unknownInput(let name, let declared):
            return "there is no input \(name): the graph declares "
                + (declared.isEmpty ? "none" : declared.joined(separator: ", "))
        case .misshapenInput(let name, let shape, let count):
            return "input \(name) \(shape) needs \(shape.count) numbers and got \(count)"
        case .unsupportedPrimitive(let description, let backend):
            return "\(backend) has no kernel for \(description)"
        case .unknownOutput(let name, let declared):
            return "there is no result \(name): the program has "
                + declared.joined(separator: ", ")
        case .overwrittenOutput(let name):
            return "\(name) is gone: collect it before the next product or point"
        }
    }
}

extension Graph {
    /// Checks that `inputs` has exactly the declared inputs, each with the numbers of its shape.
    ///
    /// - Throws: `ExecutionError` naming the first input that does not fit.
    public func checkInputs<Scalar>(_ inputs: [String: [Scalar]]) throws {
        for input in self.inputs {
            guard let values = inputs[input.name] else {
                throw ExecutionError.missingInput(name: input.name, shape: input.shape)
            }
            guard values.count == input.shape.count else {
                throw ExecutionError.misshapenInput(
                    name: input.name, shape: input.shape, count: values.count)
            }
        }
        let declared = self.inputs.map(\.name)
        if let name = inputs.keys.sorted().first(where: { !declared.contains($0) }) {
            throw ExecutionError.unknownInput(name: name, declared: declared)
        }
    }
}
