import Results
import Storage

/// A stored result of any kind: the result as plain data, and the run that made it.
///
/// The HDF5 file holds in its root the attributes `saddle_record` (the kind), `layout_version`,
/// `finding` and the description of the run, the groups `settings` and `identity`, and the result
/// as `Record` describes itself there. Results that are measured item by item have the group
/// `items` too: `done` `[item]` and `values` `[item, value]`.
public struct RecordFile: Sendable {
    /// The version of the layout, raised when readers would misunderstand a file.
    public static let layoutVersion = 4

    /// The kind of result, such as `landscape`.
    public var kind: String
    /// What matters most, in one phrase.
    public var finding: String
    /// The run that made it.
    public var run: RunDescription
    /// What decides the values, by name.
    public var identity: [String: String]
    /// The result.
    public var record: Record
    /// What was measured of each item, for kinds that are measured so; nil where it was not read.
    public var items: MeasuredItems?

    /// A result with its run.
    public init<Result: StoredResult>(
        _ result: Result, _ run: RunDescription, identity: [String: String]? = nil,
        items: MeasuredItems? = nil
    ) {
        kind = Result.kind
        finding = result.finding
        self.run = run
        self.identity = identity ?? run.identity
        record = result.record
        self.items = items
    }

    /// Writes the file, whole or not at all.
    ///
    /// - Throws: `StorageError` where it cannot be written; the old one is unchanged.
    public func write(to path: String) throws {
        try HDF5File.write(path, write(into:))
    }

    /// Writes all of it below the root of a file.
    func write(into root: HDF5Group) throws {
        try root.setAttribute("saddle_record", .text(kind))
        try root.setAttribute("layout_version", .integer(Int64(Self.layoutVersion)))
        try root.setAttribute("finding", .text(finding))
        try root.setFields(run.record.fields)
        try root.createGroup("settings").setTexts(run.settings)
        try root.createGroup("identity").setTexts(identity)
        try root.setAttribute("identity_sha256", .text(RunIdentity.digest(identity)))
        try root.write(record)
        try items?.write(to: root.createGroup("items"))
    }

    /// Reads a file of any kind.
    ///
    /// - Parameter withItems: whether what was measured of each item is wanted too.
    /// - Throws: `StorageError` where the file cannot be read, is no result of Saddle, or is of
    ///   another version of the layout.
    public static func read(_ path: String, withItems: Bool = false) throws -> RecordFile {
        try reading(path) { root in
            guard case .text(let kind)? = try root.attribute("saddle_record") else {
                throw StorageError(
                    .malformed, file: path, problem: "is no result that Saddle wrote",
                    remedy: "name a file made by landscape, hessian or lesion")
            }
            guard case .integer(let version)? = try root.attribute("layout_version"),
                version == layoutVersion
            else {
                let version = try root.field("layout_version")?.text ?? "unknown"
                throw StorageError(
                    .unsupported, file: path,
                    problem: "has layout version \(version); this program reads \(layoutVersion)",
                    remedy: "make it again, or use the version of Saddle that wrote it")
            }
            return try RecordFile(kind, root, path: path, withItems: withItems)
        }
    }

    private init(_ kind: String, _ root: HDF5Group, path: String, withItems: Bool) throws {
        self.kind = kind
        finding = try String(root.field("finding")) ?? ""
        var description = Record()
        for field in RunDescription().record.fields {
            guard let value = try root.field(field.info.name) else { continue }
            description.fields.append(Record.Field(field.info, value))
        }
        run = try RunDescription(description)
        run.settings = try root.group("settings").texts()
        identity = try root.group("identity").texts()
        guard try root.attribute("identity_sha256") == .text(RunIdentity.digest(identity)) else {
            throw RecordError("has an identity that is not the one it was written with")
        }
        record = try root.record(of: path)
        items = try withItems && root.contains("items")
            ? MeasuredItems(root.group("items")) : nil
    }

    /// Reads a result of a known kind.
    ///
    /// - Throws: as `read`, and `StorageError` where it is of another kind or lacks a field.
    public static func result<Result: StoredResult>(
        _ type: Result.Type, of path: String
    ) throws -> Result {
        try read(path).result(type, of: path)
    }

    /// The result as what it is.
    ///
    /// - Parameter path: the file, for messages.
    /// - Throws: `StorageError` where it is of another kind or lacks a field.
    public func result<Result: StoredResult>(
        _ type: Result.Type, of path: String
    ) throws -> Result {
        guard kind == Result.kind else {
            throw StorageError(
                .mismatch, file: path, problem: "holds a result of kind \(kind)",
                remedy: "name a file with a result of kind \(Result.kind)")
        }
        return try Self.telling(path) { try Result(record) }
    }

    /// Opens the file and hands over its root; every trouble names the file.
    private static func reading<Value>(
        _ path: String, _ body: (HDF5Group) throws -> Value
    ) throws -> Value {
        try HDF5File.reading(path) { file in try telling(path) { try body(file.root) } }
    }

    private static func telling<Value>(
        _ path: String, _ body: () throws -> Value
    ) throws -> Value {
        do { return try body() } catch let error as StorageError { throw error } catch {
            throw StorageError(
                .malformed, file: path, problem: "\(error)",
                remedy: "make it again, or use the version of Saddle that wrote it")
        }
    }
}

/// The rows that were measured, one per item: what a run goes on from and parts are joined by.
public struct MeasuredItems: Sendable, Hashable {
    /// The values of each item, all of one length; nil where it has not been measured.
    public var rows: [[Double]?]
    /// The number of values in a row.
    public var valuesPerItem: Int

    /// Rows with the number of their values.
    public init(rows: [[Double]?], valuesPerItem: Int) {
        self.rows = rows
        self.valuesPerItem = valuesPerItem
    }

    func write(to group: HDF5Group) throws {
        let missing = [Double](repeating: .nan, count: valuesPerItem)
        // Blocks of whole rows, some 64 KB each, so that many flags and gaps take little room.
        let chunk = [min(max(8192 / valuesPerItem, 1), rows.count), valuesPerItem]
        let values = try group.write(
            "values", rows.flatMap { $0 ?? missing }, shape: [rows.count, valuesPerItem],
            layout: .init(chunk: chunk, deflate: 1))
        let done = try group.write(
            "done", rows.map { $0 == nil ? 0 : 1 as UInt8 }, shape: [rows.count])
        try values.describe(
            FieldInfo(
                "values", unit: StoredUnit("that of each value"),
                "the measured row of each item, in the order of the study"),
            axes: ["item", "value"])
        try done.describe(
            FieldInfo("done", unit: .flag, "whether the item has been measured"), axes: ["item"])
    }

    init(_ group: HDF5Group) throws {
        let dataset = try group.dataset("values")
        let shape = try dataset.shape()
        let done = try group.dataset("done").read(UInt8.self)
        guard shape.count == 2, shape[1] > 0, done.count == shape[0] else {
            throw RecordError("has items of different numbers")
        }
        let values = try dataset.read(Double.self)
        let width = shape[1]
        rows = done.indices.map {
            done[$0] == 0 ? nil : Array(values[$0 * width..<($0 + 1) * width])
        }
        valuesPerItem = width
    }
}

extension String {
    /// The text of a scalar; nil where it is none.
    fileprivate init?(_ scalar: StoredScalar?) { self.init(scalars: [scalar]) }
}
