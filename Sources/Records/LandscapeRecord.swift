import Landscapes
import Storage

/// Landscapes as HDF5 files.
///
/// The root holds `x`, `y` (the offsets, attached as scales), `done` `[y, x]` and one data set
/// `[y, x]` per metric, NaN where a point has not been computed; a profile has `[x]`. The groups
/// `directions/0`, `directions/1` and `certificate` hold what their types hold.
public enum LandscapeRecord {
    /// Writes a landscape, whole or not at all.
    ///
    /// - Parameters:
    ///   - identity: what decides the values; nil takes the description's and the grid's.
    /// - Throws: `StorageError` where the file cannot be written; the old one is unchanged.
    public static func write(
        _ path: String, _ grid: LandscapeGrid, _ description: RunDescription,
        identity: [String: String]? = nil
    ) throws {
        let identity = identity ?? Self.identity(grid, description)
        try RecordKind.landscape.write(path, description, identity: identity) { root in
            let shape = grid.axes.count > 1 ? [grid.height, grid.width] : [grid.width]
            let scales = try zip(["x", "y"], grid.axes).map { name, axis in
                let scale = try root.write(name, axis.values, shape: [axis.count])
                try scale.makeScale(name)
                try scale.setAttribute("start", .real(axis.start))
                try scale.setAttribute("end", .real(axis.end))
                try scale.setAttribute("unit", .text("length of the direction"))
                return scale
            }
            func attach(_ dataset: HDF5Dataset) throws {
                for (axis, scale) in scales.reversed().enumerated() {
                    try dataset.setAxisLabel(axis, scales.count - axis == 1 ? "x" : "y")
                    try dataset.attachScale(scale, axis: axis)
                }
            }
            let done: [UInt8] = grid.points.map { $0 == nil ? 0 : 1 }
            try attach(root.write("done", done, shape: shape))
            for metric in LandscapeMetric.stored + [.lossWithL2] {
                try attach(root.write(metric.rawValue, grid.values(of: metric), shape: shape))
            }
            try root.setAttribute("grid_weight_decay", .real(grid.weightDecay))
            if let cosine = grid.directionCosine {
                try root.setAttribute("direction_cosine", .real(cosine))
            }
            if grid.finishedCount > 0 {
                try root.setAttribute("non_finite_share", .real(grid.nonFiniteShare))
            }
            try write(grid.directions, to: root.createGroup("directions"))
            if let certificate = grid.certificate {
                try write(certificate, to: root.createGroup("certificate"))
            }
        }
    }

    /// Reads a landscape and the description of its run.
    ///
    /// - Throws: `StorageError` where the file cannot be read or is no landscape.
    public static func read(
        _ path: String
    ) throws -> (grid: LandscapeGrid, description: RunDescription) {
        let (grid, description, _) = try readWithIdentity(path)
        return (grid, description)
    }

    /// Joins files of one landscape that cover different points into one file.
    ///
    /// The new file describes the run of the first one, with the command line given here.
    ///
    /// - Throws: `StorageError` where a file cannot be read or written or belongs to another run;
    ///   `LandscapeError` where two files disagree about a point.
    public static func merge(
        _ paths: [String], into output: String, commandLine: String
    ) throws -> LandscapeGrid {
        guard let first = paths.first else {
            throw StorageError(
                .missing, file: output, problem: "is to be merged of no file",
                remedy: "name two or more")
        }
        var (grid, description, identity) = try readWithIdentity(first)
        for path in paths.dropFirst() {
            let (other, _, found) = try readWithIdentity(path)
            try RunIdentity.check(path, found: found, expected: identity)
            grid = try grid.merged(with: other)
        }
        description.commandLine = commandLine
        try write(output, grid, description, identity: identity)
        return grid
    }

    /// What decides the values of a landscape: the run's identity, the axes and the directions.
    static func identity(
        _ grid: LandscapeGrid, _ description: RunDescription
    ) -> [String: String] {
        var identity = description.identity
        for (name, axis) in zip(["x", "y"], grid.axes) {
            identity["\(name)_axis"] = "\(axis.start) to \(axis.end), \(axis.count) points"
        }
        for (number, direction) in grid.directions.enumerated() {
            identity["direction_\(number)"] =
                "\(direction.source), \(direction.normalization) normalisation, seed "
                + "\(direction.seed.map { String($0) } ?? "none"), norm \(direction.norm)"
        }
        identity["grid_weight_decay"] = String(grid.weightDecay)
        return identity
    }

    static func readWithIdentity(
        _ path: String
    ) throws -> (LandscapeGrid, RunDescription, [String: String]) {
        try RecordKind.landscape.read(path) { reader in
            let names = try reader.group.contains("y") ? ["x", "y"] : ["x"]
            let axes = try names.map { name in
                let dataset = try reader.group.dataset(name)
                let count = try dataset.shape().first ?? 0
                guard case .real(let start)? = try dataset.attribute("start"),
                    case .real(let end)? = try dataset.attribute("end"), count > 0
                else {
                    throw StorageError(
                        .malformed, file: path, problem: "axis \(name) lacks its range",
                        remedy: "make the file again")
                }
                return LandscapeAxis(start: start, end: end, count: count)
            }
            let count = axes.reduce(1) { $0 * $1.count }
            let done = try reader.flags("done", count: count)
            let columns = try LandscapeMetric.stored.map {
                try reader.reals($0.rawValue, count: count)
            }
            let points = done.indices.map { index in
                done[index] ? PointMetrics(stored: columns.map { $0[index] }) : nil
            }
            let grid = LandscapeGrid(
                axes: axes, points: points, weightDecay: try reader.real("grid_weight_decay"),
                directions: try directions(reader.child("directions")),
                directionCosine: try reader.optionalReal("direction_cosine"),
                certificate: try reader.group.contains("certificate")
                    ? certificate(reader.child("certificate")) : nil)
            return (grid, try RunDescription(reader), try reader.identity())
        }
    }

    private static func write(_ directions: [DirectionProperties], to parent: HDF5Group) throws {
        for (number, direction) in directions.enumerated() {
            let group = try parent.createGroup(String(number))
            try group.setAttribute("source", .text(direction.source))
            try group.setAttribute("normalization", .text(direction.normalization))
            if let seed = direction.seed { try group.setSeed("seed", seed) }
            try group.setAttribute("norm", .real(direction.norm))
            try group.setAttribute("ratio_to_weights", .real(direction.ratioToWeights))
            if let mismatch = direction.largestNormMismatch {
                try group.setAttribute("largest_norm_mismatch", .real(mismatch))
            }
        }
    }

    private static func directions(_ reader: RecordReader) throws -> [DirectionProperties] {
        try reader.group.names().map { name in
            let reader = try reader.child(name)
            return DirectionProperties(
                source: try reader.text("source"),
                normalization: try reader.text("normalization"), seed: try reader.seed("seed"),
                norm: try reader.real("norm"),
                ratioToWeights: try reader.real("ratio_to_weights"),
                largestNormMismatch: try reader.optionalReal("largest_norm_mismatch"))
        }
    }

    private static func write(_ certificate: Certificate, to group: HDF5Group) throws {
        let all = certificate.slopes + certificate.curvatures
        try group.setAttribute("slopes", .integer(Int64(certificate.slopes.count)))
        if let asymmetry = certificate.asymmetry {
            try group.setAttribute("asymmetry", .real(asymmetry))
        }
        try group.setAttribute("largest_relative_error", .real(certificate.largestRelativeError))
        try group.write("name", texts: all.map(\.name))
        try group.write("difference", all.map(\.difference), shape: [all.count])
        try group.write("difference_error", all.map(\.differenceError), shape: [all.count])
        try group.write("derivative", all.map(\.derivative), shape: [all.count])
        try group.write("relative_error", all.map(\.relativeError), shape: [all.count])
    }

    private static func certificate(_ reader: RecordReader) throws -> Certificate {
        let names = try reader.texts("name")
        let differences = try reader.reals("difference", count: names.count)
        let errors = try reader.reals("difference_error", count: names.count)
        let derivatives = try reader.reals("derivative", count: names.count)
        let all = names.indices.map {
            Certificate.Comparison(
                name: names[$0], difference: differences[$0], differenceError: errors[$0],
                derivative: derivatives[$0])
        }
        let slopes = min(max(try reader.integer("slopes"), 0), all.count)
        return Certificate(
            slopes: Array(all.prefix(slopes)), curvatures: Array(all.dropFirst(slopes)),
            asymmetry: try reader.optionalReal("asymmetry"))
    }
}

extension PointMetrics {
    /// The measured values in the order of `LandscapeMetric.stored`.
    var stored: [Double] {
        LandscapeMetric.stored.map { $0.value(of: self, weightDecay: 0) }
    }

    /// A point from its measured values in the order of `LandscapeMetric.stored`.
    init(stored values: [Double]) {
        self.init(
            negativeLogLikelihood: values[0], l2: values[1], l1: values[2],
            sumOfNorms: values[3], accuracy: values[4], top5Accuracy: values[5],
            brier: values[6], expectedCalibrationError: values[7])
    }
}
