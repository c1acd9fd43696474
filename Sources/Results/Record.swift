/// What is said of a stored value beside its numbers.
public struct FieldInfo: Sendable, Hashable {
    /// The name in files, documents and tables.
    public var name: String
    public var unit: StoredUnit
    /// One phrase that says what it is.
    public var description: String

    /// What is said of a value.
    public init(_ name: String, unit: StoredUnit, _ description: String) {
        self.name = name
        self.unit = unit
        self.description = description
    }
}

/// A result as plain data: what files, documents and tables are made of and read into.
///
/// It knows no result type, so that files of kinds which this program does not know can be
/// described, converted and copied all the same.
public struct Record: Sendable {
    /// A single value.
    public struct Field: Sendable, Hashable {
        public var info: FieldInfo
        public var value: StoredScalar

        /// A value with what is said of it.
        public init(_ info: FieldInfo, _ value: StoredScalar) {
            self.info = info
            self.value = value
        }
    }

    /// An axis with coordinates.
    public struct Axis: Sendable, Hashable {
        public var info: FieldInfo
        /// The coordinates, in order.
        public var coordinates: [Double]
        /// The first and the last coordinate that was asked for; of a single point they differ.
        public var start: Double
        public var end: Double

        /// An axis from its coordinates.
        public init(_ info: FieldInfo, coordinates: [Double], start: Double, end: Double) {
            self.info = info
            self.coordinates = coordinates
            self.start = start
            self.end = end
        }
    }

    /// The values of one field for all rows of a table.
    public struct Column: Sendable, Hashable {
        public var info: FieldInfo
        public var values: ColumnValues

        /// A column with what is said of it.
        public init(_ info: FieldInfo, _ values: ColumnValues) {
            self.info = info
            self.values = values
        }
    }

    /// Columns of one shape, the last axis fastest.
    public struct Table: Sendable, Hashable {
        /// The name, such as `units`.
        public var name: String
        /// The names of the axes, such as `unit`, or `y` and `x`.
        public var axes: [String]
        /// The number of entries along each axis.
        public var shape: [Int]
        public var columns: [Column]

        /// A table from its columns.
        public init(_ name: String, axes: [String], shape: [Int], columns: [Column]) {
            self.name = name
            self.axes = axes
            self.shape = shape
            self.columns = columns
        }

        /// The number of rows.
        public var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }

        /// The column of that name, if there is one.
        public func column(_ name: String) -> Column? { columns.first { $0.info.name == name } }
    }

    /// A matrix that is too large for a table: written and read one row at a time.
    public struct Matrix: Sendable {
        public var info: FieldInfo
        /// The names of the two axes.
        public var axes: [String]
        /// The number of rows and of entries in each.
        public var shape: [Int]
        /// The row with the given number.
        public var row: @Sendable (Int) throws -> [Double]

        /// A matrix whose rows are asked for one by one.
        public init(
            _ info: FieldInfo, axes: [String], shape: [Int],
            row: @escaping @Sendable (Int) throws -> [Double]
        ) {
            self.info = info
            self.axes = axes
            self.shape = shape
            self.row = row
        }
    }

    /// A part that is a record of its own, or a list of such parts.
    public struct Child: Sendable {
        public var name: String
        public var isList: Bool
        /// The records, each under the key that it has in the list; a single one under the name.
        public var members: [(key: String, record: Record)]

        /// A part, or a list of parts.
        public init(_ name: String, isList: Bool, members: [(key: String, record: Record)]) {
            self.name = name
            self.isList = isList
            self.members = members
        }
    }

    public var fields: [Field] = []
    /// The names of numbers that there might be and are not.
    public var missing: [String] = []
    public var axes: [Axis] = []
    public var tables: [Table] = []
    public var matrices: [Matrix] = []
    public var children: [Child] = []

    /// A record that holds nothing.
    public init() {}

    /// The value of a field, if it is there.
    public func value(_ name: String) -> StoredScalar? {
        fields.first { $0.info.name == name }?.value
    }

    /// The table of that name, if there is one.
    public func table(_ name: String) -> Table? { tables.first { $0.name == name } }

    /// The numbers of coordinates of the named axes; 0 for an axis that is not there.
    func shape(_ names: [String]) -> [Int] {
        names.map { name in axes.first { $0.info.name == name }?.coordinates.count ?? 0 }
    }

    /// The part of that name, if there is one.
    public func child(_ name: String) -> Child? { children.first { $0.name == name } }
}

/// The values of a column.
public enum ColumnValues: Sendable, Hashable {
    case reals([Double])
    case integers([Int])
    case flags([Bool])
    case texts([String])

    /// The values of the given type; a missing number is NaN, 0, false or empty.
    init(_ type: StoredType, _ scalars: [StoredScalar?]) {
        switch type {
        case .integer: self = .integers(scalars.map { Int(scalars: [$0]) ?? 0 })
        case .flag: self = .flags(scalars.map { Bool(scalars: [$0]) ?? false })
        case .text: self = .texts(scalars.map { String(scalars: [$0]) ?? "" })
        case .real: self = .reals(scalars.map { Double(scalars: [$0]) ?? .nan })
        }
    }

    /// Values of one type, taken from the first that is there; a missing number is NaN.
    public init(_ scalars: [StoredScalar?]) {
        switch scalars.lazy.compactMap({ $0 }).first {
        case .integer where scalars.allSatisfy({ $0 != nil }): self.init(.integer, scalars)
        case .flag: self.init(.flag, scalars)
        case .integer, .text: self = .texts(scalars.map { $0?.text ?? "" })
        default: self.init(.real, scalars)
        }
    }

    /// The number of values.
    public var count: Int {
        switch self {
        case .reals(let values): values.count
        case .integers(let values): values.count
        case .flags(let values): values.count
        case .texts(let values): values.count
        }
    }

    /// The value in the given row.
    public subscript(_ row: Int) -> StoredScalar {
        switch self {
        case .reals(let values): .real(values[row])
        case .integers(let values): .integer(values[row])
        case .flags(let values): .flag(values[row])
        case .texts(let values): .text(values[row])
        }
    }

    /// The numbers, where it is a column of numbers; whole ones count too.
    public var numbers: [Double]? {
        switch self {
        case .reals(let values): values
        case .integers(let values): values.map(Double.init)
        case .flags, .texts: nil
        }
    }
}

/// A record that is not what a result's schema expects.
public struct RecordError: Error, CustomStringConvertible, Hashable {
    /// The part of the record, such as `certificate`; empty for the whole.
    public var place: String
    /// What is wrong.
    public var problem: String

    /// Trouble with a record or a part of it.
    public init(_ problem: String, in place: String = "") {
        self.problem = problem
        self.place = place
    }

    /// The same trouble, seen from the record around it.
    func inside(_ name: String) -> RecordError {
        RecordError(problem, in: place.isEmpty ? name : name + "/" + place)
    }

    public var description: String { place.isEmpty ? problem : "\(place): \(problem)" }
}
