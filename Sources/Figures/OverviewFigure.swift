/// Landscapes, spectra and lesion studies of the same models on one page.
///
/// Above, the landscapes side by side on one scale; below, the spectra and the lesion studies.
public struct OverviewFigure: Figure {
    public let title: String
    public let notes: [String]
    public let width = FigureWidth.page
    let landscape: LandscapeFigure
    let spectrum: SpectrumFigure?
    let lesion: LesionFigure?

    /// An overview; parts that are nil are left out.
    public init(landscape: LandscapeFigure, spectrum: SpectrumFigure?, lesion: LesionFigure?) {
        self.landscape = landscape
        self.spectrum = spectrum
        self.lesion = lesion
        let lower: [(any Figure)?] = [spectrum, lesion]
        let parts: [any Figure] = [landscape] + lower.compactMap { $0 }
        title = parts.map(\.title).joined(separator: ". ")
        notes = zip(["a", "b", "c"], parts).flatMap { letter, part in
            ["(\(letter))"] + part.notes
        }
    }

    private var lowerHeight: Double {
        max(spectrum?.contentHeight ?? 0, lesion?.contentHeight ?? 0)
    }

    /// The height of the panels, in points.
    public var contentHeight: Double { landscape.contentHeight + lowerHeight + gap }

    /// The distance between the two rows, which holds the marks of the lower one, in points.
    private var gap: Double { 16 }

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        let upper = frame.inset(bottom: lowerHeight + gap)
        mark("a", upper, &drawing)
        try landscape.draw(in: upper, on: &drawing)
        let lower = frame.inset(top: landscape.contentHeight)
        let lowerRow: [(any Figure)?] = [spectrum, lesion]
        let lowerParts = lowerRow.compactMap { $0 }
        guard !lowerParts.isEmpty else { return }
        let columns = lower.columns([Double](repeating: 1, count: lowerParts.count), gap: 18)
        for (index, part) in lowerParts.enumerated() {
            mark(["b", "c"][index], columns[index], &drawing)
            try part.draw(in: columns[index].inset(top: gap), on: &drawing)
        }
    }

    private func mark(_ letter: String, _ frame: Frame, _ drawing: inout Drawing) {
        drawing.text(
            "(\(letter))", x: frame.left + 4, y: frame.top - 7, size: Lettering.Size.title + 1)
    }
}
