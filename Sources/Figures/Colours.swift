/// Colours that readers with any common colour vision can tell apart.
enum Colours {
    /// The eight colours for categories of Okabe and Ito (2008), the dark ones first.
    ///
    /// - Source: Okabe & Ito, "Color Universal Design", 2008.
    static let categories = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442",
    ]

    /// The dash types that go with the categories, so that colour is never the only difference.
    static let dashes = ["solid", "'-'", "'.'", "'-.'", "'_'", "'_.'", "'..-'", "'__.'"]

    /// The colour of the series number `index`.
    static func category(_ index: Int) -> String { categories[index % categories.count] }

    /// The dash type of the series number `index`.
    static func dash(_ index: Int) -> String { dashes[index % dashes.count] }

    /// Light lines: grids and boxes behind the data.
    static let faint = "#c8c8c8"
    /// Text of notes.
    static let muted = "#555555"
    /// What lies behind a map where no finite number was measured.
    static let gap = "#e4e4e4"
}

/// A colour map from dark to light whose lightness rises evenly.
public enum ColourMap: String, Sendable, CaseIterable {
    /// Blue over green to yellow (Smith & van der Walt 2015).
    case viridis
    /// Blue to yellow, alike for readers without red or green cones (Nuñez et al. 2018).
    case cividis

    /// The colours at even steps from the lowest value to the highest.
    var stops: [String] {
        switch self {
        case .viridis: [
            "#440154", "#48186a", "#472d7b", "#424086", "#3b528b", "#33638d", "#2c728e", "#26828e",
            "#21918c", "#1fa088", "#28ae80", "#3fbc73", "#5ec962", "#84d44b", "#addc30", "#d8e219",
            "#fde725",
        ]
        case .cividis: [
            "#00224e", "#002e6a", "#1a386f", "#32436d", "#434e6c", "#535a6d", "#61656f", "#6f7073",
            "#7d7c78", "#8c8878", "#9b9476", "#aba072", "#bcae6c", "#cdbb63", "#dec958", "#f0d846",
            "#fee838",
        ]
        }
    }

    /// The gnuplot command that sets it.
    var command: String {
        let steps = stops.enumerated().map { "\($0.offset) '\($0.element)'" }
        return "set palette maxcolors 256 defined (" + steps.joined(separator: ", ") + ")"
    }
}
