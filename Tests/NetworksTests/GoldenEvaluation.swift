import Autodiff
import Execution
import Golden
import Networks

/// What a network computes at the reference weights.
struct Evaluation {
    var logits: [Double]
    var loss: Double
    var gradientNorms: [String: Double]
    /// g·v, v·Hv, ‖Hv‖ and ‖v‖.
    var gradientDotVector: Double
    var curvature: Double
    var productNorm: Double
}

/// Evaluates networks at hash-filled weights with one backend.
struct Evaluator<Engine: Backend> where Engine.Scalar == Double {
    var backend: Engine

    /// The hash-filled value of a state entry.
    static func value(_ entry: StateEntry) -> [Double] {
        HashFill.tensor(
            entry.name, shape: entry.shape.dimensions, trainable: entry.kind.isTrainable)
            ?? entry.initialization.sample(entry.shape, seed: 0, name: entry.name)
    }

    /// The hash dropout of the reference numbers: call n keeps element i iff unit ≥ rate.
    static func hashDropout(_ options: inout TraceOptions) {
        options.dropoutTable = { call, shape, rate in
            HashFill.unit("dropout:\(call)", count: shape.count).map { $0 >= rate ? 1 : 0 }
        }
    }

    /// The images and weights that a trace needs.
    func inputs(_ trace: NetworkTrace, batch: Int) -> [String: [Double]] {
        var inputs: [String: [Double]] = [:]
        for entry in trace.state where entry.tensor != nil {
            inputs[entry.name] = Self.value(entry)
        }
        inputs["images"] = HashFill.symmetric("input", count: trace.images.shape.count)
        if trace.exampleNumbers != nil {
            inputs["example numbers"] = (0..<batch).map(Double.init)
        }
        return inputs
    }

    /// Mean cross-entropy with the labels (7i + 3) mod classes.
    func loss(_ trace: NetworkTrace) throws -> Tensor {
        let (batch, classes) = (trace.logits.shape[0], trace.logits.shape[1])
        let targets = (0..<batch * classes).map { index in
            (7 * (index / classes) + 3) % classes == index % classes ? 1.0 : 0.0
        }
        let labels = try trace.builder.constant(targets, trace.logits.shape)
        return try -(trace.logits.logSoftmax() * labels).sum().scaled(by: 1 / Double(batch))
    }

    /// Logits and loss of a network, after removing the branches of some units.
    func forward(
        _ network: any Network, batch: Int, options: TraceOptions = TraceOptions()
    ) throws -> (logits: [Double], loss: Double) {
        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: batch, options: options)
        let graph = builder.graph(outputs: [
            ("logits", trace.logits, .concatenate), ("loss", try loss(trace), .sum),
        ])
        let values = try backend.run(graph, inputs(trace, batch: batch))
        return (values["logits"] ?? [], values["loss"]?.first ?? .nan)
    }

    /// Everything that the reference numbers hold.
    func evaluate(
        _ network: any Network, batch: Int, options: TraceOptions
    ) throws -> Evaluation {
        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: batch, options: options)
        let loss = try loss(trace)
        let parameters = trace.parameters
        let tensors = parameters.compactMap(\.tensor)
        let vector = parameters.map {
            builder.input("v:\($0.name)", $0.shape, role: .vector)
        }
        let (gradient, product) = try builder.hessianVectorProduct(
            of: loss, at: tensors, vector: vector)
        var outputs: [(name: String, tensor: Tensor, combination: Combination)] = [
            ("logits", trace.logits, .concatenate), ("loss", loss, .sum),
        ]
        for (index, parameter) in parameters.enumerated() {
            outputs.append(("g:\(parameter.name)", gradient[index], .sum))
            outputs.append(("h:\(parameter.name)", product[index], .sum))
        }
        var inputs = inputs(trace, batch: batch)
        for parameter in parameters {
            let name = "v:\(parameter.name)"
            inputs[name] = HashFill.symmetric(name, count: parameter.shape.count)
        }
        let values = try backend.run(builder.graph(outputs: outputs), inputs)
        func dot(_ a: String, _ b: [Double]) -> Double {
            zip(values[a] ?? [], b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        var result = Evaluation(
            logits: values["logits"] ?? [], loss: values["loss"]?.first ?? .nan,
            gradientNorms: [:], gradientDotVector: 0, curvature: 0, productNorm: 0)
        for name in parameters.map(\.name) {
            let (g, h) = (values["g:\(name)"] ?? [], values["h:\(name)"] ?? [])
            result.gradientNorms[name] = dot("g:\(name)", g).squareRoot()
            result.gradientDotVector += dot("g:\(name)", inputs["v:\(name)"] ?? [])
            result.curvature += dot("h:\(name)", inputs["v:\(name)"] ?? [])
            result.productNorm += dot("h:\(name)", h)
        }
        result.productNorm = result.productNorm.squareRoot()
        return result
    }
}

/// Whether two numbers agree to `relative`, or to 1e-12 absolutely.
func agree(_ a: Double, _ b: Double, relative: Double = 1e-9) -> Bool {
    abs(a - b) <= max(relative * abs(b), 1e-12)
}
