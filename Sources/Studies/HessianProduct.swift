import Execution
import Landscapes
import Records
import Results
import Storage
import Training

/// The Hessian of an objective times one vector v, in numbers, tensor by tensor and in all.
public struct ProductResult: StoredFields, Hashable {
    /// The shares of one tensor.
    public struct Share: Fillable, Hashable {
        /// The state-dict key.
        public var name = ""
        /// v·Hv, in loss.
        public var curvature = Double.nan
        /// ‖Hv‖.
        public var norm = Double.nan
        /// ‖v‖.
        public var vectorNorm = Double.nan
        /// The norm of the gradient.
        public var gradientNorm = Double.nan

        public init() {}
    }

    /// v·Hv, in loss.
    public var curvature = Double.nan
    /// ‖Hv‖.
    public var norm = Double.nan
    /// ‖v‖.
    public var vectorNorm = Double.nan
    /// The NLL at the point, in nats.
    public var negativeLogLikelihood = Double.nan
    /// The penalty there.
    public var penalty = Double.nan
    /// The norm of the gradient there, penalty included.
    public var gradientNorm = Double.nan
    /// The tensors, in the order of the flat vector.
    public var tensors: [Share] = []

    public init() {}

    public static var schema: Schema<ProductResult> {
        Schema(
            .field("v_hv", \.curvature, unit: .nats, "v·Hv"),
            .field("hv_norm", \.norm, unit: .slope, "‖Hv‖"),
            .field("v_norm", \.vectorNorm, unit: .weight, "‖v‖"),
            .field("nll", \.negativeLogLikelihood, unit: .nats, "NLL at the point"),
            .field("penalty", \.penalty, unit: .nats, "the penalty there"),
            .derived("loss", unit: .nats, "NLL with penalty") {
                $0.negativeLogLikelihood + $0.penalty
            },
            .field("gradient_norm", \.gradientNorm, unit: .slope, "norm of the gradient there"),
            .table(
                "tensors", axis: "tensor", \.tensors,
                [
                    .column("name", \.name, "state-dict key"),
                    .column("v_hv", \.curvature, unit: .nats, "v·Hv within the tensor"),
                    .column("hv_norm", \.norm, unit: .slope, "‖Hv‖ within the tensor"),
                    .column("v_norm", \.vectorNorm, unit: .weight, "‖v‖ within the tensor"),
                    .column(
                        "gradient_norm", \.gradientNorm, unit: .slope,
                        "norm of the gradient within it"),
                ]))
    }
}

/// The Hessian of an experiment's objective, penalty included, to be multiplied with one vector.
public struct HessianProduct {
    private let experiment: Experiment
    private let objective: Objective

    /// - Throws: what making the objective throws.
    public init(_ experiment: Experiment) throws {
        self.experiment = experiment
        objective = try experiment.objective()
    }

    /// The memory that is foreseen: weights, vector and product, and the last as it is stored.
    public func memory() throws -> MemoryForecast {
        try experiment.memory(of: objective, for: HessianQuestion(), vectors: 3, doubles: 1)
    }

    /// Multiplies the Hessian with a vector.
    ///
    /// - Throws: what running throws.
    public func measure(
        _ vector: ParameterVector
    ) throws -> (result: ProductResult, product: ParameterVector) {
        let point = experiment.weights.vector
        let layout = experiment.weights.layout
        let hessian = try objective.linearize(at: point, includingPenalty: true)
        var result = ProductResult()
        result.tensors = layout.tensors.map { _ in ProductResult.Share() }
        do {
            let gradient = try hessian.gradient()
            result.gradientNorm = gradient.norm()
            for (index, tensor) in layout.tensors.enumerated() {
                result.tensors[index].gradientNorm = gradient.norm(in: tensor.range)
            }
        }
        let product = try hessian.apply(vector)
        for (index, tensor) in layout.tensors.enumerated() {
            result.tensors[index].name = tensor.name
            result.tensors[index].curvature = vector.dot(product, in: tensor.range)
            result.tensors[index].norm = product.norm(in: tensor.range)
            result.tensors[index].vectorNorm = vector.norm(in: tensor.range)
        }
        result.curvature = vector.dot(product)
        result.norm = product.norm()
        result.vectorNorm = vector.norm()
        result.negativeLogLikelihood = hessian.negativeLogLikelihood
        result.penalty = objective.penalty.value(at: point)
        return (result, product)
    }

    /// Writes a product as safetensors in double precision, named like the weights.
    ///
    /// - Throws: `StorageError`.
    public func store(_ product: ParameterVector, to path: String) throws {
        try Safetensors.write(
            path,
            tensors: experiment.weights.layout.tensors.map {
                try StoredTensor(
                    name: $0.name, shape: $0.shape, doubles: product.values(in: $0.range))
            },
            metadata: [
                "saddle_version": Experiment.version,
                "command_line": experiment.description.commandLine,
                "weights_sha256": experiment.description.weightsSHA256,
                "content": "Hessian times vector: one tensor per parameter, with its axes",
                "unit": StoredUnit.slope.name,
            ])
    }
}
