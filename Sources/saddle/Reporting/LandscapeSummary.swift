import Landscapes
import Records

/// What is said of a landscape at its end.
struct LandscapeSummary {
    let grid: LandscapeGrid
    let description: RunDescription
    let path: String
    /// How long the points took, and how much of that was spent in compiled programs.
    let seconds: Double?
    let programSeconds: Double?
    let certificateBasis: String

    /// Says the numbers that matter, or prints all of them as JSON.
    func tell(_ report: Report) {
        report.say("result", entries)
        report.document(document)
    }

    private var entries: [(name: String, value: String)] {
        let losses = grid.values(of: .lossWithL2).filter(\.isFinite)
        var entries = [
            ("points", "\(grid.finishedCount) of \(grid.points.count)"
                + (seconds.map { " in \(Readable.duration($0))" } ?? "")
                + (shareOutsidePrograms.map {
                    ", \(Readable.percentage($0)) of it outside compiled programs"
                } ?? "")),
            ("not finite", Readable.percentage(grid.nonFiniteShare)),
            (
                "NLL + L2",
                "lowest \(Readable.number(losses.min() ?? .nan)), highest"
                    + " \(Readable.number(losses.max() ?? .nan))"
            ),
        ]
        if let centre = grid.centre, let point = grid.points[centre] {
            entries.append(
                (
                    "centre",
                    "NLL \(Readable.number(point.negativeLogLikelihood)), L2"
                        + " \(Readable.number(point.l2)), accuracy"
                        + " \(Readable.percentage(point.accuracy))"
                ))
        }
        for (number, direction) in grid.directions.enumerated() {
            entries.append(
                (
                    "direction \(number)",
                    "\(direction.source), \(direction.normalization), norm"
                        + " \(Readable.number(direction.norm)), ratio to weights"
                        + " \(Readable.number(direction.ratioToWeights))"
                ))
        }
        if let cosine = grid.directionCosine {
            entries.append(("cosine", Readable.number(cosine)))
        }
        if let certificate = grid.certificate {
            for comparison in certificate.slopes + certificate.curvatures {
                entries.append(
                    (
                        "certificate \(comparison.name)",
                        "differences \(Readable.number(comparison.difference)) (±"
                            + " \(Readable.number(comparison.differenceError))), derivative"
                            + " \(Readable.number(comparison.derivative)), relative error"
                            + " \(Readable.number(comparison.relativeError))"
                    ))
            }
            if let asymmetry = certificate.asymmetry {
                entries.append(("certificate symmetry", "relative \(Readable.number(asymmetry))"))
            }
            entries.append(("certificate of", certificateBasis))
        }
        entries.append(("stored", path))
        return entries
    }

    /// The share of the time that went to what is around compiled programs: directions, metrics, the
    /// journal.
    private var shareOutsidePrograms: Double? {
        guard let seconds, let programSeconds, programSeconds > 0 else { return nil }
        return 1 - programSeconds / seconds
    }

    private var document: JSONValue {
        let stored = LandscapeMetric.stored + [.lossWithL2]
        return [
            "command": "landscape", "out": .text(path), "run": description.document,
            "seconds": seconds.map { .number($0) } ?? .null,
            "program_seconds": programSeconds.map { .number($0) } ?? .null,
            "axes": .array(
                grid.axes.map { axis in
                    [
                        "start": .number(axis.start), "end": .number(axis.end),
                        "count": .integer(axis.count), "values": .numbers(axis.values),
                    ]
                }),
            "complete": .bool(grid.isComplete), "finished": .integer(grid.finishedCount),
            "weight_decay": .number(grid.weightDecay),
            "non_finite_share": .number(grid.nonFiniteShare),
            "metrics": .object(
                stored.map { ($0.rawValue, .rows(grid.values(of: $0), width: grid.width)) }),
            "directions": .array(grid.directions.map(JSONValue.init)),
            "direction_cosine": grid.directionCosine.map { .number($0) } ?? .null,
            "certificate": grid.certificate.map(JSONValue.init) ?? .null,
        ]
    }
}

extension JSONValue {
    /// What is known of a direction.
    init(_ direction: DirectionProperties) {
        self = [
            "source": .text(direction.source), "normalization": .text(direction.normalization),
            "seed": .optional(direction.seed.map(String.init)), "norm": .number(direction.norm),
            "ratio_to_weights": .number(direction.ratioToWeights),
            "largest_norm_mismatch": direction.largestNormMismatch.map { .number($0) } ?? .null,
        ]
    }

    /// A landscape's certificate.
    init(_ certificate: Certificate) {
        let comparisons = (certificate.slopes + certificate.curvatures).map { comparison in
            [
                "name": .text(comparison.name), "difference": .number(comparison.difference),
                "difference_error": .number(comparison.differenceError),
                "derivative": .number(comparison.derivative),
                "relative_error": .number(comparison.relativeError),
            ] as JSONValue
        }
        self = [
            "comparisons": .array(comparisons),
            "asymmetry": certificate.asymmetry.map { .number($0) } ?? .null,
            "largest_relative_error": .number(certificate.largestRelativeError),
        ]
    }
}
