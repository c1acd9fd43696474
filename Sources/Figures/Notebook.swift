import Foundation

/// A Jupyter notebook in format 4.5: cells of Markdown and Python, and a picture as output.
///
/// - Source: nbformat 4.5, https://nbformat.readthedocs.io/en/latest/format_description.html
public struct Notebook: Sendable {
    /// One cell.
    public struct Cell: Sendable, Hashable {
        /// What a cell holds.
        public enum Kind: String, Sendable {
            /// Text.
            case markdown
            /// Python.
            case code
        }

        /// Text or Python.
        public var kind: Kind
        /// The lines of the cell.
        public var source: String
        /// A PNG that stands below the cell as its output.
        public var picture: Data?

        /// A cell from its parts.
        public init(_ kind: Kind, _ source: String, picture: Data? = nil) {
            self.kind = kind
            self.source = source
            self.picture = picture
        }
    }

    /// The cells from the top down.
    public var cells: [Cell]

    /// A notebook of the given cells.
    public init(cells: [Cell]) {
        self.cells = cells
    }

    /// The notebook as JSON with sorted keys.
    ///
    /// - Throws: what `JSONEncoder` throws.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Document(self)) + Data("\n".utf8)
    }

    /// Writes the notebook aside and renames it to `path`; the folder is made where missing.
    ///
    /// - Throws: `FigureError.unwritable`.
    public func write(to path: String) throws {
        let data = try json()
        try FileReplacement.replace(path) { aside in
            try data.write(to: URL(fileURLWithPath: aside))
        }
    }
}

/// The JSON document of a notebook.
private struct Document: Encodable {
    var cells: [EncodedCell]
    var metadata = Metadata()
    var nbformat = 4
    var nbformat_minor = 5

    init(_ notebook: Notebook) {
        cells = notebook.cells.enumerated().map { EncodedCell($0.element, number: $0.offset) }
    }

    struct Metadata: Encodable {
        var kernelspec = [
            "display_name": "Python 3", "language": "python", "name": "python3",
        ]
        var language_info = ["file_extension": ".py", "name": "python"]
    }
}

/// One cell as the format wants it: code cells have outputs and a count, Markdown has neither.
private struct EncodedCell: Encodable {
    let cell: Notebook.Cell
    let number: Int

    init(_ cell: Notebook.Cell, number: Int) {
        self.cell = cell
        self.number = number
    }

    private enum Key: String, CodingKey {
        case cell_type, id, metadata, source, outputs, execution_count
    }

    private struct Output: Encodable {
        var data: [String: String]
        var metadata: [String: String] = [:]
        var output_type = "display_data"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(cell.kind.rawValue, forKey: .cell_type)
        try container.encode("cell-\(number)", forKey: .id)
        try container.encode([String: String](), forKey: .metadata)
        try container.encode(lines, forKey: .source)
        guard cell.kind == .code else { return }
        let outputs = cell.picture.map {
            [Output(data: [
                "image/png": $0.base64EncodedString(), "text/plain": "<figure drawn by gnuplot>",
            ])]
        }
        try container.encode(outputs ?? [], forKey: .outputs)
        try container.encodeNil(forKey: .execution_count)
    }

    /// The source as a list of lines, each but the last with its line end.
    private var lines: [String] {
        let parts = cell.source.components(separatedBy: "\n")
        return parts.dropLast().map { $0 + "\n" } + parts.suffix(1)
    }
}
