/// Landscapes and other results of the same models on one page.
///
/// Above, the landscapes side by side on one scale; below, the rest, two in a row.
public struct OverviewFigure: Figure {
    public let title: String
    public let notes: [String]
    public let width = FigureWidth.page
    let upper: any Figure
    let lower: [any Figure]

    /// An overview of the landscapes and what stands below them.
    public init(landscape: any Figure, below: [any Figure]) {
        upper = landscape
        lower = below
        let parts = [upper] + lower
        title = parts.map(\.title).joined(separator: ". ")
        notes = parts.enumerated().flatMap { part, figure in
            figure.notes.enumerated().map { $0 == 0 ? "(\(Self.letter(part))) \($1)" : $1 }
        }
    }

    /// What one of its parts heeds; its width is the page's.
    public var options: Set<FigureOption> {
        lower.reduce(upper.options) { $0.union($1.options) }.subtracting([.width])
    }

    /// The mark of a part: a, b, c, …
    private static func letter(_ part: Int) -> String {
        String(UnicodeScalar(UInt8(97 + min(part, 25))))
    }

    /// The room above a row, which holds the marks of its parts, in points.
    private static let head = 14.0
    private static let gap = 18.0

    /// The parts in rows.
    private var rows: [[any Figure]] {
        [[upper]] + stride(from: 0, to: lower.count, by: 2).map {
            Array(lower[$0..<min($0 + 2, lower.count)])
        }
    }

    /// The width of each part of a row on `width` points, in points.
    private static func partWidth(_ count: Int, _ width: Double) -> Double {
        (width - gap * Double(count - 1)) / Double(count)
    }

    private static func height(_ row: [any Figure], _ width: Double) -> Double {
        head + (row.map { $0.contentHeight(width: partWidth(row.count, width)) }.max() ?? 0)
    }

    public func contentHeight(width: Double) -> Double {
        rows.reduce(0) { $0 + Self.height($1, width) }
    }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        var (top, number) = (frame.top, 0)
        for row in rows {
            let bottom = top - Self.height(row, frame.width)
            let columns = Frame(left: frame.left, bottom: bottom, right: frame.right, top: top)
                .columns([Double](repeating: 1, count: row.count), gap: Self.gap)
            for (part, column) in zip(row, columns) {
                drawing.text(
                    "(\(Self.letter(number)))", x: column.left + 4, y: top - Self.head / 2,
                    size: Lettering.Size.title)
                // A part that is lower than its neighbour stands at the top of the row.
                let height = part.contentHeight(width: column.width)
                let frame = Frame(
                    left: column.left, bottom: top - Self.head - height, right: column.right,
                    top: top - Self.head)
                try part.draw(in: frame, on: &drawing)
                number += 1
            }
            top = bottom
        }
    }
}
