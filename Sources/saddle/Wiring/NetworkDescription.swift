import Networks
import Records
import Results

/// What a network consists of and what it costs.
struct NetworkDescription {
    /// What is said in words.
    let facts: [(name: String, value: String)]
    /// Its units, the headings first.
    let units: [[String]]
    /// The same for programs.
    let document: JSONValue

    /// - Throws: what tracing the network throws.
    init(_ network: any Network) throws {
        let table = try network.layerTable()
        facts = [
            ("images", network.imageShape.map(String.init).joined(separator: " x ")),
            ("classes", "\(network.classes)"), ("parameters", "\(table.parameters)"),
            ("cost", "\(Readable.number(table.gigaflops)) GFLOP per image"),
        ]
        units = [["unit", "kind", "output", "parameters", "GFLOP"]]
            + table.rows.map { row in
                [
                    row.name.isEmpty ? "(outside)" : row.name, row.kind?.rawValue ?? "",
                    row.outputShape.map(String.init).joined(separator: "x"),
                    "\(row.parameters)", Readable.number(row.gigaflops),
                ]
            }
        document = [
            "model": .text(network.name), "image_shape": .integers(network.imageShape),
            "classes": .integer(network.classes), "parameters": .integer(table.parameters),
            "gigaflops": .number(table.gigaflops),
            "units": .array(
                table.rows.map { row in
                    [
                        "name": .text(row.name), "kind": .optional(row.kind?.rawValue),
                        "output": .integers(row.outputShape),
                        "parameters": .integer(row.parameters),
                        "gigaflops": .number(row.gigaflops),
                    ]
                }),
        ]
    }
}
