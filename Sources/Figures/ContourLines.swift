import Foundation

/// Lines of equal value through a grid, by marching squares.
///
/// Each cell of four finite corners is crossed by straight pieces between points that are found by
/// linear interpolation along its edges; a cell with a gap at any corner holds no line. In the
/// ambiguous cell, where opposite corners lie above, the mean of the corners decides.
///
/// - Source: Lorensen & Cline 1987, "Marching Cubes", in two dimensions.
struct ContourLines {
    /// One straight piece of a line.
    struct Piece: Hashable {
        var from: SIMD2<Double>
        var to: SIMD2<Double>
        var level: Double
    }

    /// The pieces of all levels.
    let pieces: [Piece]

    /// Traces `levels` through `values`, `[y, x]`, x fastest.
    ///
    /// - Parameter scale: interpolation runs along the values or along their logarithms.
    init(
        horizontal: [Double], vertical: [Double], values: [Double], levels: [Double],
        scale: AxisScale
    ) {
        let transform: (Double) -> Double = scale == .logarithmic ? { log($0) } : { $0 }
        let heights = values.map(transform)
        let columns = horizontal.count
        var pieces: [Piece] = []
        for row in 0..<max(vertical.count - 1, 0) {
            for column in 0..<max(columns - 1, 0) {
                // Corners anticlockwise from the lower left.
                let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map { right, up in
                    (place: SIMD2(horizontal[column + right], vertical[row + up]),
                        height: heights[(row + up) * columns + column + right])
                }
                guard corners.allSatisfy({ $0.height.isFinite }) else { continue }
                for level in levels {
                    let crossings = ContourLines.crossings(corners, level: transform(level))
                    pieces += stride(from: 0, to: crossings.count, by: 2).map {
                        Piece(from: crossings[$0], to: crossings[$0 + 1], level: level)
                    }
                }
            }
        }
        self.pieces = pieces
    }

    /// The points where a level crosses the edges of a cell, in pairs that belong together.
    private static func crossings(
        _ corners: [(place: SIMD2<Double>, height: Double)], level: Double
    ) -> [SIMD2<Double>] {
        let points = corners.indices.compactMap { index -> SIMD2<Double>? in
            let (start, end) = (corners[index], corners[(index + 1) % 4])
            guard (start.height >= level) != (end.height >= level) else { return nil }
            let share = (level - start.height) / (end.height - start.height)
            return start.place + share * (end.place - start.place)
        }
        guard points.count == 4 else { return points }
        // Four crossings in the order lower, right, upper, left edge. Where the middle lies on the
        // side of the lower left corner, the lines cut off the two other corners.
        let middle = corners.reduce(0) { $0 + $1.height } / 4
        let joins = (middle >= level) == (corners[0].height >= level)
        return joins
            ? [points[0], points[1], points[2], points[3]]
            : [points[0], points[3], points[1], points[2]]
    }

    /// The rows of a data block: x, y, level; an empty line after each piece.
    var rows: [String] {
        pieces.flatMap { piece in
            ["\(piece.from.x) \(piece.from.y) \(piece.level)",
                "\(piece.to.x) \(piece.to.y) \(piece.level)", ""]
        }
    }
}
