import Execution
import Foundation
import Results

/// A checkpoint of a training run, seen from the plane of a landscape.
public struct TrajectoryPoint: Fillable, Codable, Hashable {
    /// The file.
    public var checkpoint = ""
    /// Offsets of its projection onto the plane.
    public var x = 0.0
    public var y = 0.0
    /// How far it lies from its projection.
    public var distance = 0.0
    /// ‖w_t − w_T‖ / ‖w_0 − w_T‖.
    public var radius = 0.0
    /// The angle between w_t − w_T and w_0 − w_T, in radians; NaN at the end.
    public var angle = 0.0

    public init() {}
}

/// The path of a training run over a landscape, whose centre is the last checkpoint.
public struct TrajectoryPath: Sendable, Codable, Hashable {
    /// How directions follow from checkpoints.
    public enum Form: String, StoredLabel, Sendable, Codable, CaseIterable {
        /// The principal components of all checkpoints, orthonormal.
        ///
        /// - Source: Li et al. 2018 (arXiv 1712.09913), section 7.2.
        case pca
        /// From the centre to one or two other checkpoints, which lie at offset 1.
        case interpolation
    }

    public var form = Form.pca
    /// The shares of the checkpoints' variance along the directions; NaN of an interpolation.
    public var explainedX = Double.nan
    public var explainedY = Double.nan
    /// The checkpoints in their order; the last is the centre.
    public var points: [TrajectoryPoint] = []

    public init() {}

    /// A path with the directions of its plane, or of its line where there is one direction.
    ///
    /// - Parameters:
    ///   - checkpoints: names and weights in their order; the last is the centre.
    /// - Throws: `TrajectoryError` where the checkpoints give no direction;
    ///   `EigenproblemError` where a weight is not finite.
    public static func through(
        _ checkpoints: [(name: String, weights: ParameterVector)], form: Form
    ) throws -> (path: TrajectoryPath, directions: [ParameterVector]) {
        guard checkpoints.count >= 2, form == .pca || checkpoints.count <= 3 else {
            throw TrajectoryError(
                form == .pca
                    ? "a path needs at least two checkpoints"
                    : "\(checkpoints.count) checkpoints; interpolate between two or three")
        }
        var steps = checkpoints.map(\.weights)
        let end = steps[steps.count - 1]
        for index in steps.indices { steps[index].add(-1, end) }
        let products = steps.map { $0.components(along: steps) }
        var path = TrajectoryPath()
        path.form = form
        let directions = try form == .interpolation
            ? interpolated(steps, checkpoints.map(\.name)) : principal(steps, products, &path)
        // Coordinates solve the normal equations of the projection.
        let first = directions[0].squaredNorm()
        let second = directions.count > 1 ? directions[1].squaredNorm() : 1
        let mixed = directions.count > 1 ? directions[0].dot(directions[1]) : 0
        let determinant = first * second - mixed * mixed
        guard determinant > 1e-12 * first * second else {
            throw TrajectoryError("the checkpoints lie on one line; name two of them")
        }
        for (index, step) in steps.enumerated() {
            var point = TrajectoryPoint()
            point.checkpoint = checkpoints[index].name
            let a = step.dot(directions[0])
            let b = directions.count > 1 ? step.dot(directions[1]) : 0
            point.x = (a * second - b * mixed) / determinant
            point.y = (b * first - a * mixed) / determinant
            var rest = step
            rest.add(-point.x, directions[0])
            if directions.count > 1 { rest.add(-point.y, directions[1]) }
            point.distance = rest.norm()
            point.radius = (products[index][index] / products[0][0]).squareRoot()
            let cosine = products[index][0] / (products[index][index] * products[0][0]).squareRoot()
            point.angle = cosine.isNaN ? .nan : acos(max(-1, min(1, cosine)))
            path.points.append(point)
        }
        return (path, directions)
    }

    private static func interpolated(
        _ steps: [ParameterVector], _ names: [String]
    ) throws -> [ParameterVector] {
        for (step, name) in zip(steps.dropLast(), names) where step.norm() == 0 {
            throw TrajectoryError("\(name) holds the same weights as the last checkpoint")
        }
        return Array(steps.dropLast())
    }

    /// The two leading eigenvectors of the covariance, from that of the inner products.
    private static func principal(
        _ steps: [ParameterVector], _ products: [[Double]], _ path: inout TrajectoryPath
    ) throws -> [ParameterVector] {
        let count = steps.count
        let means = products.map { $0.reduce(0, +) / Double(count) }
        let mean = means.reduce(0, +) / Double(count)
        let centred = (0..<count).flatMap { row in
            (0..<count).map { products[row][$0] - means[row] - means[$0] + mean }
        }
        let eigen = try SymmetricMatrix.eigen(centred, order: count)
        let total = eigen.values.reduce(0) { $0 + max($1, 0) }
        guard total > 0 else {
            throw TrajectoryError("all checkpoints hold the same weights")
        }
        let leading = (1...2).compactMap { rank -> ([Double], Double)? in
            guard rank <= count, eigen.values[count - rank] > 1e-12 * total else { return nil }
            return (eigen.vectors[count - rank], eigen.values[count - rank])
        }
        path.explainedX = leading[0].1 / total
        if leading.count > 1 { path.explainedY = leading[1].1 / total }
        return leading.map { vector, value in
            // Eigenvectors sum to 0, so that the mean of the steps drops out.
            var direction = ParameterVector.combination(
                vector.map { $0 / value.squareRoot() }, of: steps)
            // The path begins on the positive side.
            if direction.dot(steps[0]) < 0 { direction.scale(by: -1) }
            return direction
        }
    }

    /// Offsets that hold the path, with a quarter of its extent around it.
    public func axes(_ counts: [Int]) -> [LandscapeAxis] {
        let coordinates = [points.map(\.x), points.map(\.y)]
        return counts.enumerated().map { axis, count in
            let (low, high) = (coordinates[axis].min() ?? 0, coordinates[axis].max() ?? 1)
            let margin = 0.25 * (high > low ? high - low : 1)
            return LandscapeAxis(start: low - margin, end: high + margin, count: count)
        }
    }
}

extension TrajectoryPath: StoredFields {
    public static var schema: Schema<TrajectoryPath> {
        Schema(
            .field("form", \.form, "how directions follow from checkpoints"),
            .field(
                "explained_x", \.explainedX, unit: .share,
                "share of the checkpoints' variance along x"),
            .field(
                "explained_y", \.explainedY, unit: .share,
                "share of the checkpoints' variance along y"),
            .table(
                "checkpoints", axis: "checkpoint", \.points,
                [
                    .column("checkpoint", \.checkpoint, "the file"),
                    .column("path_x", \.x, unit: .one, "offset of its projection along x"),
                    .column("path_y", \.y, unit: .one, "offset of its projection along y"),
                    .column("distance", \.distance, unit: .weight, "distance from the projection"),
                    .column(
                        "radius", \.radius, unit: .one,
                        "‖w - end‖ through that of the first; withdrawn by the authors of"
                            + " arXiv 2202.06709"),
                    .column(
                        "angle", \.angle, unit: StoredUnit("rad"),
                        "angle between w - end and that of the first; withdrawn by the authors of"
                            + " arXiv 2202.06709"),
                ]))
    }
}

/// Checkpoints that make no path.
public struct TrajectoryError: Error, CustomStringConvertible, Hashable {
    /// One line.
    public let description: String

    init(_ description: String) { self.description = description }
}
