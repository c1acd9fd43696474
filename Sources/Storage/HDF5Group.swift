import CHDF5

/// A group: holds data sets and further groups by name.
public final class HDF5Group: HDF5Node, @unchecked Sendable {
    /// How a data set lies in the file.
    public struct Layout: Sendable {
        /// Sizes of the blocks that are stored and compressed one by one; nil for one piece.
        public var chunk: [Int]?
        /// Compression from 1 (fast) to 9 (small); nil for none. Needs `chunk`.
        public var deflate: Int?

        /// One piece, uncompressed, unless said otherwise.
        public init(chunk: [Int]? = nil, deflate: Int? = nil) {
            self.chunk = chunk
            self.deflate = deflate
        }
    }

    /// The names of what the group holds, in alphabetical order.
    ///
    /// - Throws: `StorageError`.
    public func names() throws -> [String] {
        try collectNames("list the group") { list in
            H5Literate(
                handle.id, H5_INDEX_NAME, H5_ITER_INC, nil,
                { _, name, _, list in HDF5Node.append(name, to: list) }, list)
        }
    }

    /// Whether the group holds something called `child` (one name, no path).
    ///
    /// - Throws: `StorageError`.
    public func contains(_ child: String) throws -> Bool {
        try HDF5Library.exclusive {
            try HDF5Library.check(
                H5Lexists(handle.id, child, 0), "look for '\(child)'", file: place) > 0
        }
    }

    /// The group `child`.
    ///
    /// - Throws: `StorageError` of kind `missing` if there is none, with the names that are there.
    public func group(_ child: String) throws -> HDF5Group {
        try HDF5Library.exclusive {
            try require(child)
            let handle = try HDF5Handle(
                H5Gopen2(handle.id, child, 0), "open the group '\(child)'", file: place)
            return HDF5Group(handle: handle, owner: owner, file: file, name: path(child))
        }
    }

    /// Makes the group `child`.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the name is taken.
    public func createGroup(_ child: String) throws -> HDF5Group {
        try HDF5Library.exclusive {
            try requireFree(child)
            let handle = try HDF5Handle(
                H5Gcreate2(handle.id, child, 0, 0, 0), "create the group '\(child)'", file: place)
            return HDF5Group(handle: handle, owner: owner, file: file, name: path(child))
        }
    }

    /// The data set `child`.
    ///
    /// - Throws: `StorageError` of kind `missing` if there is none, with the names that are there.
    public func dataset(_ child: String) throws -> HDF5Dataset {
        try HDF5Library.exclusive {
            try require(child)
            let handle = try HDF5Handle(
                H5Dopen2(handle.id, child, 0), "open the data set '\(child)'", file: place)
            return HDF5Dataset(handle: handle, owner: owner, file: file, name: path(child))
        }
    }

    /// Makes the data set `child` of numbers.
    ///
    /// - Parameters:
    ///   - type: what the file holds: `Double`, `Float`, `Int64` or `UInt8`.
    ///   - shape: sizes, slowest-varying first; empty for a single number.
    /// - Throws: `StorageError` of kind `mismatch` if the name is taken or the layout does not fit.
    public func createDataset<Number: HDF5Number>(
        _ child: String, _ type: Number.Type, shape: [Int], layout: Layout = Layout()
    ) throws -> HDF5Dataset {
        try HDF5Library.exclusive { try create(child, Number.hdf5Type, shape, layout) }
    }

    /// Makes the data set `child` with all its `values`.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the values do not fill the shape.
    @discardableResult
    public func write<Number: HDF5Number>(
        _ child: String, _ values: [Number], shape: [Int], layout: Layout = Layout()
    ) throws -> HDF5Dataset {
        let dataset = try createDataset(child, Number.self, shape: shape, layout: layout)
        try dataset.write(values)
        return dataset
    }

    /// Makes the data set `child` of UTF-8 text; without `shape` it is a list.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the texts do not fill the shape.
    @discardableResult
    public func write(
        _ child: String, texts: [String], shape: [Int]? = nil
    ) throws -> HDF5Dataset {
        try HDF5Library.exclusive {
            let type = try HDF5Texts.type(file: place)
            let dataset = try create(child, type.id, shape ?? [texts.count], Layout())
            try dataset.write(texts: texts)
            return dataset
        }
    }

    private func path(_ child: String) -> String {
        name == "/" ? "/" + child : name + "/" + child
    }

    private func require(_ child: String) throws {
        guard try contains(child) else {
            let names = try names().prefix(12).joined(separator: ", ")
            throw StorageError(
                .missing, file: place, problem: "holds no \(StorageError.quoted(child))",
                remedy: names.isEmpty ? "it is empty" : "it holds \(names)")
        }
    }

    private func requireFree(_ child: String) throws {
        guard try !contains(child) else {
            throw StorageError(
                .mismatch, file: place, problem: "already holds \(StorageError.quoted(child))",
                remedy: "choose another name")
        }
    }

    private func create(
        _ child: String, _ type: hid_t, _ shape: [Int], _ layout: Layout
    ) throws -> HDF5Dataset {
        try requireFree(child)
        let doing = "create the data set '\(child)'"
        try check(shape, layout, child)
        let list = try HDF5Handle(H5Pcreate(saddle_h5_dataset_creation()), doing, file: place)
        // Without times in it, the same content makes the same file.
        try HDF5Library.check(H5Pset_obj_track_times(list.id, false), doing, file: place)
        if let chunk = layout.chunk {
            let sizes = chunk.map { hsize_t($0) }
            try HDF5Library.check(
                H5Pset_chunk(list.id, Int32(sizes.count), sizes), doing, file: place)
        }
        if let level = layout.deflate {
            try HDF5Library.check(H5Pset_deflate(list.id, UInt32(level)), doing, file: place)
        }
        let sizes = shape.map { hsize_t($0) }
        let space = try HDF5Handle(
            shape.isEmpty
                ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(sizes.count), sizes, nil),
            doing, file: place)
        let handle = try HDF5Handle(
            H5Dcreate2(handle.id, child, type, space.id, 0, list.id, 0), doing, file: place)
        return HDF5Dataset(handle: handle, owner: owner, file: file, name: path(child))
    }

    private func check(_ shape: [Int], _ layout: Layout, _ child: String) throws {
        let isChunked = layout.chunk != nil
        guard shape.allSatisfy({ $0 >= 0 }), shape.count <= 32,
            layout.chunk?.count ?? shape.count == shape.count,
            isChunked || layout.deflate == nil,
            layout.chunk?.allSatisfy({ $0 > 0 && $0 <= Int(UInt32.max) }) ?? true,
            (0...9).contains(layout.deflate ?? 0), !(isChunked && shape.isEmpty)
        else {
            throw StorageError(
                .mismatch, file: place,
                problem: "data set \(StorageError.quoted(child)) of shape \(shape) cannot have "
                    + "\(layout)",
                remedy: "give a positive chunk size per axis, needed to compress (0 to 9)")
        }
    }
}
