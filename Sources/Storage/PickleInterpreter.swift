/// Reads the pickle of a state dict and never runs what it names.
///
/// Opcodes are those of protocols 2 to 5. Constructors are looked up in `PickleConstructor`; what any
/// other makes is opaque: its class is kept, and the entries of mappings. Source of the opcodes'
/// meaning: the Python standard library's `pickletools`.
struct PickleInterpreter {
    private var reader: ByteReader
    /// Containers, in the order of their making.
    private(set) var heap: [PickleObject] = []
    private var stack: [PickleValue] = []
    /// Stack heights at which marks stand.
    private var marks: [Int] = []
    private var memo: [UInt32: PickleValue] = [:]
    /// What may still be made, in units of at most 50 bytes: an opcode of one byte can make a value
    /// of many, and a call can copy a list as often as it likes.
    private var budget = PickleInterpreter.limit

    /// Units that one pickle may take: some 600,000 containers, or four million numbers.
    private static let limit = 1 << 22

    /// An interpreter at the beginning of a pickle.
    init(_ reader: ByteReader) {
        self.reader = reader
    }

    /// Where the pickle ended, once `run` is through.
    var position: Int { reader.position }

    /// Interprets up to the opcode STOP and returns the value.
    ///
    /// - Throws: `StorageError` of kind `truncated`, `malformed` or `unsupported`.
    mutating func run() throws -> PickleValue {
        while true {
            let code = try reader.byte()
            if code == UInt8(ascii: ".") {
                let value = try pop()
                guard stack.isEmpty, marks.isEmpty else {
                    throw malformed("values are left on the stack at the end")
                }
                return value
            }
            try step(code)
        }
    }

    private mutating func spend(_ count: Int) throws {
        budget -= count
        guard budget >= 0 else {
            throw StorageError(
                .tooLarge, file: reader.file,
                problem: "its pickle makes more than \(PickleInterpreter.limit) values",
                remedy: "save only model.state_dict() with torch.save")
        }
    }

    private mutating func step(_ code: UInt8) throws {
        try spend(1)
        switch code {
        case 0x80: try readProtocol()
        case 0x95: _ = try reader.take(8)
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"): try discard()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): stack.append(try top())
        case UInt8(ascii: "N"), 0x88, 0x89, UInt8(ascii: "J"), UInt8(ascii: "K"),
            UInt8(ascii: "M"), 0x8A, 0x8B, UInt8(ascii: "G"):
            stack.append(try number(code))
        case UInt8(ascii: "T"), UInt8(ascii: "U"), UInt8(ascii: "X"), 0x8C, 0x8D,
            UInt8(ascii: "B"), UInt8(ascii: "C"), 0x8E, 0x96:
            stack.append(try text(code))
        case UInt8(ascii: "]"): try push(.list)
        case UInt8(ascii: ")"): try push(.tuple)
        case UInt8(ascii: "}"): try push(.dictionary)
        case UInt8(ascii: "l"): try push(.list, try popToMark())
        case UInt8(ascii: "t"): try push(.tuple, try popToMark())
        case UInt8(ascii: "d"): try push(.dictionary, try pairs(popToMark()))
        case 0x85, 0x86, 0x87:
            var items: [PickleValue] = []
            for _ in 0x85...code { items.append(try pop()) }
            try push(.tuple, items.reversed())
        case UInt8(ascii: "a"): try extend(.list, with: [pop()])
        case UInt8(ascii: "e"): try extend(.list, with: popToMark())
        case UInt8(ascii: "s"):
            let value = try pop()
            try extend(.dictionary, with: [pop(), value])
        case UInt8(ascii: "u"): try extend(.dictionary, with: pairs(popToMark()))
        case 0x8F: try push(.opaque("set"))
        case 0x90:
            _ = try popToMark()
            try extend(.list, with: [])
        case 0x91:
            _ = try popToMark()
            try push(.opaque("frozenset"))
        case UInt8(ascii: "q"): try remember(UInt32(reader.byte()))
        case UInt8(ascii: "r"): try remember(reader.integer(UInt32.self))
        case 0x94: try remember(UInt32(clamping: memo.count))
        case UInt8(ascii: "h"): stack.append(try recall(UInt32(reader.byte())))
        case UInt8(ascii: "j"): stack.append(try recall(reader.integer(UInt32.self)))
        case UInt8(ascii: "c"):
            let module = try reader.line()
            try push(.constructor(PickleConstructor(module: module, name: try reader.line())))
        case 0x93: try stackGlobal()
        case UInt8(ascii: "R"), 0x81: try reduce()
        case 0x92:
            _ = try pop()
            try reduce()
        case UInt8(ascii: "b"): try build()
        case UInt8(ascii: "Q"): try persist()
        default:
            throw StorageError(
                .unsupported, file: reader.file,
                problem: "pickle opcode 0x\(String(code, radix: 16)) at offset "
                    + "\(reader.position - 1) is none that a state dict needs",
                remedy: "save model.state_dict() with torch.save")
        }
    }

    // MARK: Stack

    private mutating func push(_ kind: PickleObject.Kind, _ items: [PickleValue] = []) throws {
        try spend(6 + items.count)
        stack.append(.object(heap.count))
        heap.append(PickleObject(kind: kind, items: items))
    }

    private func top() throws -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else { throw underflow() }
        return value
    }

    private mutating func pop() throws -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    /// POP takes a mark where one is on top.
    private mutating func discard() throws {
        if let mark = marks.last, mark == stack.count {
            marks.removeLast()
        } else {
            _ = try pop()
        }
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast(), mark <= stack.count else {
            throw malformed("a mark is wanted where none is")
        }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private func recall(_ index: UInt32) throws -> PickleValue {
        guard let value = memo[index] else {
            throw malformed("memo entry \(index) is read before it is written")
        }
        return value
    }

    private func pairs(_ items: [PickleValue]) throws -> [PickleValue] {
        guard items.count.isMultiple(of: 2) else { throw malformed("a key has no value") }
        return items
    }

    /// Adds items to a container; of opaque objects the entries of mappings are kept.
    private mutating func extend(_ kind: PickleObject.Kind, with items: [PickleValue]) throws {
        guard case .object(let index) = try top(),
            heap[index].kind == kind || heap[index].isOpaque
        else { throw malformed("items are added to what is no \(kind)") }
        guard !heap[index].isOpaque || kind == .dictionary else { return }
        try spend(items.count)
        heap[index].items += items
    }

    private mutating func remember(_ index: UInt32) throws {
        try spend(2)
        memo[index] = try top()
    }

    // MARK: Scalars

    private mutating func readProtocol() throws {
        let version = try reader.byte()
        guard (2...5).contains(version) else {
            throw StorageError(
                .unsupported, file: reader.file, problem: "pickle protocol \(version)",
                remedy: "save with protocol 2, torch.save's default")
        }
    }

    private mutating func number(_ code: UInt8) throws -> PickleValue {
        switch code {
        case 0x88: return .bool(true)
        case 0x89: return .bool(false)
        case UInt8(ascii: "J"): return .integer(Int64(try reader.integer(Int32.self)))
        case UInt8(ascii: "K"): return .integer(Int64(try reader.byte()))
        case UInt8(ascii: "M"): return .integer(Int64(try reader.integer(UInt16.self)))
        case 0x8A: return wide(try reader.take(Int(reader.byte())))
        case 0x8B: return wide(try reader.take(Int(reader.integer(Int32.self))))
        case UInt8(ascii: "G"):
            let bits = try reader.take(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            return .real(Double(bitPattern: bits))
        default: return .none
        }
    }

    /// A two's-complement integer of any length.
    private func wide(_ bytes: ArraySlice<UInt8>) -> PickleValue {
        guard bytes.count <= 8 else { return .largeInteger(Array(bytes)) }
        let isNegative = (bytes.last ?? 0) >= 0x80
        let filled = bytes.reversed().reduce(isNegative ? -1 : 0 as Int64) {
            $0 << 8 | Int64($1)
        }
        return .integer(filled)
    }

    private mutating func text(_ code: UInt8) throws -> PickleValue {
        let length: UInt64 =
            switch code {
            case UInt8(ascii: "U"), UInt8(ascii: "C"), 0x8C: UInt64(try reader.byte())
            case 0x8D, 0x8E, 0x96: try reader.integer(UInt64.self)
            default: UInt64(try reader.integer(UInt32.self))
            }
        let bytes = try reader.take(Int(clamping: length))
        switch code {
        case UInt8(ascii: "B"), UInt8(ascii: "C"), 0x8E, 0x96: return .data(Array(bytes))
        default: return .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    // MARK: Constructors

    private mutating func stackGlobal() throws {
        let name = try pop()
        guard case .text(let module) = try pop(), case .text(let name) = name else {
            throw malformed("a constructor's name is no text")
        }
        try push(.constructor(PickleConstructor(module: module, name: name)))
    }

    /// Calls, or what would be calls: only the constructors of a state dict make anything.
    private mutating func reduce() throws {
        let arguments = try elements(of: pop(), as: .tuple)
        guard case .object(let index) = try pop() else {
            throw malformed("what is called is no constructor")
        }
        switch heap[index].kind {
        case .constructor(let constructor): try construct(constructor, arguments)
        case .opaque(let name): try push(.opaque(name))
        case .list, .tuple, .dictionary, .storage, .tensor:
            throw malformed("what is called is no constructor")
        }
    }

    private mutating func construct(
        _ constructor: PickleConstructor, _ arguments: [PickleValue]
    ) throws {
        switch constructor {
        case .orderedDictionary:
            var items: [PickleValue] = []
            if let list = arguments.first {
                for pair in try elements(of: list, as: .list) {
                    guard case .object(let index) = pair, heap[index].items.count == 2 else {
                        throw malformed("an OrderedDict is made of what are no pairs")
                    }
                    try spend(2)
                    items += heap[index].items
                }
            }
            try push(.dictionary, items)
        case .rebuildTensor: try push(tensor(arguments))
        case .rebuildSubclass:
            // The function that the class is made with, the class, and that function's arguments.
            guard arguments.count >= 3, case .object(let function) = arguments[0],
                case .object(let type) = arguments[1]
            else { throw malformed("a tensor of a class of its own has no three fields") }
            guard heap[function].kind == .constructor(.rebuildTensor) else {
                try push(.opaque(heap[type].className))
                return
            }
            try push(tensor(elements(of: arguments[2], as: .tuple)))
        case .rebuildParameter:
            guard let first = arguments.first, case .object(let index) = first,
                heap[index].isTensor || heap[index].isOpaque
            else { throw malformed("a parameter is made of what is no tensor") }
            stack.append(first)
        case .size:
            guard arguments.count == 1, let sizes = arguments.first else {
                throw malformed("a torch.Size is made of \(arguments.count) values")
            }
            try push(.tuple, try elements(of: sizes, as: .tuple))
        case .storage(let type): throw malformed("a storage of \(type) is called")
        case .foreign(let name): try push(.opaque(name))
        }
    }

    /// BUILD sets attributes, such as the versions of modules on an OrderedDict: no content.
    private mutating func build() throws {
        _ = try pop()
        guard case .object(let index) = try top(),
            heap[index].kind == .dictionary || heap[index].isOpaque || heap[index].isTensor
        else { throw malformed("attributes are set on what is no dictionary") }
    }

    private func elements(
        of value: PickleValue, as kind: PickleObject.Kind
    ) throws -> [PickleValue] {
        guard case .object(let index) = value, heap[index].kind == kind else {
            throw malformed("a \(kind) is wanted where none is")
        }
        return heap[index].items
    }

    // MARK: Tensors

    private func count(_ value: PickleValue) throws -> Int {
        guard case .integer(let number) = value, let count = Int(exactly: number), count >= 0 else {
            throw malformed("a size or offset is no whole number from 0")
        }
        return count
    }

    /// What stands outside of the pickle: a storage, in old files also the source of a module's class.
    private mutating func persist() throws {
        let fields = try elements(of: pop(), as: .tuple)
        if fields.count > 1, case .object(let index) = fields[1] {
            if fields[0] == .text("module") { return stack.append(fields[1]) }
            if fields[0] == .text("storage"),
                case .constructor(.foreign(let name)) = heap[index].kind
            { return try push(.opaque(name)) }
        }
        try push(.storage(try storage(of: fields)))
    }

    /// `('storage', type, key, location, count)`, in old files followed by
    /// `None` or `(key, offset, length)`.
    private func storage(of fields: [PickleValue]) throws -> TorchStorage {
        guard (5...6).contains(fields.count), fields[0] == .text("storage"),
            case .object(let index) = fields[1],
            case .constructor(.storage(let type)) = heap[index].kind,
            case .text(let key) = fields[2]
        else { throw malformed("a persistent id is no storage") }
        let count = try count(fields[4])
        var (offset, length) = (0, count)
        if fields.count == 6, fields[5] != .none {
            let part = try elements(of: fields[5], as: .tuple)
            guard part.count == 3 else { throw malformed("a storage's view has no three fields") }
            offset = try self.count(part[1])
            length = try self.count(part[2])
            guard offset <= count, length <= count - offset else {
                throw malformed("a storage's view reaches outside of it")
            }
        }
        return TorchStorage(
            key: key, elementType: type, count: count, offset: offset, length: length)
    }

    /// A tensor, opaque where its numbers are of a type that is not read.
    private func tensor(_ arguments: [PickleValue]) throws -> PickleObject.Kind {
        if case .object(let index) = arguments.first, heap[index].isOpaque {
            return .opaque("tensor of " + heap[index].className)
        }
        return .tensor(try view(arguments))
    }

    /// `(storage, offset, sizes, strides, ...)`; the rest (requires_grad, hooks) is no content.
    private func view(_ arguments: [PickleValue]) throws -> TorchView {
        guard arguments.count >= 4, case .object(let index) = arguments[0],
            case .storage(let storage) = heap[index].kind
        else { throw malformed("a tensor is made of what is no storage") }
        let offset = try count(arguments[1])
        let shape = try elements(of: arguments[2], as: .tuple).map { try count($0) }
        let strides = try elements(of: arguments[3], as: .tuple).map { try count($0) }
        guard shape.count == strides.count, shape.count <= 64 else {
            throw malformed("a tensor has \(shape.count) sizes and \(strides.count) strides")
        }
        guard storage.elementType.byteCount(shape: shape) != nil else {
            throw malformed("a tensor of shape \(shape) has more bytes than 64 bits count")
        }
        // The last element decides whether the window lies inside of the storage.
        if !shape.contains(0) {
            var last = offset
            for (extent, stride) in zip(shape, strides) {
                let (span, wide) = (extent - 1).multipliedReportingOverflow(by: stride)
                let (sum, wider) = last.addingReportingOverflow(span)
                guard !wide, !wider else { throw malformed("a tensor's strides overflow") }
                last = sum
            }
            guard last < storage.length else {
                throw malformed(
                    "a tensor of shape \(shape), strides \(strides), offset \(offset) reaches "
                        + "outside of its storage of \(storage.length) elements")
            }
        }
        return TorchView(
            storage: storage, offset: offset, shape: shape, strides: strides)
    }

    // MARK: Errors

    private func underflow() -> StorageError {
        malformed("a value is taken from the empty stack")
    }

    private func malformed(_ problem: String) -> StorageError {
        StorageError(
            .malformed, file: reader.file,
            problem: "pickle is wrong before offset \(reader.position): \(problem)",
            remedy: "the file is damaged or no checkpoint, save or download it again")
    }
}
