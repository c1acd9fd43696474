/// Landscapes and other results of the same models on one page.
///
/// Above, the landscapes side by side on one scale; below, the rest.
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
        notes = parts.enumerated().flatMap { ["(\(Self.letter($0)))"] + $1.notes }
    }

    /// The mark of a part: a, b, c, …
    private static func letter(_ part: Int) -> String {
        String(UnicodeScalar(UInt8(97 + min(part, 25))))
    }

    private var lowerHeight: Double { lower.map(\.contentHeight).max() ?? 0 }

    /// The height of the panels, in points.
    public var contentHeight: Double { upper.contentHeight + lowerHeight + gap }

    /// The distance between the two rows, which holds the marks of the lower one, in points.
    private var gap: Double { 16 }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        let above = frame.inset(bottom: lowerHeight + gap)
        mark(0, above, &drawing)
        try upper.draw(in: above, on: &drawing)
        guard !lower.isEmpty else { return }
        let columns = frame.inset(top: upper.contentHeight)
            .columns([Double](repeating: 1, count: lower.count), gap: 18)
        for (index, part) in lower.enumerated() {
            mark(index + 1, columns[index], &drawing)
            try part.draw(in: columns[index].inset(top: gap), on: &drawing)
        }
    }

    private func mark(_ part: Int, _ frame: Frame, _ drawing: inout Drawing) {
        drawing.text(
            "(\(Self.letter(part)))", x: frame.left + 4, y: frame.top - 7,
            size: Lettering.Size.title + 1)
    }
}
