/// A rectangle on the page in points (1/72 inch), measured from the lower left corner.
public struct Frame: Sendable, Hashable {
    /// The left edge.
    public var left: Double
    /// The lower edge.
    public var bottom: Double
    /// The right edge.
    public var right: Double
    /// The upper edge.
    public var top: Double

    /// A rectangle from its edges, in points.
    public init(left: Double, bottom: Double, right: Double, top: Double) {
        self.left = left
        self.bottom = bottom
        self.right = right
        self.top = top
    }

    /// The width, in points.
    public var width: Double { right - left }
    /// The height, in points.
    public var height: Double { top - bottom }

    /// Whether another rectangle comes nearer than `gap` points.
    func touches(_ other: Frame, gap: Double = 0) -> Bool {
        left < other.right + gap && other.left < right + gap
            && bottom < other.top + gap && other.bottom < top + gap
    }

    /// Whether another rectangle lies within.
    func holds(_ other: Frame) -> Bool {
        left <= other.left && other.right <= right && bottom <= other.bottom && other.top <= top
    }

    /// The rectangle with margins taken off, in points.
    func inset(
        left: Double = 0, bottom: Double = 0, right: Double = 0, top: Double = 0
    ) -> Frame {
        Frame(
            left: self.left + left, bottom: self.bottom + bottom, right: self.right - right,
            top: self.top - top)
    }

    /// The rectangle cut into columns whose widths are as `weights`, `gap` points apart.
    func columns(_ weights: [Double], gap: Double) -> [Frame] {
        let available = width - gap * Double(weights.count - 1)
        let total = weights.reduce(0, +)
        var position = left
        return weights.map { weight in
            let end = position + available * weight / total
            defer { position = end + gap }
            return Frame(left: position, bottom: bottom, right: end, top: top)
        }
    }

    /// The rectangle cut into rows from the top down, heights as `weights`, `gap` points apart.
    func rows(_ weights: [Double], gap: Double) -> [Frame] {
        let available = height - gap * Double(weights.count - 1)
        let total = weights.reduce(0, +)
        var position = top
        return weights.map { weight in
            let end = position - available * weight / total
            defer { position = end - gap }
            return Frame(left: left, bottom: end, right: right, top: position)
        }
    }
}

/// The width of a figure as journals set it.
public enum FigureWidth: String, Sendable, CaseIterable {
    /// One column, 8.5 cm.
    case column
    /// The whole page, 17.5 cm.
    case page

    /// The width, in points.
    var points: Double {
        switch self {
        case .column: 241
        case .page: 496
        }
    }
}
