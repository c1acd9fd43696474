import Execution
import Golden
import Landscapes
import PublishedNetworks
import Testing
import Training

/// A recorded 5 x 5 grid: rows of named columns, y outer.
private struct RecordedGrid {
    let columns: [String]
    let rows: [[Double]]

    init(_ golden: [String: Any], _ name: String) throws {
        let grid = try golden.object("grids").object(name)
        columns = try #require(grid["columns"] as? [String])
        let values = try #require(grid["rows"] as? [[Any]])
        rows = try values.map { try $0.map { try #require(Golden.number($0)) } }
    }

    func value(_ row: Int, _ column: String) throws -> Double {
        rows[row][try #require(columns.firstIndex(of: column), "\(column)")]
    }
}

extension ReproductionTests {
    @Suite struct LandscapeTests {
        /// Measures the recorded grid along the recorded directions.
        private func measure(
            _ sample: PublishedNetwork, _ precision: Precision,
            _ normalization: DirectionNormalization, norms: [Double]
        ) throws -> (grid: LandscapeGrid, evaluations: [Evaluation]) {
            let objective = try sample.recordedObjective(precision)
            let w = sample.weights.vector
            let directions = try (0..<2).map { number in
                try Direction(
                    sample.vector("dir\(number):"), source: "hash", weights: w,
                    tensors: sample.directionTensors, normalization: normalization)
            }
            for (direction, norm) in zip(directions, norms) {
                #expect(deviation(direction.properties.norm, norm) < 1e-12)
            }
            let axis = LandscapeAxis(start: -1, end: 1, count: 5)
            let measurement = try LandscapeMeasurement(
                centre: w, directions: directions, axes: [axis, axis])
            var evaluations: [Evaluation] = []
            var grid = measurement.emptyGrid
            for index in grid.points.indices {
                let parameters = measurement.parameters(at: grid.offsets(index))
                let evaluation = try objective.evaluate(at: parameters)
                evaluations.append(evaluation)
                let penalties = objective.penalties(at: parameters)
                grid.points[index] = PointMetrics(
                    negativeLogLikelihood: evaluation.negativeLogLikelihood,
                    l1: penalties.l1, sumOfNorms: penalties.sumOfNorms,
                    accuracy: evaluation.metrics.accuracy)
            }
            return (grid, evaluations)
        }

        @Test(arguments: Standard.all) func filterNormalizedGrid(_ standard: Standard) throws {
            let sample = try PublishedNetwork.resnet20()
            let recorded = try RecordedGrid(sample.golden, "li_filter")
            let (grid, _) = try measure(
                sample, standard.precision, .filter,
                norms: sample.golden.object("grids").numbers("li_direction_norms"))
            #expect(grid.isComplete && recorded.rows.count == grid.points.count)
            for (index, point) in grid.points.enumerated() {
                let point = try #require(point)
                #expect(grid.offsets(index) == Array(recorded.rows[index].prefix(2)))
                for (name, value) in [
                    ("nll", point.negativeLogLikelihood), ("l1", point.l1),
                    ("l2", point.sumOfNorms),
                ] {
                    let original = try recorded.value(index, name)
                    #expect(deviation(value, original) < standard.exact, "\(name) at \(index)")
                }
                let accuracy = try recorded.value(index, "acc")
                // Rounding to single precision may turn one example that is nearly a tie.
                let margin = standard.precision == .double ? 1e-9 : 1.01 / 128
                #expect(abs(point.accuracy - accuracy) < margin, "at \(index)")
            }
        }

        /// The repository's own tables, all columns of them, with its averages and denominators.
        @Test func paperGridInDouble() throws {
            let sample = try PublishedNetwork.resnet20()
            let recorded = try RecordedGrid(sample.golden, "seed_filter")
            let (grid, evaluations) = try measure(
                sample, .double, .park2022,
                norms: sample.golden.object("grids").object("seed_filter")
                    .numbers("direction_norms"))
            var paper = MetricsMeasurement()
            (paper.isPaperCompatible, paper.batchSize) = (true, 48)
            for (index, evaluation) in evaluations.enumerated() {
                let point = try #require(grid.points[index])
                #expect(grid.offsets(index) == Array(recorded.rows[index].prefix(2)))
                // log(softmax) of the original overflows where log-softmax does not.
                #expect(point.negativeLogLikelihood.isFinite)
                let metrics = paper.metrics(
                    probabilities: evaluation.probabilities, targets: evaluation.targets,
                    exampleLosses: evaluation.exampleLosses, classCount: evaluation.classCount)
                let columns = [("l1", point.l1), ("l2", point.sumOfNorms)] + metrics.columns
                #expect(columns.count + 4 == recorded.columns.count)
                for (name, value) in columns {
                    let original = try recorded.value(index, name)
                    guard original.isFinite else {
                        #expect(name == "NLL")
                        continue
                    }
                    #expect(
                        deviation(value, original, floor: 1e-3) < 1e-9,
                        "\(name) at \(grid.offsets(index))")
                }
            }
            #expect(evaluations.count == recorded.rows.count)
        }

        @Test func paperGridInFloat() throws {
            let sample = try PublishedNetwork.resnet20()
            let recorded = try RecordedGrid(sample.golden, "seed_filter")
            let (_, evaluations) = try measure(sample, .single, .park2022, norms: [])
            var paper = MetricsMeasurement()
            (paper.isPaperCompatible, paper.batchSize) = (true, 48)
            for (index, evaluation) in evaluations.enumerated() {
                let metrics = evaluation.metrics(paper)
                let loss = try recorded.value(index, "NLL")
                #expect(metrics.negativeLogLikelihood.isFinite)
                if loss.isFinite {
                    #expect(deviation(metrics.negativeLogLikelihood, loss) < 1e-4, "at \(index)")
                }
                #expect(abs(metrics.accuracy - (try recorded.value(index, "Acc"))) < 1.01 / 128)
            }
            #expect(evaluations.count == recorded.rows.count)
        }
    }
}
