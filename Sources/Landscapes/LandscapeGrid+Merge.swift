extension LandscapeGrid {
    /// The grid that holds the points of both, which must be grids of the same landscape.
    ///
    /// - Throws: `LandscapeError` where axes, directions or penalty differ, or where both hold a
    ///   point with different numbers. NaN equals NaN here.
    public func merged(with other: LandscapeGrid) throws -> LandscapeGrid {
        if axes != other.axes { throw LandscapeError.different(what: "their axes") }
        if weightDecay != other.weightDecay {
            throw LandscapeError.different(
                what: "the L2 coefficient (\(weightDecay) and \(other.weightDecay))")
        }
        if directions != other.directions {
            throw LandscapeError.different(what: "their directions")
        }
        var result = self
        for (index, point) in other.points.enumerated() {
            guard let point else { continue }
            if let present = points[index] {
                for metric in LandscapeMetric.stored {
                    let first = metric.value(of: present, weightDecay: weightDecay)
                    let second = metric.value(of: point, weightDecay: weightDecay)
                    guard first == second || (first.isNaN && second.isNaN) else {
                        throw LandscapeError.conflict(
                            offsets: offsets(index), metric: metric, first: first, second: second)
                    }
                }
            } else {
                result.points[index] = point
            }
        }
        result.certificate = certificate ?? other.certificate
        return result
    }
}
