import Autodiff
import Randomness

/// What one trace has met so far; shared by all scopes of the trace.
final class Tracing {
    let builder: GraphBuilder
    let batch: Int
    let options: TraceOptions
    private var sections: [Int: [StateEntry]] = [:]
    var units: [UnitDescription] = []
    var captures: [String: Tensor] = [:]
    private(set) var attention: [String: Tensor] = [:]
    private(set) var attentionMappings: [String: AttentionMapping] = [:]
    var batchStatistics: [BatchStatistics] = []
    /// How the units that follow lay out their outputs.
    var layout = FeatureLayout.channelsFirst
    private(set) var exampleNumbers: Tensor?
    private(set) var dropoutCalls = 0
    /// The number of random masks so far, which makes each mask its own.
    var masks = 0
    private var names: Set<String> = []
    /// The index of the unit that is being traced.
    private var current: Int?
    /// The attention weights of that unit.
    private var weights: Tensor?
    private var mapping: AttentionMapping?

    init(builder: GraphBuilder, batch: Int, options: TraceOptions) {
        self.builder = builder
        self.batch = batch
        self.options = options
    }

    func declare(
        _ name: String, _ shape: Shape, _ kind: StateKind, _ initialization: Initialization,
        section: Int, computed: Bool
    ) throws -> Tensor? {
        guard names.insert(name).inserted else {
            throw NetworkError("the parameter \(name) is declared twice")
        }
        let tensor = computed ? builder.input(name, shape, role: .parameter) : nil
        sections[section, default: []].append(
            StateEntry(
                name: name, shape: shape, kind: kind, initialization: initialization,
                tensor: tensor, unit: current))
        return tensor
    }

    /// Parameters and buffers in state-dict order.
    var state: [StateEntry] { sections.sorted { $0.key < $1.key }.flatMap(\.value) }

    /// Traces one unit; `body` is told the unit's index.
    func unit(
        _ name: String, _ kind: UnitKind, isResidual: Bool, _ body: (Int) throws -> Tensor
    ) throws -> Tensor {
        guard current == nil else { throw NetworkError("the unit \(name) lies inside another") }
        let index = units.count
        guard isResidual || !options.lesions.contains(index) else {
            throw NetworkError("unit \(index) (\(name)) is not residual and cannot be removed")
        }
        current = index
        defer { (current, weights, mapping) = (nil, nil, nil) }
        let output = try body(index)
        guard captures.updateValue(output, forKey: name) == nil else {
            throw NetworkError("two units are called \(name)")
        }
        attention[name] = weights
        attentionMappings[name] = mapping
        units.append(
            UnitDescription(
                index: index, name: name, kind: kind, isResidual: isResidual,
                outputShape: output.shape.dimensions, layout: layout,
                attentionShape: weights?.shape.dimensions))
        return output
    }

    /// Takes up the attention weights of the unit that is being traced; those outside of all units
    /// belong to none.
    func observe(
        attention tensor: Tensor, mapping: AttentionMapping?, at place: String
    ) throws {
        guard current != nil else { return }
        guard weights == nil else {
            throw NetworkError("\(place): the unit has attention weights already")
        }
        weights = tensor
        self.mapping = mapping
    }

    /// A mask for dropout call number n, or nil where masks come from the generator.
    func dropoutTable(_ shape: Shape, rate: Double) throws -> Tensor? {
        let call = dropoutCalls
        dropoutCalls += 1
        guard let table = options.dropoutTable else { return nil }
        return try builder.constant(table(call, shape, rate), shape)
    }

    func declaredExampleNumbers() -> Tensor {
        if let exampleNumbers { return exampleNumbers }
        let numbers = builder.input("example numbers", [batch, 2], role: .examples)
        exampleNumbers = numbers
        return numbers
    }
}

/// A layer whose parameters are declared: a function of features.
public typealias Layer = (Tensor) throws -> Tensor

/// A place in a network's tree of names, where parameters are declared and units are traced.
public struct Scope {
    let tracing: Tracing
    /// The key of this place, "" at the root.
    public let prefix: String
    /// Which part of the state dict declarations go to, see `inSection(_:)`.
    private var section = 0

    init(tracing: Tracing, prefix: String) {
        self.tracing = tracing
        self.prefix = prefix
    }

    /// The place below this one.
    public subscript(_ name: String) -> Scope {
        Scope(tracing: tracing, prefix: key(name)).inSection(section)
    }

    /// The numbered place below this one.
    public subscript(_ index: Int) -> Scope { self[String(index)] }

    /// The same place, whose declarations follow those of all lower sections in the state dict.
    ///
    /// Some originals construct layers in another order than they apply them; only the former is
    /// the order of their state dict.
    public func inSection(_ number: Int) -> Scope {
        var scope = self
        scope.section = number
        return scope
    }

    /// The graph under construction.
    public var builder: GraphBuilder { tracing.builder }

    /// What is being traced.
    public var options: TraceOptions { tracing.options }

    /// The full state-dict key of `name` at this place.
    public func key(_ name: String) -> String {
        if name.isEmpty { return prefix }
        return prefix.isEmpty ? name : "\(prefix).\(name)"
    }

    /// Declares a parameter that training changes.
    public func parameter(
        _ name: String, _ shape: Shape, _ kind: StateKind = .weight,
        initial initialization: Initialization
    ) throws -> Tensor {
        try declared(name, shape, kind, initialization)
    }

    /// Declares a buffer, or a parameter that is not trained, from which something is computed.
    public func buffer(
        _ name: String, _ shape: Shape, _ kind: StateKind, initial initialization: Initialization
    ) throws -> Tensor {
        try declared(name, shape, kind, initialization)
    }

    /// Declares a table that is stored with the weights although nothing is computed from it.
    public func table(
        _ name: String, _ shape: Shape, initial initialization: Initialization
    ) throws {
        _ = try tracing.declare(
            key(name), shape, .table, initialization, section: section, computed: false)
    }

    /// States how the units that follow lay out their outputs; channels first unless it is called.
    func layOut(_ layout: FeatureLayout) { tracing.layout = layout }

    /// Traces a unit of the network; its name is the key of `name` here.
    public func unit(
        _ name: String, _ kind: UnitKind, _ body: () throws -> Tensor
    ) throws -> Tensor {
        try tracing.unit(key(name), kind, isResidual: false) { _ in try body() }
    }

    /// Traces a residual unit: `activation(shortcut + branch)`, or `activation(shortcut)` where
    /// the branch is removed. Its parameters are declared all the same.
    ///
    /// - Parameter dropPath: the probability that training drops the branch for an example.
    public func residual(
        _ name: String, _ kind: UnitKind, dropPath: Double = 0,
        activation: Layer = { $0 }, _ parts: () throws -> (shortcut: Tensor, branch: Tensor)
    ) throws -> Tensor {
        try tracing.unit(key(name), kind, isResidual: true) { index in
            let (shortcut, branch) = try parts()
            if options.lesions.contains(index) { return try activation(shortcut) }
            return try activation(shortcut + self[name].dropPath(rate: dropPath)(branch))
        }
    }

    /// Lets the attention weights of a unit be observed, as its output is.
    ///
    /// - Parameters:
    ///   - weights: `[batch, heads, queries, keys]`, or `[batch · windows, heads, queries, keys]`.
    ///   - windows: the number of windows of an image, nil where attention is over all of it.
    ///   - mapping: what the attention does, where it is over all of the image.
    /// - Throws: `NetworkError` where the unit has observed weights already.
    public func observe(
        attention weights: Tensor, windows: Int? = nil, mapping: AttentionMapping? = nil
    ) throws {
        var observed = weights
        if let windows {
            let inner = weights.shape.dimensions.dropFirst()
            observed = try weights.reshaped(
                to: Shape([weights.shape[0] / windows, windows] + inner))
        }
        try tracing.observe(attention: observed, mapping: mapping, at: prefix)
    }

    private func declared(
        _ name: String, _ shape: Shape, _ kind: StateKind, _ initialization: Initialization
    ) throws -> Tensor {
        guard
            let tensor = try tracing.declare(
                key(name), shape, kind, initialization, section: section, computed: true)
        else { throw NetworkError("\(key(name)) is a table without a graph input") }
        return tensor
    }
}
