import Landscapes
import Training

extension PointMetrics {
    /// The metrics of an objective at one point.
    init(_ objective: any ObjectiveFunction, at parameters: [Double]) throws {
        let metrics = try objective.evaluate(at: parameters).metrics
        let penalties = objective.penalties(at: parameters)
        self.init(
            negativeLogLikelihood: metrics.negativeLogLikelihood, l2: penalties.l2,
            l1: penalties.l1, sumOfNorms: penalties.sumOfNorms, accuracy: metrics.accuracy,
            top5Accuracy: metrics.top5Accuracy, brier: metrics.brier,
            expectedCalibrationError: metrics.expectedCalibrationError)
    }
}

extension WeightLayout {
    /// The trainable tensors as directions see them.
    var directionTensors: [DirectionTensor] {
        tensors.map { DirectionTensor(name: $0.name, shape: $0.shape, kind: $0.kind) }
    }
}
