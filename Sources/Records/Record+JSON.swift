import Results

extension JSONValue {
    /// A value as JSON.
    public init(_ scalar: StoredScalar) {
        switch scalar {
        case .real(let value): self = .number(value)
        case .integer(let value): self = .integer(value)
        case .flag(let value): self = .bool(value)
        case .text(let value): self = .text(value)
        }
    }
}

extension Record {
    /// The record as JSON, under the names of the file.
    ///
    /// Tables are lists of rows; those over axes with coordinates are one nested list per column,
    /// the fastest axis innermost. Numbers that there might be and are not are null. Of matrices only the shape is told.
    public var document: JSONValue {
        var members = fields.map { (name: $0.info.name, value: JSONValue($0.value)) }
        members += missing.map { ($0, .null) }
        if !axes.isEmpty {
            members.append(
                (
                    "axes",
                    .array(
                        axes.map { axis in
                            [
                                "name": .text(axis.info.name), "unit": .text(axis.info.unit.name),
                                "start": .number(axis.start), "end": .number(axis.end),
                                "count": .integer(axis.coordinates.count),
                                "values": .numbers(axis.coordinates),
                            ]
                        })
                ))
        }
        members += tables.map { ($0.name, isGrid($0) ? $0.columnDocument : $0.rowDocument) }
        members += matrices.map { ($0.info.name, ["shape": .integers($0.shape)]) }
        members += children.map { child in
            let parts = child.members.map(\.record.document)
            return (child.name, child.isList ? .array(parts) : parts.first ?? .null)
        }
        return .object(members)
    }

    /// Whether a table lies over axes with coordinates.
    func isGrid(_ table: Table) -> Bool {
        table.axes.contains { name in axes.contains { $0.info.name == name } }
    }
}

extension Record.Table {
    fileprivate var rowDocument: JSONValue {
        .array(
            (0..<count).map { row in
                .object(columns.map { ($0.info.name, JSONValue($0.values[row])) })
            })
    }

    fileprivate var columnDocument: JSONValue {
        .object(
            columns.map { column in
                let values = (0..<count).map { JSONValue(column.values[$0]) }
                return (column.info.name, nested(values[...], shape[...]))
            })
    }

    private func nested(_ values: ArraySlice<JSONValue>, _ shape: ArraySlice<Int>) -> JSONValue {
        guard shape.count > 1, let rows = shape.first, rows > 0 else {
            return .array(Array(values))
        }
        let size = values.count / rows
        return .array(
            (0..<rows).map { row in
                let start = values.startIndex + row * size
                return nested(values[start..<start + size], shape.dropFirst())
            })
    }
}
