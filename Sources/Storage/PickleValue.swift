/// A value of a pickle; containers are named by their place on the heap.
///
/// With indices instead of references, a pickle that nests a million tuples or contains itself can
/// neither exhaust the call stack nor leak.
enum PickleValue: Equatable {
    case none
    case bool(Bool)
    case integer(Int64)
    /// An integer beyond 64 bits, in its little-endian bytes.
    case largeInteger([UInt8])
    case real(Double)
    case text(String)
    case data([UInt8])
    case object(Int)
}

/// A container or constructed thing of a pickle.
struct PickleObject {
    /// What it is.
    enum Kind: Equatable {
        case list
        case tuple
        /// `items` alternate keys and values.
        case dictionary
        case constructor(PickleConstructor)
        case storage(TorchStorage)
        case tensor(TorchView)
    }

    let kind: Kind
    var items: [PickleValue] = []
}

/// The only things that a pickle may name: what the pickle of a state dict needs.
enum PickleConstructor: Equatable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case size
    case storage(ElementType)

    /// The constructor that `module` and `name` mean, or nil for every other one.
    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
            self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", "Size"): self = .size
        case ("torch", _), ("torch.cuda", _):
            guard let type = PickleConstructor.storageTypes[name] else { return nil }
            self = .storage(type)
        default: return nil
        }
    }

    private static let storageTypes: [String: ElementType] = [
        "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16,
        "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
        "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    ]
}

/// A block of numbers that tensors look at, named by a persistent id.
struct TorchStorage: Equatable {
    let key: String
    let elementType: ElementType
    /// Elements of the block as the file holds it.
    let count: Int
    /// First element of the part that is meant; not zero only for views in old files.
    let offset: Int
    /// Elements of the part that is meant.
    let length: Int
}

/// A tensor: a strided window on a storage.
struct TorchView: Equatable {
    let storage: TorchStorage
    /// First element, counted from the storage's beginning.
    let offset: Int
    let shape: [Int]
    /// Elements from one index to the next, per axis.
    let strides: [Int]

    /// Bytes of the tensor once it lies contiguously.
    var byteCount: Int { storage.elementType.byteCount(shape: shape) ?? 0 }
}
