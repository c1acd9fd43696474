import Foundation
import Landscapes

/// The figure of one or more stored results as a notebook for Python.
///
/// The notebook reads the HDF5 files with h5py and draws them with matplotlib, so that anyone can
/// go on from there without Saddle. Names of data sets are those that the records of the results
/// document. The picture that gnuplot drew stands below its last cell until
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

    /// What is drawn of the files.
    public enum Content: Sendable {
        /// Two-dimensional landscapes.
        case landscape(LandscapeMetric, LandscapeOptions.Style, subtractsMinimum: Bool)
        /// One-dimensional landscapes.
        case profile(LandscapeMetric)
        /// Max-eigenvalue spectra of minibatches of one size, of NLL + L2 or of NLL alone.
        case spectrum(batchSize: Int, withL2: Bool)
        /// Lesion studies.
        case lesion
    }

    /// The files, in the order of the figure.
    public var sources: [Source]
    /// What is drawn.
    public var content: Content
    /// One line that says what is drawn.
    public var title: String
    /// What a reader must know beside the picture.
    public var caption: String

    /// A notebook for some files.
    public init(
        sources: [Source], content: Content, title: String, caption: String
    ) {
        self.sources = sources
        self.content = content
        self.title = title
        self.caption = caption
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
            .init(.code, readingCell),
            .init(.code, drawingCell, picture: picture),
        ])
    }

    private var readingCell: String {
        switch content {
        case .landscape(let metric, _, let subtracts):
            landscapeReading(metric, subtractsMinimum: subtracts, isProfile: false)
        case .profile(let metric):
            landscapeReading(metric, subtractsMinimum: false, isProfile: true)
        case .spectrum(let batchSize, let withL2):
            spectrumReading(batchSize: batchSize, withL2: withL2)
        case .lesion: lesionReading
        }
    }

    private var drawingCell: String {
        switch content {
        case .landscape(let metric, let style, _): landscapeDrawing(metric, style)
        case .profile(let metric): profileDrawing(metric)
        case .spectrum: spectrumDrawing
        case .lesion: lesionDrawing
        }
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
