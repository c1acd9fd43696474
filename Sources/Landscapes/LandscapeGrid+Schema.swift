import Results

extension LandscapeGrid: MeasuredResult {
    public static let kind = "landscape"
    public static let item = "point"

    public init() { self.init(axes: [LandscapeAxis(count: 1)]) }

    public var finding: String {
        let losses = values(of: .lossWithL2).filter(\.isFinite)
        let objective = l2 == 0 ? "NLL" : "NLL + L2"
        return "\(finishedCount) points, \(objective) from \(Readable.number(losses.min() ?? .nan)) to"
            + " \(Readable.number(losses.max() ?? .nan))"
    }

    private var centrePoint: PointMetrics? { centre.flatMap { points[$0] } }

    public static var schema: Schema<LandscapeGrid> {
        Schema(
            .derived("finished", unit: .one, "number of points that have been computed") {
                $0.finishedCount
            },
            .derived("complete", "whether every point has been computed") { $0.isComplete },
            .derived("non_finite_share", unit: .share, "computed points whose NLL is not finite") {
                $0.finishedCount > 0 ? $0.nonFiniteShare : nil
            },
            .derived("centre_nll", unit: .nats, "NLL at offsets 0") {
                $0.centrePoint?.negativeLogLikelihood
            },
            .derived("centre_nll_l2", unit: .nats, "NLL + L2 at offsets 0") {
                $0.centrePoint?.lossWithL2
            },
            .derived("centre_accuracy", unit: .share, "accuracy at offsets 0") {
                $0.centrePoint?.accuracy
            },
            .field("l2", \.l2, unit: .curvature, "coefficient λ of the L2 penalty"),
            .field(
                "direction_cosine", \.directionCosine, unit: .one,
                "cosine of the angle between the two directions"),
            .axes(
                { grid in zip(["x", "y"], grid.axes).map { $1.record($0) } },
                { axes, grid in
                    guard (1...2).contains(axes.count) else {
                        throw LandscapeError.dimensions(
                            axes: axes.count, directions: axes.count)
                    }
                    for axis in axes {
                        let values = [axis.start, axis.end] + axis.coordinates
                        guard axis.start <= axis.end, !axis.coordinates.isEmpty,
                            values.allSatisfy({ abs($0) <= LandscapeAxis.farthest })
                        else {
                            throw RowError("axis \(axis.info.name)", "has offsets that are none")
                        }
                    }
                    grid.axes = axes.map {
                        LandscapeAxis(start: $0.start, end: $0.end, count: $0.coordinates.count)
                    }
                }),
            .grid(
                "metrics", axes: { $0.axes.count > 1 ? ["y", "x"] : ["x"] }, flag: "done",
                \.points,
                PointMetrics.measured.map {
                    .column($0.metric.rawValue, $0.path, unit: $0.unit, $0.description)
                } + [
                    .derived(
                        LandscapeMetric.lossWithL2.rawValue, unit: .nats, "NLL + (λ/2)·Σ‖w‖²"
                    ) { $0.map(\.lossWithL2) }
                ]),
            .children("directions", \.directions), .child("certificate", \.certificate),
            .child("path", \.path))
    }

    public func name(ofItem item: Int) -> String {
        item == points.count ? "the certificate" : "point \(item)"
    }

    /// The last item is the certificate.
    public mutating func assemble(_ rows: [[Double]?]) throws {
        guard rows.count == points.count + 1 else {
            throw LandscapeError.pointCount(expected: points.count, actual: rows.count - 1)
        }
        for (item, row) in rows.enumerated() {
            let least = item < points.count
                ? PointMetrics.measured.count : Certificate.rowLength(directions: axes.count)
            guard row.map({ $0.count >= least }) ?? true else {
                throw RowError(name(ofItem: item), "has \(row?.count ?? 0) values, not \(least)")
            }
        }
        points = rows.dropLast().map { $0.map(PointMetrics.init) }
        certificate = rows[points.count].map { Certificate(row: $0, directions: axes.count) }
    }
}

extension LandscapeAxis {
    /// The axis as plain data.
    func record(_ name: String) -> Record.Axis {
        Record.Axis(
            FieldInfo(
                name, unit: StoredUnit("length of the direction"),
                "offset along direction \(name)"),
            coordinates: values, start: start, end: end)
    }
}
