import Execution
import Landscapes
import Training

extension Experiment {
    /// The study of the loss under the path of checkpoints that ends at the experiment's weights.
    ///
    /// Running statistics of batch norm are those of the last checkpoint everywhere.
    ///
    /// - Parameters:
    ///   - checkpoints: names and weights, from the first on, without the last.
    ///   - counts: points along x, and along y where the path has a plane.
    /// - Throws: `TrajectoryError` where the checkpoints make no path.
    public func trajectory(
        _ checkpoints: [(name: String, weights: Weights)], form: TrajectoryPath.Form,
        counts: [Int]
    ) throws -> LandscapeStudy {
        let storage = weights.vector.storage
        let all = checkpoints.map { ($0.name, $0.weights.stored(in: storage).vector) }
            + [(weights.file ?? "initial", weights.vector)]
        let (path, vectors) = try TrajectoryPath.through(
            all.map { (name: $0.0, weights: $0.1) }, form: form)
        let directions = try vectors.enumerated().map { number, vector in
            let source = form == .pca
                ? "principal component \(number + 1)" : "to \(checkpoints[number].name)"
            return try direction(vector, source: source)
        }
        return try landscape(
            directions: directions, axes: path.axes(Array(counts.prefix(directions.count))),
            certifies: false, path: path)
    }
}
