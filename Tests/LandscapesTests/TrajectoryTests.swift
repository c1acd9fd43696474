import Execution
import Testing

@testable import Landscapes

/// Planes through checkpoints.
@Suite struct TrajectoryTests {
    private func path(
        _ rows: [[Double]], _ form: TrajectoryPath.Form = .pca
    ) throws -> (path: TrajectoryPath, directions: [ParameterVector]) {
        try TrajectoryPath.through(
            rows.enumerated().map { ("\($0)", ParameterVector($1)) }, form: form)
    }

    @Test("A path in a plane is found whole, its directions are orthonormal")
    func plane() throws {
        // Along (3, 4, 0, 0)/5 and (0, 0, 1, 0), the end at 2 everywhere.
        let offsets = [(10.0, 1.0), (6, -2), (1, 1.5), (0, 0)]
        let (path, directions) = try path(
            offsets.map { [2 + 0.6 * $0.0, 2 + 0.8 * $0.0, 2 + $0.1, 2] })
        #expect(directions.count == 2)
        #expect(abs(directions[0].dot(directions[1])) < 1e-12)
        for direction in directions { #expect(abs(direction.norm() - 1) < 1e-12) }
        #expect(abs(path.explainedX + path.explainedY - 1) < 1e-12)
        #expect(path.explainedX > path.explainedY)
        for (point, offset) in zip(path.points, offsets) {
            #expect(point.distance < 1e-7)
            let square = offset.0 * offset.0 + offset.1 * offset.1
            #expect(abs(point.x * point.x + point.y * point.y - square) < 1e-9)
            #expect(abs(point.radius - (square / 101).squareRoot()) < 1e-12)
        }
        #expect(path.points[0].x > 0 && abs(path.points[0].angle) < 1e-7)
        #expect(path.points[3].angle.isNaN && path.points[3].radius == 0)
        let axes = path.axes([5, 3])
        #expect(axes.map(\.count) == [5, 3])
        for point in path.points {
            #expect(axes[0].start < point.x && point.x < axes[0].end)
            #expect(axes[1].start < point.y && point.y < axes[1].end)
        }
    }

    @Test("Two checkpoints make a line, three that lie on one do, too")
    func lines() throws {
        let two = try path([[1, 2, 3], [4, 5, 6]])
        #expect(two.directions.count == 1 && two.path.explainedX == 1)
        let three = try path([[0, 0], [1, 2], [3, 6]])
        #expect(three.directions.count == 1)
        #expect(three.path.points.allSatisfy { $0.y == 0 && $0.distance < 1e-7 })
    }

    @Test("Interpolation puts the others at offset 1, whatever their angle")
    func interpolation() throws {
        let rows = [[1.0, 1, 0], [1, 3, 1], [0, 1, 0]]
        let (path, directions) = try path(rows, .interpolation)
        let expected = [[1.0, 0], [0, 1], [0, 0]]
        for (point, expected) in zip(path.points, expected) {
            #expect(abs(point.x - expected[0]) < 1e-12 && abs(point.y - expected[1]) < 1e-12)
        }
        #expect(Array(directions[1]) == [1, 2, 1])
        #expect(path.explainedX.isNaN)
        let line = try self.path([[1, 1], [0, 0]], .interpolation)
        #expect(line.directions.count == 1 && line.path.points.map(\.x) == [1, 0])
    }

    @Test("Checkpoints without a direction are refused")
    func refusals() {
        #expect(throws: TrajectoryError.self) { try path([[1, 2]]) }
        #expect(throws: TrajectoryError.self) { try path([[1, 2], [1, 2], [1, 2]]) }
        #expect(throws: TrajectoryError.self) { try path([[1, 2], [1, 2]], .interpolation) }
        #expect(throws: TrajectoryError.self) {
            try path([[1, 1], [2, 2], [0, 0]], .interpolation)
        }
        #expect(throws: TrajectoryError.self) {
            try path([[1, 1], [2, 2], [0, 0], [5, 6]], .interpolation)
        }
    }
}
