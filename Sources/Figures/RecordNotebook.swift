import Foundation

/// The part of a notebook that a figure states: Python with h5py, matplotlib and NumPy at hand.
public struct NotebookCells: Sendable {
    /// Reads the `files`, paths by title, into `results` and says what is in them.
    public var reading: String
    /// Draws `results` into `figure`.
    public var drawing: String
}

/// The figure of one or more stored results as a notebook for Python.
///
/// The notebook reads the HDF5 files with h5py and draws them with matplotlib, so that anyone can
/// go on from there without Saddle. Names of data sets are those that the schemas of the results
/// state. The picture that gnuplot drew stands below its last cell until
/// the notebook is run.
public struct RecordNotebook: Sendable {
    /// A stored result.
    public struct Source: Sendable, Hashable {
        /// The name in the legend or above the panel.
        public var title: String
        /// The path of the HDF5 file, relative to the notebook's folder.
        public var path: String

        /// A result from its name and path.
        public init(title: String, path: String) {
            self.title = title
            self.path = path
        }
    }

    /// The files, in the order of the figure.
    public var sources: [Source]
    /// The Python of the figure.
    public var cells: NotebookCells
    /// One line that says what is drawn.
    public var title: String
    /// What a reader must know beside the picture.
    public var caption: String

    /// A notebook of a figure for some files; nil where the figure has none.
    public init?(sources: [Source], figure: any Figure) {
        guard let cells = figure.notebook else { return nil }
        self.sources = sources
        self.cells = cells
        title = figure.title
        caption = figure.caption
    }

    /// The notebook, with a PNG of the figure as the output of its last cell.
    public func notebook(picture: Data?) -> Notebook {
        let files = sources.map {
            "    \(RecordNotebook.literal($0.title)): \(RecordNotebook.literal($0.path)),"
        }
        let opening = """
            import h5py
            import matplotlib.pyplot as plt
            import numpy as np

            files = {
            \(files.joined(separator: "\n"))
            }
            """
        let note = picture == nil
            ? "" : "\n\nThe picture below was drawn by gnuplot; running the notebook replaces it."
        let introduction = "# \(title.oneLine)\n\n\(caption)\n\nRuns with "
            + "`pip install h5py numpy matplotlib` from the folder of this notebook.\(note)"
        return Notebook(cells: [
            .init(.markdown, introduction),
            .init(.code, opening),
            .init(.code, cells.reading),
            .init(.code, cells.drawing, picture: picture),
        ])
    }

    /// A Python string literal.
    static func literal(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
