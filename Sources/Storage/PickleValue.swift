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
        /// An object of a class that no state dict needs; `items` alternate keys and values where it
        /// is a mapping.
        case opaque(String)
    }

    let kind: Kind
    var items: [PickleValue] = []

    var isTensor: Bool {
        if case .tensor = kind { true } else { false }
    }

    var isOpaque: Bool {
        if case .opaque = kind { true } else { false }
    }

    /// The class of an opaque object, or the name of a foreign class itself.
    var className: String {
        switch kind {
        case .opaque(let name), .constructor(.foreign(let name)): name
        case .list, .tuple, .dictionary, .constructor, .storage, .tensor: "tensor"
        }
    }
}

/// What a pickle names: the constructors that the pickle of a state dict needs, and all others.
enum PickleConstructor: Equatable {
    case orderedDictionary
    case rebuildTensor
    /// A tensor of a subclass, made by `rebuildTensor`.
    case rebuildSubclass
    case rebuildParameter
    case size
    case storage(ElementType)
    /// Any other class or function: nothing is run, what it makes is opaque.
    case foreign(String)

    /// The constructor that `module` and `name` mean.
    init(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
            self = .rebuildTensor
        case ("torch._tensor", "_rebuild_from_type_v2"): self = .rebuildSubclass
        case ("torch._utils", "_rebuild_parameter"),
            ("torch._utils", "_rebuild_parameter_with_state"):
            self = .rebuildParameter
        case ("torch", "Size"): self = .size
        case ("torch", _), ("torch.cuda", _):
            let type = PickleConstructor.storageTypes[name]
            self = type.map { .storage($0) } ?? .foreign("\(module).\(name)")
        default: self = .foreign("\(module).\(name)")
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
