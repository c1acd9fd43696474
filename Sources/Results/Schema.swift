/// A value that can be made without knowing anything, to be filled field by field.
public protocol Fillable: Sendable {
    /// The value before anything is known.
    init()
}

/// A value with named fields that are stored.
public protocol StoredFields: Fillable {
    /// The fields, stated once: files, documents, tables and reading follow from it.
    static var schema: Schema<Self> { get }
}

/// A result that is stored in a file of its own.
public protocol StoredResult: StoredFields {
    /// The name of the kind of result in files, such as `landscape`.
    static var kind: String { get }
    /// What matters most, in one phrase.
    var finding: String { get }
}

extension StoredFields {
    /// The value as plain data.
    public var record: Record { record(Self.schema) }

    /// Some of the value's fields as plain data.
    public func record(_ schema: Schema<Self>) -> Record {
        var record = Record()
        for part in schema.parts { part.write(self, &record) }
        return record
    }

    /// The value of a record, what only is derived left aside.
    ///
    /// - Throws: `RecordError` naming the first field that is missing or no value of its type.
    public init(_ record: Record) throws {
        self.init()
        for part in Self.schema.parts { try part.read(record, &self) }
    }
}

/// The fields of a value: single ones, tables, axes, matrices and parts, in the order of files.
public struct Schema<Root> {
    let parts: [Part]

    /// A schema of its parts.
    public init(_ parts: Part...) { self.parts = parts }

    /// The schema with the parts of both.
    public static func + (first: Schema, second: Schema) -> Schema {
        Schema(all: first.parts + second.parts)
    }

    private init(all parts: [Part]) { self.parts = parts }

    /// One of the things that are stored of a value.
    public struct Part {
        let write: (Root, inout Record) -> Void
        let read: (Record, inout Root) throws -> Void

        /// A field that is stored and read back.
        public static func field<Value: StoredValue>(
            _ name: String, _ path: WritableKeyPath<Root, Value>, unit: StoredUnit,
            _ description: String
        ) -> Part {
            let info = FieldInfo(name, unit: unit, description)
            return Part(
                write: { Self.append($0[keyPath: path], info, to: &$1) },
                read: { record, root in
                    let scalars = Value.parts.map { record.value(name + $0.suffix) }
                    guard let value = Value(scalars: scalars) else {
                        throw RecordError(Self.trouble(name, scalars))
                    }
                    root[keyPath: path] = value
                })
        }

        /// A field that is no number.
        public static func field<Value: StoredLabel>(
            _ name: String, _ path: WritableKeyPath<Root, Value>, _ description: String
        ) -> Part {
            field(name, path, unit: Value.unit, description)
        }

        /// A field that follows from others: stored for readers, never read back.
        public static func derived<Value: StoredValue>(
            _ name: String, unit: StoredUnit, _ description: String,
            _ value: @escaping (Root) -> Value
        ) -> Part {
            let info = FieldInfo(name, unit: unit, description)
            return Part(write: { Self.append(value($0), info, to: &$1) }, read: { _, _ in })
        }

        /// A field that follows from others and is no number.
        public static func derived<Value: StoredLabel>(
            _ name: String, _ description: String, _ value: @escaping (Root) -> Value
        ) -> Part {
            derived(name, unit: Value.unit, description, value)
        }

        /// Axes with coordinates, which tables name.
        public static func axes(
            _ axes: @escaping (Root) -> [Record.Axis],
            _ take: @escaping ([Record.Axis], inout Root) throws -> Void
        ) -> Part {
            Part(
                write: { $1.axes += axes($0) }, read: { try take($0.axes, &$1) })
        }

        /// A table with one row per element of a list.
        ///
        /// - Parameter axis: what a row is of, such as `unit`.
        public static func table<Row: Fillable>(
            _ name: String, axis: String, _ path: WritableKeyPath<Root, [Row]>,
            _ columns: [Column<Row>]
        ) -> Part {
            Part(
                write: { root, record in
                    let rows = root[keyPath: path]
                    record.tables.append(
                        Record.Table(
                            name, axes: [axis], shape: [rows.count],
                            columns: columns.flatMap { $0.write(rows) }))
                },
                read: { record, root in
                    root[keyPath: path] = try Self.rows(name, columns, record).rows
                })
        }

        /// A table over axes with coordinates; rows that are not there yet are told by a flag.
        ///
        /// - Parameters:
        ///   - axes: the names of the axes, the fastest last.
        ///   - flag: the name of the column that says which rows are there.
        public static func grid<Row: Fillable>(
            _ name: String, axes: @escaping (Root) -> [String], flag: String,
            _ path: WritableKeyPath<Root, [Row?]>, _ columns: [Column<Row>]
        ) -> Part {
            let there = FieldInfo(flag, unit: .flag, "whether the row has been measured")
            return Part(
                write: { root, record in
                    let rows = root[keyPath: path]
                    let flags = Record.Column(there, .flags(rows.map { $0 != nil }))
                    record.tables.append(
                        Record.Table(
                            name, axes: axes(root), shape: record.shape(axes(root)),
                            columns: [flags]
                                + columns.flatMap { $0.write(rows.map { $0 ?? Row() }) }))
                },
                read: { record, root in
                    let (table, rows) = try Self.rows(name, columns, record)
                    guard case .flags(let flags)? = table.column(flag)?.values,
                        flags.count == rows.count, table.shape == record.shape(axes(root))
                    else { throw RecordError("has no \(flag) for each point", in: name) }
                    root[keyPath: path] = zip(flags, rows).map { $0 ? $1 : nil }
                })
        }

        /// A matrix whose rows are written and read one by one, left aside where there is none.
        public static func matrix(
            _ name: String, axes: [String], unit: StoredUnit, _ description: String,
            _ matrix: @escaping (Root) -> (
                shape: [Int], row: @Sendable (Int) throws -> [Double]
            )?
        ) -> Part {
            let info = FieldInfo(name, unit: unit, description)
            return Part(
                write: { root, record in
                    guard let found = matrix(root) else { return }
                    record.matrices.append(
                        Record.Matrix(info, axes: axes, shape: found.shape, row: found.row))
                }, read: { _, _ in })
        }

        /// A part with fields of its own that may be missing.
        public static func child<Value: StoredFields>(
            _ name: String, _ path: WritableKeyPath<Root, Value?>
        ) -> Part {
            Part(
                write: { root, record in
                    guard let value = root[keyPath: path] else { return }
                    record.children.append(
                        Record.Child(name, isList: false, members: [(name, value.record)]))
                },
                read: { record, root in
                    root[keyPath: path] = try record.child(name)?.members.first.map {
                        try Self.part($0.record, name)
                    }
                })
        }

        /// A list of parts with fields of their own.
        ///
        /// - Parameter key: the name of a part in the list; nil counts from 0.
        public static func children<Value: StoredFields>(
            _ name: String, _ path: WritableKeyPath<Root, [Value]>,
            key: ((Value) -> String)? = nil
        ) -> Part {
            Part(
                write: { root, record in
                    let members = root[keyPath: path].enumerated().map { number, value in
                        (key: key?(value) ?? String(number), record: value.record)
                    }
                    record.children.append(Record.Child(name, isList: true, members: members))
                },
                read: { record, root in
                    guard let list = record.child(name) else {
                        throw RecordError("lacks the list \(name)")
                    }
                    root[keyPath: path] = try list.members.map { member in
                        try Self.part(member.record, "\(name)/\(member.key)")
                    }
                })
        }

        private static func part<Value: StoredFields>(
            _ record: Record, _ name: String
        ) throws -> Value {
            do { return try Value(record) } catch let error as RecordError {
                throw error.inside(name)
            }
        }

        private static func append<Value: StoredValue>(
            _ value: Value, _ info: FieldInfo, to record: inout Record
        ) {
            for (part, scalar) in zip(Value.parts, value.scalars) {
                guard let scalar else {
                    record.missing.append(info.part(part).name)
                    continue
                }
                record.fields.append(Record.Field(info.part(part), scalar))
            }
        }

        private static func rows<Row: Fillable>(
            _ name: String, _ columns: [Column<Row>], _ record: Record
        ) throws -> (table: Record.Table, rows: [Row]) {
            guard let table = record.table(name) else {
                throw RecordError("lacks the table \(name)")
            }
            var rows = [Row](repeating: Row(), count: table.count)
            do {
                for column in columns { try column.read(table, &rows) }
            } catch let error as RecordError {
                throw error.inside(name)
            }
            return (table, rows)
        }

        private static func trouble(_ name: String, _ scalars: [StoredScalar?]) -> String {
            guard let first = scalars.first, let value = first else { return "lacks \(name)" }
            return "has \(name) = \(value.text), which is no value of it"
        }
    }
}

/// A column of a table: one field of all rows.
public struct Column<Row> {
    let write: ([Row]) -> [Record.Column]
    let read: (Record.Table, inout [Row]) throws -> Void

    /// A column that is stored and read back.
    public static func column<Value: StoredValue>(
        _ name: String, _ path: WritableKeyPath<Row, Value>, unit: StoredUnit,
        _ description: String
    ) -> Column {
        let info = FieldInfo(name, unit: unit, description)
        return Column(
            write: { Self.columns($0.map { $0[keyPath: path] }, info) },
            read: { table, rows in
                let columns = Value.parts.map { table.column(name + $0.suffix)?.values }
                for values in columns where values.map({ $0.count != rows.count }) ?? false {
                    throw RecordError(
                        "has \(values?.count ?? 0) values of \(name) for \(rows.count) rows")
                }
                for row in rows.indices {
                    guard let value = Value(scalars: columns.map { $0?[row] }) else {
                        let found = columns.first.flatMap { $0?[row].text }
                        throw RecordError(
                            found.map { "has \(name) = \($0), which is no value of it" }
                                ?? "lacks \(name)")
                    }
                    rows[row][keyPath: path] = value
                }
            })
    }

    /// A column of what is no number.
    public static func column<Value: StoredLabel>(
        _ name: String, _ path: WritableKeyPath<Row, Value>, _ description: String
    ) -> Column {
        column(name, path, unit: Value.unit, description)
    }

    /// A column that follows from the rows: stored for readers, never read back.
    public static func derived<Value: StoredValue>(
        _ name: String, unit: StoredUnit, _ description: String,
        _ values: @escaping ([Row]) -> [Value]
    ) -> Column {
        let info = FieldInfo(name, unit: unit, description)
        return Column(write: { Self.columns(values($0), info) }, read: { _, _ in })
    }

    /// A column that follows from the rows and is no number.
    public static func derived<Value: StoredLabel>(
        _ name: String, _ description: String, _ values: @escaping ([Row]) -> [Value]
    ) -> Column {
        derived(name, unit: Value.unit, description, values)
    }

    private static func columns<Value: StoredValue>(
        _ values: [Value], _ info: FieldInfo
    ) -> [Record.Column] {
        let scalars = values.map(\.scalars)
        return Value.parts.enumerated().map { number, part in
            Record.Column(info.part(part), ColumnValues(part.type, scalars.map { $0[number] }))
        }
    }
}

extension FieldInfo {
    /// What is said of one part of the field.
    func part(_ part: StoredPart) -> FieldInfo {
        FieldInfo(
            name + part.suffix, unit: part.unit ?? unit,
            part.note.isEmpty ? description : "\(part.note) of: \(description)")
    }
}
