import CHDF5

/// A data set: numbers or text on a rectangular grid.
public final class HDF5Dataset: HDF5Node, @unchecked Sendable {
    /// Sizes now, slowest-varying first; empty for a single value.
    ///
    /// - Throws: `StorageError`.
    public func shape() throws -> [Int] {
        try HDF5Library.exclusive { try HDF5Library.shape(space(), file: place) }
    }

    /// What kinds of values a data set can hold.
    public enum Content: Sendable {
        case text
        /// Whole numbers of one byte, as flags are stored.
        case bytes
        case integers
        case reals
    }

    /// What the file holds here.
    ///
    /// - Throws: `StorageError` of kind `unsupported` for anything but text and numbers.
    public func content() throws -> Content {
        try HDF5Library.exclusive {
            let type = try type()
            switch H5Tget_class(type.id) {
            case H5T_STRING: return .text
            case H5T_INTEGER, H5T_ENUM: return H5Tget_size(type.id) == 1 ? .bytes : .integers
            case H5T_FLOAT: return .reals
            default:
                throw StorageError(
                    .unsupported, file: place, problem: "is neither text nor number",
                    remedy: "store it as one of these")
            }
        }
    }

    /// All numbers in row-major order, converted to `type`.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the file holds text, or fractions where whole
    ///   numbers are asked for.
    public func read<Number: HDF5Number>(_ type: Number.Type) throws -> [Number] {
        try HDF5Library.exclusive {
            try requireNumbers(readingAs: type)
            let shape = try shape()
            let size = MemoryLayout<Number>.size
            var values = [Number](
                repeating: 0, count: try HDF5Library.count(shape, size: size, from: owner, file: place))
            guard !values.isEmpty else { return [] }
            try HDF5Library.check(
                H5Dread(handle.id, Number.hdf5Type, 0, 0, 0, &values), "read it", file: place)
            return values
        }
    }

    /// The block of `count` elements per axis that begins at `start`, in row-major order.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the block is not inside of the shape.
    public func read<Number: HDF5Number>(
        _ type: Number.Type, from start: [Int], count: [Int]
    ) throws -> [Number] {
        try HDF5Library.exclusive {
            try requireNumbers(readingAs: type)
            let (block, memory) = try block(from: start, count: count)
            let size = MemoryLayout<Number>.size
            var values = [Number](
                repeating: 0, count: try HDF5Library.count(count, size: size, from: owner, file: place))
            guard !values.isEmpty else { return [] }
            try HDF5Library.check(
                H5Dread(handle.id, Number.hdf5Type, memory.id, block.id, 0, &values),
                "read a block of it", file: place)
            return values
        }
    }

    /// All texts in row-major order.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the file holds numbers.
    public func readTexts() throws -> [String] {
        try HDF5Library.exclusive {
            let type = try type()
            guard H5Tget_class(type.id) == H5T_STRING else {
                throw mismatch("holds no text", "read it as numbers")
            }
            let space = try space()
            let shape = try HDF5Library.shape(space, file: place)
            let count = try HDF5Library.count(shape, size: 16, from: owner, file: place)
            if try HDF5Texts.areBounded(count, type, owner) || shape.isEmpty {
                return try HDF5Texts.read(
                    count: count, type: type, space: space, from: owner, file: place
                ) { H5Dread(handle.id, $0, 0, 0, 0, $1) }
            }
            // Many texts may be one and the same in the file: one by one they are counted.
            return try (0..<count).flatMap { number in
                var (rest, start) = (number, shape)
                for axis in shape.indices.reversed() {
                    start[axis] = rest % shape[axis]
                    rest /= shape[axis]
                }
                let (block, memory) = try block(from: start, count: shape.map { _ in 1 })
                return try HDF5Texts.read(
                    count: 1, type: type, space: memory, from: owner, file: place
                ) { H5Dread(handle.id, $0, memory.id, block.id, 0, $1) }
            }
        }
    }

    /// Writes all numbers, in row-major order.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if they do not fill the shape.
    public func write<Number: HDF5Number>(_ values: [Number]) throws {
        try HDF5Library.exclusive {
            try requireCount(values.count, shape())
            guard !values.isEmpty else { return }
            try HDF5Library.check(
                H5Dwrite(handle.id, Number.hdf5Type, 0, 0, 0, values), "write it", file: place)
        }
    }

    /// Writes the block of `count` elements per axis that begins at `start`.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if the block is not inside of the shape or the
    ///   values do not fill it.
    public func write<Number: HDF5Number>(
        _ values: [Number], at start: [Int], count: [Int]
    ) throws {
        try HDF5Library.exclusive {
            let (block, memory) = try block(from: start, count: count)
            try requireCount(values.count, count)
            guard !values.isEmpty else { return }
            try HDF5Library.check(
                H5Dwrite(handle.id, Number.hdf5Type, memory.id, block.id, 0, values),
                "write a block of it", file: place)
        }
    }

    /// Writes all texts, in row-major order.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if they do not fill the shape.
    public func write(texts: [String]) throws {
        try HDF5Library.exclusive {
            try requireCount(texts.count, shape())
            guard !texts.isEmpty else { return }
            let type = try HDF5Texts.type(file: place)
            try HDF5Texts.write(texts, file: place) {
                H5Dwrite(handle.id, type.id, 0, 0, 0, $0)
            }
        }
    }

    func space() throws -> HDF5Handle {
        try HDF5Handle(H5Dget_space(handle.id), "read its shape", file: place)
    }

    private func type() throws -> HDF5Handle {
        try HDF5Handle(H5Dget_type(handle.id), "read its type", file: place)
    }

    private func requireNumbers<Number: HDF5Number>(readingAs: Number.Type) throws {
        let type = try type()
        switch H5Tget_class(type.id) {
        case H5T_INTEGER, H5T_ENUM: return
        case H5T_FLOAT:
            guard Number.keepsFractions else {
                throw mismatch("holds fractions", "read it as Double, not \(Number.self)")
            }
        default: throw mismatch("holds no numbers", "read it as text")
        }
    }

    private func requireCount(_ count: Int, _ shape: [Int]) throws {
        guard try HDF5Library.count(shape, file: place) == count else {
            throw mismatch("is given \(count) values for the shape \(shape)", "give as many")
        }
    }

    /// The block in the file and its like in memory.
    private func block(
        from start: [Int], count: [Int]
    ) throws -> (file: HDF5Handle, memory: HDF5Handle) {
        let space = try space()
        let shape = try HDF5Library.shape(space, file: place)
        let isInside =
            !shape.isEmpty && start.count == shape.count && count.count == shape.count
            && shape.indices.allSatisfy { axis in
                start[axis] >= 0 && count[axis] >= 0 && start[axis] <= shape[axis]
                    && count[axis] <= shape[axis] - start[axis]
            }
        guard isInside else {
            throw mismatch(
                "has the shape \(shape)", "choose a block inside of it, not \(count) from \(start)")
        }
        let sizes = count.map { hsize_t($0) }
        try HDF5Library.check(
            H5Sselect_hyperslab(
                space.id, H5S_SELECT_SET, start.map { hsize_t($0) }, nil, sizes, nil),
            "choose a block of it", file: place)
        let memory = try HDF5Handle(
            H5Screate_simple(Int32(sizes.count), sizes, nil), "choose a block of it", file: place)
        return (space, memory)
    }

    func mismatch(_ problem: String, _ remedy: String) -> StorageError {
        StorageError(.mismatch, file: place, problem: problem, remedy: remedy)
    }
}
