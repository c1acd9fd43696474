import ArgumentParser
import Foundation
import Landscapes

/// The points of a landscape.
struct GridOptions: ParsableArguments {
    @Option(help: "1 for a profile along one direction, 2 for a grid.")
    var dimensions = 2

    @Option(help: ArgumentHelp("Points along each axis; default: 21.", valueName: "n"))
    var points: Int?

    @Option(
        help: ArgumentHelp(
            "Points along x and y, such as 21x21; default: --points along both.", valueName: "n[xm]"))
    var grid: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The range of offsets; with a comma, of x and of y.", valueName: "a..b[,a..b]"))
    var range = "-1..1"

    /// The axes, x first.
    ///
    /// - Throws: `UsageError`.
    func axes() throws -> [LandscapeAxis] {
        guard (1...2).contains(dimensions) else {
            throw UsageError("--dimensions", "\(dimensions)", "expected 1 or 2")
        }
        let counts = try counts()
        let ranges = try ranges()
        return (0..<dimensions).map { axis in
            LandscapeAxis(
                start: ranges[axis].0, end: ranges[axis].1, count: counts[axis])
        }
    }

    private func counts() throws -> [Int] {
        let numbers: [Int?]
        if let grid {
            if points != nil {
                throw UsageError("--points", "", "say either --points N or --grid NxM")
            }
            numbers = grid.lowercased().split(separator: "x", omittingEmptySubsequences: false)
                .map { Int($0) }
        } else {
            numbers = [points ?? 21]
        }
        let valid = numbers.compactMap { $0 }.filter(NumberRange.points.contains)
        guard valid.count == numbers.count, numbers.count == 1 || numbers.count == dimensions else {
            throw UsageError(
                grid == nil ? "--points" : "--grid", grid ?? "\(points ?? 21)",
                "expected numbers from 1 to \(NumberRange.points.range.upperBound), such as 21"
                    + (dimensions == 1 ? "" : " or 21x21"))
        }
        let counts = valid.count == 1 ? [valid[0], valid[0]] : valid
        let total = counts.prefix(dimensions).reduce(1, *)
        guard NumberRange.allPoints.contains(total) else {
            throw UsageError(
                grid == nil ? "--points" : "--grid", grid ?? "\(points ?? 21)",
                "makes \(total) points; expected at most"
                    + " \(NumberRange.allPoints.range.upperBound)")
        }
        return counts
    }

    private func ranges() throws -> [(Double, Double)] {
        let parts = range.split(separator: ",", omittingEmptySubsequences: false)
        let ranges = parts.compactMap { part -> (Double, Double)? in
            guard let dots = part.range(of: ".."),
                let start = Double(part[..<dots.lowerBound]),
                let end = Double(part[dots.upperBound...]),
                NumberRange.offset.contains(start), NumberRange.offset.contains(end), start < end
            else { return nil }
            return (start, end)
        }
        guard ranges.count == parts.count, ranges.count == 1 || ranges.count == dimensions else {
            throw UsageError(
                "--range", range,
                "expected A..B with A below B, both from -1e6 to 1e6, such as -1..1, or one range per"
                    + " axis with a comma")
        }
        return ranges.count == 1 ? [ranges[0], ranges[0]] : ranges
    }
}
