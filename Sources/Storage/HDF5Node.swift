import CHDF5

/// The value of an attribute.
public enum HDF5Attribute: Equatable, Sendable {
    case text(String)
    case integer(Int64)
    case real(Double)
    case texts([String])
    case integers([Int64])
    case reals([Double])
}

/// A group or data set: what carries attributes.
public class HDF5Node: @unchecked Sendable {
    let handle: HDF5Handle
    /// The open file, which stays open as long as anything of it is in use.
    let owner: HDF5Handle
    /// The file's path, for messages.
    let file: String
    /// The path inside of the file, such as `/xdirection/0`.
    public let name: String

    init(handle: HDF5Handle, owner: HDF5Handle, file: String, name: String) {
        self.handle = handle
        self.owner = owner
        self.file = file
        self.name = name
    }

    /// What messages call this node.
    var place: String { file + ":" + name }

    /// The names of all attributes.
    ///
    /// - Throws: `StorageError`.
    public func attributeNames() throws -> [String] {
        try collectNames("list attributes") { list in
            H5Aiterate2(
                handle.id, H5_INDEX_NAME, H5_ITER_NATIVE, nil,
                { _, name, _, list in HDF5Node.append(name, to: list) }, list)
        }
    }

    /// The names that an iteration of the library hands to `append(_:to:)`.
    func collectNames(
        _ action: String, _ iterate: (UnsafeMutablePointer<[String]>) -> herr_t
    ) throws -> [String] {
        try HDF5Library.exclusive {
            var names: [String] = []
            let result = withUnsafeMutablePointer(to: &names, iterate)
            try HDF5Library.check(result, action, file: place)
            return names
        }
    }

    /// Adds a name to the list that `collectNames` hands through the library.
    static func append(
        _ name: UnsafePointer<CChar>?, to list: UnsafeMutableRawPointer?
    ) -> herr_t {
        guard let name, let list = list?.assumingMemoryBound(to: [String].self) else { return -1 }
        list.pointee.append(String(cString: name))
        return 0
    }

    /// Sets the attribute `name`, whether or not it was there.
    ///
    /// - Throws: `StorageError`.
    public func setAttribute(_ name: String, _ value: HDF5Attribute) throws {
        try HDF5Library.exclusive {
            if try hasAttribute(name) {
                try HDF5Library.check(
                    H5Adelete(handle.id, name), "replace the attribute '\(name)'", file: place)
            }
            switch value {
            case .text(let text): try write(name, HDF5Texts.type(file: place), nil, [text])
            case .texts(let texts):
                try write(name, HDF5Texts.type(file: place), texts.count, texts)
            case .integer(let number): try writeNumbers(name, nil, [number])
            case .integers(let numbers): try writeNumbers(name, numbers.count, numbers)
            case .real(let number): try writeNumbers(name, nil, [number])
            case .reals(let numbers): try writeNumbers(name, numbers.count, numbers)
            }
        }
    }

    /// The attribute `name`, or nil where it is not set.
    ///
    /// - Throws: `StorageError` of kind `unsupported` for types other than text and numbers.
    public func attribute(_ name: String) throws -> HDF5Attribute? {
        try HDF5Library.exclusive {
            guard try hasAttribute(name) else { return nil }
            let place = "\(place)@\(name)"
            let attribute = try HDF5Handle(
                H5Aopen(handle.id, name, 0), "open the attribute", file: place)
            let space = try HDF5Handle(
                H5Aget_space(attribute.id), "read its shape", file: place)
            let type = try HDF5Handle(H5Aget_type(attribute.id), "read its type", file: place)
            let kind = H5Sget_simple_extent_type(space.id)
            let shape = kind == H5S_NULL ? [0] : try HDF5Library.shape(space, file: place)
            let isSingle = kind == H5S_SCALAR
            switch H5Tget_class(type.id) {
            case H5T_STRING:
                let count = try HDF5Library.count(shape, size: 16, from: owner, file: place)
                guard try HDF5Texts.areBounded(count, type, owner) || count <= 256 else {
                    throw StorageError(
                        .tooLarge, file: place, problem: "declares \(count) texts",
                        remedy: "make the file again")
                }
                let texts = try HDF5Texts.read(
                    count: count, type: type, space: space, from: owner, file: place
                ) { H5Aread(attribute.id, $0, $1) }
                if isSingle, let text = texts.first { return .text(text) }
                return .texts(texts)
            case H5T_INTEGER, H5T_ENUM:
                let numbers: [Int64] = try readNumbers(attribute, shape, place)
                if isSingle, let number = numbers.first { return .integer(number) }
                return .integers(numbers)
            case H5T_FLOAT:
                let numbers: [Double] = try readNumbers(attribute, shape, place)
                if isSingle, let number = numbers.first { return .real(number) }
                return .reals(numbers)
            default:
                throw StorageError(
                    .unsupported, file: place, problem: "is neither text nor number",
                    remedy: "store it as one of these")
            }
        }
    }

    private func hasAttribute(_ name: String) throws -> Bool {
        try HDF5Library.check(
            H5Aexists(handle.id, name), "look for the attribute '\(name)'", file: place) > 0
    }

    private func create(_ name: String, _ type: hid_t, _ count: Int?) throws -> HDF5Handle {
        let doing = "create the attribute '\(name)'"
        let space: HDF5Handle
        if let count {
            space = try HDF5Handle(H5Screate_simple(1, [hsize_t(count)], nil), doing, file: place)
        } else {
            space = try HDF5Handle(H5Screate(H5S_SCALAR), doing, file: place)
        }
        return try HDF5Handle(
            H5Acreate2(handle.id, name, type, space.id, 0, 0), doing, file: place)
    }

    private func write(
        _ name: String, _ type: HDF5Handle, _ count: Int?, _ texts: [String]
    ) throws {
        let attribute = try create(name, type.id, count)
        guard !texts.isEmpty else { return }
        try HDF5Texts.write(texts, file: place) { H5Awrite(attribute.id, type.id, $0) }
    }

    private func writeNumbers<Number: HDF5Number>(
        _ name: String, _ count: Int?, _ numbers: [Number]
    ) throws {
        let type = Number.hdf5Type
        let attribute = try create(name, type, count)
        guard !numbers.isEmpty else { return }
        try HDF5Library.check(
            H5Awrite(attribute.id, type, numbers), "write the attribute '\(name)'", file: place)
    }

    private func readNumbers<Number: HDF5Number>(
        _ attribute: HDF5Handle, _ shape: [Int], _ place: String
    ) throws -> [Number] {
        let count = try HDF5Library.count(
            shape, size: MemoryLayout<Number>.size, from: owner, file: place)
        var numbers = [Number](repeating: 0, count: count)
        guard count > 0 else { return [] }
        try HDF5Library.check(
            H5Aread(attribute.id, Number.hdf5Type, &numbers), "read the attribute", file: place)
        return numbers
    }
}
