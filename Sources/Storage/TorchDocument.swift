/// The object of a PyTorch file, with the way to its storages.
struct TorchDocument {
    private let file: String
    private let heap: [PickleObject]
    private let load: (TorchStorage) throws -> [UInt8]
    private var storages: [String: [UInt8]] = [:]
    /// Bytes that tensors may still take: views can repeat elements, so that a small file asks for
    /// more memory than there is.
    private var budget: Int
    /// Values that may still be made: containers can hold each other many times over.
    private var valueBudget = 1_000_000
    let root: PickleValue

    /// The document of an interpreted pickle; `load` gives a storage's bytes.
    init(
        file: String, fileSize: Int, heap: [PickleObject], root: PickleValue,
        load: @escaping (TorchStorage) throws -> [UInt8]
    ) {
        self.file = file
        self.heap = heap
        self.root = root
        self.load = load
        budget = 16 * fileSize + (64 << 20)
    }

    /// The pairs of a dictionary, a repeated key's last value at its first place; nil for all else.
    func pairs(of value: PickleValue) -> [(key: String, value: PickleValue)]? {
        guard case .object(let index) = value, heap[index].kind == .dictionary else { return nil }
        let items = heap[index].items
        var pairs: [(key: String, value: PickleValue)] = []
        var places: [String: Int] = [:]
        for item in stride(from: 0, to: items.count - 1, by: 2) {
            let key: String
            switch items[item] {
            case .text(let text): key = text
            case .integer(let number): key = String(number)
            case .none, .bool, .largeInteger, .real, .data, .object: continue
            }
            if let place = places[key] {
                pairs[place].value = items[item + 1]
            } else {
                places[key] = pairs.count
                pairs.append((key, items[item + 1]))
            }
        }
        return pairs
    }

    /// Whether `value` is a tensor.
    func isTensor(_ value: PickleValue) -> Bool {
        guard case .object(let index) = value, case .tensor = heap[index].kind else { return false }
        return true
    }

    /// The tensor `value` in contiguous row-major order; nil for all else.
    ///
    /// - Throws: `StorageError` if the storage is absent, too short, or the tensor too large.
    mutating func tensor(_ value: PickleValue, name: String) throws -> StoredTensor? {
        guard case .object(let index) = value, case .tensor(let view) = heap[index].kind else {
            return nil
        }
        guard view.byteCount <= budget else {
            throw StorageError(
                .tooLarge, file: file,
                problem: "tensor \(StorageError.quoted(name)) of shape \(view.shape) repeats its "
                    + "storage beyond the file's size",
                remedy: "save a contiguous copy of it")
        }
        budget -= view.byteCount
        let bytes = try self.bytes(of: view.storage)
        return StoredTensor(
            unchecked: name, shape: view.shape, elementType: view.storage.elementType,
            bytes: view.contiguous(in: bytes))
    }

    private mutating func bytes(of storage: TorchStorage) throws -> [UInt8] {
        let bytes: [UInt8]
        if let known = storages[storage.key] {
            bytes = known
        } else {
            bytes = try load(storage)
            storages[storage.key] = bytes
        }
        guard let needed = storage.elementType.byteCount(shape: [storage.count]),
            bytes.count >= needed
        else {
            throw StorageError(
                .truncated, file: file,
                problem: "storage \(StorageError.quoted(storage.key)) has \(bytes.count) bytes, "
                    + "\(storage.count) elements of \(storage.elementType) are declared",
                remedy: "the file is incomplete, save or download it again")
        }
        return bytes
    }

    /// The value in plain form.
    ///
    /// - Throws: `StorageError` of kind `tooLarge` for values that hold each other without end.
    mutating func plain(
        _ value: PickleValue, name: String, depth: Int = 0
    ) throws -> CheckpointValue {
        valueBudget -= 1
        guard depth < 64, valueBudget > 0 else { throw tooLarge(name) }
        switch value {
        case .none: return .none
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .real(let value): return .real(value)
        case .text(let value): return .text(value)
        case .largeInteger(let bytes), .data(let bytes):
            valueBudget -= bytes.count
            guard valueBudget > 0 else { throw tooLarge(name) }
            return .list(bytes.map { .integer(Int64($0)) })
        case .object(let index):
            if let tensor = try tensor(value, name: name) { return .tensor(tensor) }
            var items: [CheckpointValue] = []
            for item in heap[index].items {
                items.append(try plain(item, name: name, depth: depth + 1))
            }
            switch heap[index].kind {
            case .tuple: return .tuple(items)
            case .dictionary:
                return .dictionary(
                    stride(from: 0, to: items.count - 1, by: 2).map {
                        CheckpointValue.Pair(key: items[$0], value: items[$0 + 1])
                    })
            case .list, .constructor, .storage, .tensor: return .list(items)
            }
        }
    }
}

extension TorchDocument {
    private func tooLarge(_ name: String) -> StorageError {
        StorageError(
            .tooLarge, file: file,
            problem: "entry \(StorageError.quoted(name)) is nested too deeply or endlessly, or holds"
                + " too much",
            remedy: "save only model.state_dict() with torch.save")
    }
}

extension TorchView {
    /// The window's elements in row-major order, from the bytes of the whole storage.
    ///
    /// The interpreter has checked that the window lies inside of the storage's elements.
    func contiguous(in bytes: [UInt8]) -> [UInt8] {
        let size = storage.elementType.size
        if byteCount == 0 { return [] }
        let first = storage.offset + offset
        if isContiguous {
            return Array(bytes[first * size..<first * size + byteCount])
        }
        var result: [UInt8] = []
        result.reserveCapacity(byteCount)
        var index = [Int](repeating: 0, count: shape.count)
        var element = first
        while true {
            result += bytes[element * size..<element * size + size]
            // The next index, last axis fastest.
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                // An axis of one element may have any stride: the sum may wrap, and comes back.
                element &+= strides[axis]
                if index[axis] < shape[axis] { break }
                element &-= strides[axis] &* shape[axis]
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return result }
        }
    }

    private var isContiguous: Bool {
        var expected = 1
        for (extent, stride) in zip(shape, strides).reversed() {
            if extent != 1, stride != expected { return false }
            expected *= extent
        }
        return true
    }
}
