extension Record {
    /// Every table of the record and of its parts, the latter under paths such as
    /// `certificate/comparisons`.
    ///
    /// Lists of parts are joined: their single values are a table with a row per part, and the
    /// tables of one name are one table whose first column says the part. Axes with coordinates
    /// become columns.
    public var allTables: [Table] {
        tables.map(withCoordinates)
            + children.flatMap { child in
                guard child.isList else {
                    return child.members.flatMap { $0.record.allTables }.map { table in
                        var table = table
                        table.name = "\(child.name)/\(table.name)"
                        return table
                    }
                }
                return [child.fieldTable].compactMap { $0 } + child.joinedTables
            }
    }

    /// The single values of the record and of its parts that are no lists, under paths.
    public var allFields: [Field] {
        fields
            + children.filter { !$0.isList }.flatMap { child in
                child.members.flatMap { $0.record.allFields }.map { field in
                    var field = field
                    field.info.name = "\(child.name)/\(field.info.name)"
                    return field
                }
            }
    }

    /// The table with its axes' coordinates as first columns.
    private func withCoordinates(_ table: Table) -> Table {
        var table = table
        var stride = table.count
        var columns: [Column] = []
        for (name, length) in zip(table.axes, table.shape) where length > 0 {
            stride /= length
            guard let axis = axes.first(where: { $0.info.name == name }),
                axis.coordinates.count == length
            else { continue }
            let step = stride
            columns.insert(
                Column(
                    axis.info,
                    .reals((0..<table.count).map { axis.coordinates[$0 / step % length] })), at: 0)
        }
        table.columns = columns + table.columns
        return table
    }
}

extension Record.Child {
    /// One row per part: its key and its single values; nil where parts have none.
    fileprivate var fieldTable: Record.Table? {
        var infos: [FieldInfo] = []
        for field in members.flatMap(\.record.fields)
        where !infos.contains(where: { $0.name == field.info.name }) { infos.append(field.info) }
        guard !infos.isEmpty else { return nil }
        let columns = infos.map { info in
            let found = members.map { $0.record.value(info.name) }
            return Record.Column(info, ColumnValues(found))
        }
        return Record.Table(
            name, axes: [name], shape: [members.count],
            columns: [keyColumn(members.map(\.key))] + columns)
    }

    /// The tables that parts have in common, joined one below the other.
    fileprivate var joinedTables: [Record.Table] {
        let parts = members.map { ($0.key, $0.record.allTables) }
        let names = parts.flatMap { $0.1.map(\.name) }
        return names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map { _, name in
            let found = parts.flatMap { key, tables in
                tables.filter { $0.name == name }.map { (key, $0) }
            }
            let columns = found[0].1.columns.map { column in
                Record.Column(
                    column.info,
                    ColumnValues(
                        found.flatMap { _, table in
                            let values = table.column(column.info.name)?.values
                            return (0..<table.count).map { values?[$0] }
                        }))
            }
            let keys = found.flatMap { key, table in Array(repeating: key, count: table.count) }
            return Record.Table(
                "\(self.name)/\(name)", axes: found[0].1.axes, shape: [keys.count],
                columns: [keyColumn(keys)] + columns)
        }
    }

    private func keyColumn(_ keys: [String]) -> Record.Column {
        Record.Column(FieldInfo(name, unit: .text, "the part"), .texts(keys))
    }
}
