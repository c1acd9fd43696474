import Results
import Storage

/// Records as HDF5: each number is a data set that says its unit, its description and its axes.
///
/// Single values have no axis. The columns of a table have one shape, the name of the table as
/// attribute `table`, and named axes; axes with coordinates are dimension scales with the
/// attributes `start` and `end`. Parts are groups; a list of parts is a group that names its
/// `members`. The attributes `datasets` and `groups` say what the record holds, in its order, and
/// `missing` which numbers there might be and are not.
extension HDF5Group {
    /// Writes a record into this group.
    func write(_ record: Record) throws {
        var names: [String] = []
        func describe(
            _ dataset: HDF5Dataset, _ info: FieldInfo, axes: [String] = []
        ) throws {
            try dataset.describe(info, axes: axes)
            names.append(info.name)
        }
        for field in record.fields {
            let values: ColumnValues =
                switch field.value {
                case .real(let value): .reals([value])
                case .integer(let value): .integers([value])
                case .flag(let value): .flags([value])
                case .text(let value): .texts([value])
                }
            try describe(write(field.info.name, values, shape: []), field.info)
        }
        var scales: [String: HDF5Dataset] = [:]
        for axis in record.axes {
            let name = axis.info.name
            let scale = try write(name, axis.coordinates, shape: [axis.coordinates.count])
            try scale.makeScale(name)
            try scale.setAttribute("start", .real(axis.start))
            try scale.setAttribute("end", .real(axis.end))
            try describe(scale, axis.info, axes: [name])
            scales[name] = scale
        }
        for table in record.tables {
            for column in table.columns {
                let dataset = try write(column.info.name, column.values, shape: table.shape)
                try dataset.setAttribute("table", .text(table.name))
                try describe(dataset, column.info, axes: table.axes)
                for (number, axis) in table.axes.enumerated() {
                    if let scale = scales[axis] { try dataset.attachScale(scale, axis: number) }
                }
            }
        }
        for matrix in record.matrices {
            let dataset = try createDataset(matrix.info.name, Double.self, shape: matrix.shape)
            for row in 0..<matrix.shape[0] {
                try dataset.write(matrix.row(row), at: [row, 0], count: [1, matrix.shape[1]])
            }
            try describe(dataset, matrix.info, axes: matrix.axes)
        }
        for child in record.children {
            let group = try createGroup(child.name)
            if child.isList {
                try group.setAttribute("members", .texts(child.members.map(\.key)))
            }
            for member in child.members {
                try (child.isList ? group.createGroup(member.key) : group).write(member.record)
            }
        }
        try setAttribute("datasets", .texts(names))
        try setAttribute("groups", .texts(record.children.map(\.name)))
        if !record.missing.isEmpty { try setAttribute("missing", .texts(record.missing)) }
    }

    /// Reads the record that this group holds; rows of matrices are read when they are asked for.
    ///
    /// - Parameters:
    ///   - path: the file, to open it again for rows of matrices.
    ///   - depth: how many records lie around this one; links may lead in circles.
    func record(of path: String, depth: Int = 0) throws -> Record {
        guard depth < 8 else { throw RecordError("holds parts of parts without end") }
        var record = Record()
        for name in try list("datasets") {
            let dataset = try dataset(name)
            let shape = try dataset.shape()
            let info = FieldInfo(
                name, unit: StoredUnit(try dataset.text("unit")),
                try dataset.text("description"))
            if case .text(let table)? = try dataset.attribute("table") {
                let column = Record.Column(info, try dataset.column())
                if let place = record.tables.firstIndex(where: { $0.name == table }) {
                    guard record.tables[place].shape == shape else {
                        throw RecordError("has \(name) of another shape than the rest of \(table)")
                    }
                    record.tables[place].columns.append(column)
                } else {
                    let axes = try shape.indices.map { try dataset.axisLabel($0) }
                    record.tables.append(
                        Record.Table(table, axes: axes, shape: shape, columns: [column]))
                }
            } else if case .real(let start)? = try dataset.attribute("start"),
                case .real(let end)? = try dataset.attribute("end")
            {
                record.axes.append(
                    Record.Axis(
                        info, coordinates: try dataset.read(Double.self), start: start, end: end))
            } else if shape.count == 2 {
                let place = dataset.name
                let axes = try [0, 1].map { try dataset.axisLabel($0) }
                record.matrices.append(
                    Record.Matrix(info, axes: axes, shape: shape) { row in
                        try HDF5File.reading(path) { file in
                            try file.root.dataset(place).read(
                                Double.self, from: [row, 0], count: [1, shape[1]])
                        }
                    })
            } else {
                guard shape.isEmpty else {
                    throw RecordError("has \(name), a list that is of no table")
                }
                record.fields.append(Record.Field(info, try dataset.column()[0]))
            }
        }
        if case .texts(let names)? = try attribute("missing") { record.missing = names }
        for name in try list("groups") {
            let group = try group(name)
            let isList = try group.attribute("members") != nil
            let members = try isList
                ? group.list("members").map {
                    ($0, try group.group($0).record(of: path, depth: depth + 1))
                }
                : [(name, try group.record(of: path, depth: depth + 1))]
            record.children.append(Record.Child(name, isList: isList, members: members))
        }
        return record
    }

    @discardableResult
    private func write(
        _ name: String, _ values: ColumnValues, shape: [Int]
    ) throws -> HDF5Dataset {
        switch values {
        case .reals(let values): try write(name, values, shape: shape)
        case .integers(let values): try write(name, values.map { Int64($0) }, shape: shape)
        case .flags(let values): try write(name, values.map { $0 ? 1 : 0 as UInt8 }, shape: shape)
        case .texts(let values): try write(name, texts: values, shape: shape)
        }
    }

    /// Sets texts as attributes, in the order of their names.
    func setTexts(_ texts: [String: String]) throws {
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            try setAttribute(name, .text(text))
        }
    }

    /// All attributes, which are texts.
    func texts() throws -> [String: String] {
        try attributeNames().reduce(into: [:]) { texts, name in
            // Names that differ in their normal form alone are one for Swift.
            guard texts.updateValue(try text(name), forKey: name) == nil else {
                throw RecordError("has the attribute \(name) twice", in: self.name)
            }
        }
    }

    /// Sets single values as attributes.
    func setFields(_ fields: [Record.Field]) throws {
        for field in fields {
            let value: HDF5Attribute =
                switch field.value {
                case .real(let value): .real(value)
                case .integer(let value): .integer(Int64(value))
                case .flag(let value): .integer(value ? 1 : 0)
                case .text(let value): .text(value)
                }
            try setAttribute(field.info.name, value)
        }
    }

    /// A single value that is an attribute, if it is there.
    func field(_ name: String) throws -> StoredScalar? {
        switch try attribute(name) {
        case .real(let value): .real(value)
        case .integer(let value): .integer(Int(value))
        case .text(let value): .text(value)
        case .reals, .integers, .texts, nil: nil
        }
    }

    private func list(_ name: String) throws -> [String] {
        guard case .texts(let names)? = try attribute(name) else {
            throw RecordError("lacks the list of its \(name)", in: self.name)
        }
        return names
    }
}

extension HDF5Node {
    /// An attribute that is a text.
    fileprivate func text(_ name: String) throws -> String {
        guard case .text(let text)? = try attribute(name) else {
            throw RecordError("lacks the attribute \(name)", in: self.name)
        }
        return text
    }
}

extension HDF5Dataset {
    /// Says what the data set holds: nothing is stored of which this is not said.
    ///
    /// - Parameter axes: the name of each axis.
    func describe(_ info: FieldInfo, axes: [String]) throws {
        let said = [info.unit.name, info.description] + axes
        guard !said.contains(""), try shape().count == axes.count else {
            throw RecordError(
                "has \(info.name) without a unit, a description or a name for each axis")
        }
        try setAttribute("unit", .text(info.unit.name))
        try setAttribute("description", .text(info.description))
        for (number, axis) in axes.enumerated() { try setAxisLabel(number, axis) }
    }

    /// All values, of the type that the file has.
    fileprivate func column() throws -> ColumnValues {
        switch try content() {
        case .text: .texts(try readTexts())
        case .bytes: .flags(try read(UInt8.self).map { $0 != 0 })
        case .integers: .integers(try read(Int64.self).map { Int($0) })
        case .reals: .reals(try read(Double.self))
        }
    }
}
