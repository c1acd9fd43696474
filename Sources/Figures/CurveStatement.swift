import Foundation
import Results

/// A figure of curves, stated by the columns of a result's table; picture and notebook follow.
///
/// Numbers with the unit `share` are drawn in percent. Where a column has an interval, under its
/// name with `_lower` and `_upper`, it is drawn too.
public struct CurveStatement: Sendable {
    /// How intervals are drawn.
    public enum Interval: Sendable {
        /// A bar at each point.
        case bars
        /// A band along the line.
        case band
    }

    /// One panel: a column against the figure's abscissa.
    public struct Panel: Sendable {
        /// The column.
        public var column: String
        /// What the vertical axis says; nil takes the column's description and unit.
        public var label: String?
        /// The scale of the vertical axis.
        public var scale: AxisScale
        /// Of a logarithmic axis, how far below the largest value it reaches at most.
        public var decades: Double
        /// Whether the line on which ordinate and abscissa are equal is drawn.
        public var showsIdentity: Bool
        /// Whether bars from 0 stand in the place of a line.
        public var hasBars: Bool

        /// A panel of a column.
        public init(
            _ column: String, label: String? = nil, scale: AxisScale = .linear,
            decades: Double = .infinity, showsIdentity: Bool = false, hasBars: Bool = false
        ) {
            self.column = column
            self.label = label
            self.scale = scale
            self.decades = decades
            self.showsIdentity = showsIdentity
            self.hasBars = hasBars
        }
    }

    /// What is drawn, for the title.
    public var subject: String
    /// The table; of a part it is the part's name, a slash, and the table's.
    public var table: String
    /// The column of the abscissa.
    public var abscissa: String
    /// What the horizontal axis says; nil takes the column's description and unit.
    public var abscissaLabel: String?
    /// The scale of the horizontal axis.
    public var abscissaScale: AxisScale
    /// The column of names that tells points apart by their marks; nil draws all alike.
    public var kind: String?
    /// Whether each kind of points has a line of its own.
    public var linesFollowKinds: Bool
    /// The panels, from the top down.
    public var panels: [Panel]
    /// How intervals are drawn.
    public var interval: Interval
    /// Whether points have marks.
    public var hasMarks: Bool
    /// What a reader must know beside the picture, one sentence each.
    public var notes: [String]

    /// A statement of a figure.
    public init(
        _ subject: String, table: String, abscissa: String, abscissaLabel: String? = nil,
        abscissaScale: AxisScale = .linear, kind: String? = nil, linesFollowKinds: Bool = false,
        panels: [Panel], interval: Interval = .bars, hasMarks: Bool = true, notes: [String] = []
    ) {
        self.subject = subject
        self.table = table
        self.abscissa = abscissa
        self.abscissaLabel = abscissaLabel
        self.abscissaScale = abscissaScale
        self.kind = kind
        self.linesFollowKinds = linesFollowKinds
        self.panels = panels
        self.interval = interval
        self.hasMarks = hasMarks
        self.notes = notes
    }
}

extension CurveStatement.Panel {
    /// Below what values of the panel are not drawn.
    func floor(_ values: [Double]) -> Double {
        guard scale == .logarithmic, let top = values.filter(\.isFinite).max(), top > 0 else {
            return -.infinity
        }
        return top * pow(10, -decades)
    }
}

/// The points of one result in one panel.
struct Curve: Sendable {
    /// One point, in the units that are drawn; NaN where there is none.
    struct Point: Sendable {
        var x: Double
        var y: Double
        var lower: Double
        var upper: Double
        /// The place of the point's kind among the figure's kinds.
        var kind: Int
    }

    /// The points, from the left to the right.
    var points: [Point]

    /// The points of a panel of a table.
    ///
    /// - Throws: `FigureError` where the table lacks a column of numbers.
    init(
        _ panel: CurveStatement.Panel, _ statement: CurveStatement, _ table: Record.Table,
        kinds: [String], title: String
    ) throws(FigureError) {
        func numbers(_ name: String) -> [Double]? {
            guard let column = table.column(name), let values = column.values.numbers else {
                return nil
            }
            return column.info.unit == .share ? values.map { 100 * $0 } : values
        }
        guard let x = numbers(statement.abscissa), let y = numbers(panel.column) else {
            throw .nothingToDraw(
                figure: title,
                reason: "no numbers \(statement.abscissa) and \(panel.column) in \(table.name)",
                remedy: "check the file with `saddle inspect`")
        }
        let lower = numbers(panel.column + "_lower")
        let upper = numbers(panel.column + "_upper")
        points = x.indices.map { row in
            var kind = 0
            if let name = statement.kind, case .text(let text)? = table.column(name)?.values[row] {
                kind = kinds.firstIndex(of: text) ?? 0
            }
            return Point(
                x: x[row], y: y[row], lower: lower?[row] ?? .nan, upper: upper?[row] ?? .nan,
                kind: kind)
        }.sorted { $0.x < $1.x }
    }
}
