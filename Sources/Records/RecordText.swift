import Results

/// A record as people read it: facts in two columns, and tables.
///
/// A value with an interval is one cell, `value [lower, upper]`. Tables with many rows and those
/// over axes with coordinates are told by the lowest and the highest value of each column; tables
/// with more columns than rows lie on their side. Where the coefficient `l2` is 0, numbers with the
/// penalty (`nll_l2`) are those without (`nll`) and not told again.
public struct RecordText: Sendable {
    /// Single values by name.
    public let facts: [(name: String, value: String)]
    /// Tables by name, the headings first.
    public let tables: [(name: String, rows: [[String]])]

    private static let rowLimit = 64
    private static let columnLimit = 10

    /// The text of a record.
    public init(_ record: Record) {
        let record = record.withoutRepetitions
        let values = record.allFields.map { ($0.info, [$0.value]) }
        facts = Self.cells(values).map { ($0[0], $0[1]) }
        tables = record.allTables.filter { $0.count > 0 }.map { table in
            let plain = Record.Table(
                table.name, axes: table.axes, shape: table.shape,
                columns: table.columns.filter { $0.values.count == table.count })
            return (table.name, Self.rows(plain))
        }
    }

    private static func rows(_ table: Record.Table) -> [[String]] {
        if table.axes.count > 1 || table.count > rowLimit { return ranges(table) }
        let sideways = cells(
            table.columns.map { column in
                (column.info, (0..<table.count).map { column.values[$0] })
            })
        if sideways.count > columnLimit, table.count < 8 { return sideways }
        return (0...table.count).map { row in sideways.map { $0[row] } }
    }

    /// The lowest and highest finite value of each column of numbers, and what is not finite.
    private static func ranges(_ table: Record.Table) -> [[String]] {
        [["", "lowest", "highest", "not finite"]]
            + table.columns.compactMap { column in
                guard let numbers = column.values.numbers else { return nil }
                let finite = numbers.filter(\.isFinite)
                let ends = [finite.min() ?? .nan, finite.max() ?? .nan]
                return [column.info.name]
                    + ends.map { Readable.number($0, unit: column.info.unit) }
                    + [String(numbers.count - finite.count)]
            }
    }

    /// One line per field: its name and its values, those of an interval in one cell.
    private static func cells(
        _ columns: [(info: FieldInfo, values: [StoredScalar])]
    ) -> [[String]] {
        let named = Dictionary(columns.map { ($0.info.name, $0) }) { first, _ in first }
        let ends = ["_lower", "_upper", "_level"]
        func isEnd(_ name: String) -> Bool {
            ends.contains { name.hasSuffix($0) && named[String(name.dropLast($0.count))] != nil }
        }
        return columns.filter { !isEnd($0.info.name) }.map { info, values in
            let lower = named[info.name + "_lower"]?.values
            let upper = named[info.name + "_upper"]?.values
            return [info.name]
                + values.indices.map { row in
                    let text = values[row].readable(unit: info.unit)
                    guard let lower, let upper else { return text }
                    return text + " [\(lower[row].readable(unit: info.unit)),"
                        + " \(upper[row].readable(unit: info.unit))]"
                }
        }
    }
}

extension Record {
    /// The record without each `X_l2` beside an `X`, where the coefficient `l2` is 0.
    fileprivate var withoutRepetitions: Record {
        var record = self
        if value("l2") == .real(0) {
            func repeats(_ name: String, _ others: [String]) -> Bool {
                name.hasSuffix("_l2") && others.contains(String(name.dropLast(3)))
            }
            let names = fields.map(\.info.name)
            record.fields.removeAll { repeats($0.info.name, names) }
            for (place, table) in tables.enumerated() {
                let names = table.columns.map(\.info.name)
                record.tables[place].columns.removeAll { repeats($0.info.name, names) }
            }
        }
        for child in children.indices {
            for member in children[child].members.indices {
                record.children[child].members[member].record =
                    children[child].members[member].record.withoutRepetitions
            }
        }
        return record
    }
}
