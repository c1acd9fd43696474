import Storage

/// The kinds of results that are stored.
public enum RecordKind: String, Sendable, CaseIterable {
    /// A loss landscape or a profile.
    case landscape
    /// Eigenvalues of one Hessian.
    case eigenvalues
    /// A max-eigenvalue spectrum.
    case spectrum
    /// A lesion study.
    case lesion

    /// The attribute of the root that names the kind.
    static let attribute = "saddle_record"
    /// The version of the layout, raised when readers would misunderstand a file.
    static let layoutVersion = 1

    /// The kind of result that a file holds.
    ///
    /// - Throws: `StorageError` where the file cannot be read or is no result of Saddle.
    public static func of(_ path: String) throws -> RecordKind {
        let file = try HDF5File.open(path)
        defer { file.close() }
        return try of(RecordReader(file.root, path: path))
    }

    static func of(_ reader: RecordReader) throws -> RecordKind {
        guard case .text(let name)? = try reader.group.attribute(attribute),
            let kind = RecordKind(rawValue: name)
        else {
            throw StorageError(
                .malformed, file: reader.path, problem: "is no result that Saddle wrote",
                remedy: "name a file made by landscape, hessian or lesion")
        }
        let version = try reader.integer("layout_version")
        guard version == layoutVersion else {
            throw StorageError(
                .unsupported, file: reader.path,
                problem: "has layout version \(version); this program reads \(layoutVersion)",
                remedy: "use the version of Saddle that wrote it")
        }
        return kind
    }

    /// Opens a result of this kind and hands its root to `body`.
    func read<Result>(_ path: String, _ body: (RecordReader) throws -> Result) throws -> Result {
        let file = try HDF5File.open(path)
        defer { file.close() }
        let reader = RecordReader(file.root, path: path)
        let kind = try RecordKind.of(reader)
        guard kind == self else {
            throw StorageError(
                .mismatch, file: path, problem: "holds a result of kind \(kind.rawValue)",
                remedy: "name a file with a result of kind \(rawValue)")
        }
        return try body(reader)
    }

    /// Writes a result of this kind, whole or not at all.
    func write(
        _ path: String, _ description: RunDescription, identity: [String: String],
        _ body: (HDF5Group) throws -> Void
    ) throws {
        try HDF5File.write(path) { root in
            try root.setAttribute(Self.attribute, .text(rawValue))
            try root.setAttribute("layout_version", .integer(Int64(Self.layoutVersion)))
            try description.write(to: root)
            let group = try root.createGroup("identity")
            for (name, value) in identity.sorted(by: { $0.key < $1.key }) {
                try group.setAttribute(name, .text(value))
            }
            try root.setAttribute("identity_sha256", .text(RunIdentity.digest(identity)))
            try body(root)
        }
    }
}

/// Reads named values of a group, with errors that name the file and what is missing.
struct RecordReader {
    let group: HDF5Group
    let path: String

    init(_ group: HDF5Group, path: String) {
        self.group = group
        self.path = path
    }

    func child(_ name: String) throws -> RecordReader {
        RecordReader(try group.group(name), path: path)
    }

    func text(_ name: String) throws -> String {
        guard case .text(let value)? = try group.attribute(name) else { throw missing(name) }
        return value
    }

    func real(_ name: String) throws -> Double {
        switch try group.attribute(name) {
        case .real(let value): return value
        case .integer(let value): return Double(value)
        default: throw missing(name)
        }
    }

    func integer(_ name: String) throws -> Int {
        guard case .integer(let value)? = try group.attribute(name) else { throw missing(name) }
        return Int(value)
    }

    /// A real attribute that may be absent.
    func optionalReal(_ name: String) throws -> Double? {
        try group.attribute(name) == nil ? nil : try real(name)
    }

    /// A seed, which is stored as text where it does not fit a signed integer.
    func seed(_ name: String) throws -> UInt64? {
        switch try group.attribute(name) {
        case .integer(let value): UInt64(exactly: value)
        case .text(let value): UInt64(value)
        default: nil
        }
    }

    /// A named case of an enumeration.
    func value<Value: RawRepresentable>(
        _ name: String, _ type: Value.Type
    ) throws -> Value where Value.RawValue == String {
        try parse(try text(name), name, type)
    }

    func parse<Value: RawRepresentable>(
        _ text: String, _ name: String, _ type: Value.Type
    ) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw StorageError(
                .malformed, file: path, problem: "\(group.name) has the unknown \(name) '\(text)'",
                remedy: "use the version of Saddle that wrote it")
        }
        return value
    }

    func reals(_ name: String, count: Int? = nil) throws -> [Double] {
        let values = try group.dataset(name).read(Double.self)
        try check(name, values.count, count)
        return values
    }

    func integers(_ name: String, count: Int? = nil) throws -> [Int] {
        let values = try group.dataset(name).read(Int64.self).map { Int($0) }
        try check(name, values.count, count)
        return values
    }

    func flags(_ name: String, count: Int? = nil) throws -> [Bool] {
        let values = try group.dataset(name).read(UInt8.self).map { $0 != 0 }
        try check(name, values.count, count)
        return values
    }

    func texts(_ name: String, count: Int? = nil) throws -> [String] {
        let values = try group.dataset(name).readTexts()
        try check(name, values.count, count)
        return values
    }

    /// The identity under which the file was written.
    func identity() throws -> [String: String] {
        let group = try child("identity")
        return try Dictionary(
            uniqueKeysWithValues: group.group.attributeNames().map { ($0, try group.text($0)) })
    }

    private func check(_ name: String, _ actual: Int, _ expected: Int?) throws {
        guard let expected, actual != expected else { return }
        throw StorageError(
            .malformed, file: path,
            problem: "\(group.name) has \(actual) values of \(name), not \(expected)",
            remedy: "make the file again")
    }

    private func missing(_ name: String) -> StorageError {
        StorageError(
            .missing, file: path, problem: "\(group.name) lacks the attribute \(name)",
            remedy: "use the version of Saddle that wrote it, or make the file again")
    }
}

/// Sets a seed as an integer, or as text where it does not fit a signed one.
extension HDF5Node {
    func setSeed(_ name: String, _ seed: UInt64) throws {
        let value = Int64(exactly: seed).map { HDF5Attribute.integer($0) }
        try setAttribute(name, value ?? .text(String(seed)))
    }
}
