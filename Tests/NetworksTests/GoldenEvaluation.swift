import Autodiff
import Execution
import Golden
import Networks

/// What a network computes at the reference weights.
struct Evaluation {
    var logits: [Double]
    var loss: Double
    var gradientNorms: [String: Double]
    /// g·v; v·Hv and ‖Hv‖ are 0 where they were not asked for.
    var gradientDotVector: Double
    var curvature: Double
    var productNorm: Double

    /// ‖g‖.
    var gradientNorm: Double {
        gradientNorms.values.map { $0 * $0 }.reduce(0, +).squareRoot()
    }
}

/// Evaluates networks at hash-filled weights with one machine.
struct Evaluator {
    var machine: any Machine

    /// The hash-filled value of a state entry.
    static func value(_ entry: StateEntry) -> [Double] {
        HashFill.tensor(
            entry.name, shape: entry.shape.dimensions, trainable: entry.kind.isTrainable)
            ?? entry.initialization.sample(entry.shape, seed: 0, name: entry.name)
    }

    /// The images and weights that a trace needs.
    func inputs(_ trace: NetworkTrace, batch: Int) -> [String: [Double]] {
        var inputs: [String: [Double]] = [:]
        for entry in trace.state where entry.tensor != nil {
            inputs[entry.name] = Self.value(entry)
        }
        inputs["images"] = HashFill.symmetric("input", count: trace.images.shape.count)
        if trace.exampleNumbers != nil {
            inputs["example numbers"] = ExampleNumber.halves(0..<batch)
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
        let values = try machine.evaluate(graph, inputs(trace, batch: batch))
        return (values["logits"] ?? [], values["loss"]?.first ?? .nan)
    }

    /// Everything that the reference numbers hold, with the Hessian-vector product or without it.
    ///
    /// - Parameter narrowed: whether derivatives are those of the loss without what it does not
    ///   need, as objectives take them.
    func evaluate(
        _ network: any Network, batch: Int, options: TraceOptions, withProduct: Bool = true,
        narrowed: Bool = false
    ) throws -> Evaluation {
        let builder = GraphBuilder()
        let trace = try network.trace(in: builder, batch: batch, options: options)
        var loss = try loss(trace)
        if narrowed { loss = try builder.narrowed([loss])[0] }
        let parameters = trace.parameters
        let tensors = parameters.compactMap(\.tensor)
        let gradient: [Tensor]
        var product: [Tensor] = []
        if withProduct {
            let vector = parameters.map {
                builder.input("v:\($0.name)", $0.shape, role: .vector)
            }
            (gradient, product) = try builder.hessianVectorProduct(
                of: loss, at: tensors, vector: vector)
        } else {
            gradient = try builder.gradient(of: loss, withRespectTo: tensors)
        }
        var outputs: [(name: String, tensor: Tensor, combination: Combination)] = [
            ("logits", trace.logits, .concatenate), ("loss", loss, .sum),
        ]
        for (index, parameter) in parameters.enumerated() {
            outputs.append(("g:\(parameter.name)", gradient[index], .sum))
            if withProduct { outputs.append(("h:\(parameter.name)", product[index], .sum)) }
        }
        var inputs = inputs(trace, batch: batch)
        var vectors: [String: [Double]] = [:]
        for parameter in parameters {
            let name = "v:\(parameter.name)"
            vectors[name] = HashFill.symmetric(name, count: parameter.shape.count)
        }
        if withProduct { inputs.merge(vectors) { $1 } }
        let values = try machine.evaluate(builder.graph(outputs: outputs), inputs)
        func dot(_ a: String, _ b: [Double]) -> Double {
            zip(values[a] ?? [], b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        var result = Evaluation(
            logits: values["logits"] ?? [], loss: values["loss"]?.first ?? .nan,
            gradientNorms: [:], gradientDotVector: 0, curvature: 0, productNorm: 0)
        for name in parameters.map(\.name) {
            let (g, h) = (values["g:\(name)"] ?? [], values["h:\(name)"] ?? [])
            result.gradientNorms[name] = dot("g:\(name)", g).squareRoot()
            result.gradientDotVector += dot("g:\(name)", vectors["v:\(name)"] ?? [])
            result.curvature += dot("h:\(name)", vectors["v:\(name)"] ?? [])
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
