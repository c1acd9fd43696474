/// The dictionaries of weights that a PyTorch file holds, by the keys that lead to them.
struct StateDicts {
    /// One dictionary from names to tensors.
    struct Entry {
        /// Empty for the file's own top dictionary.
        let path: [String]
        let pairs: [(key: String, value: PickleValue)]
        /// The number of its tensors.
        let count: Int
    }

    /// The pairs of the top dictionary.
    let top: [(key: String, value: PickleValue)]
    /// All of them, outer ones first, each before those that follow it in the file.
    let all: [Entry]
    /// The one that is meant where none is named.
    let plain: Entry
    private let document: TorchDocument

    /// Keys under which training scripts put the weights, timm's and torchvision's first.
    private static let usual = ["state_dict", "model", "model_state_dict", "model_state"]

    /// Looks through mappings with text keys; optimisers' state, whose tensors have the names of
    /// weights, is left out.
    ///
    /// - Throws: `StorageError` where the file holds no dictionary of tensors.
    init(_ document: TorchDocument, file: String) throws {
        self.document = document
        guard let top = document.pairs(of: document.root) else {
            if let name = document.className(of: document.root) {
                throw StorageError(
                    .foreignConstructor, file: file,
                    problem: "holds an object of the class \(StorageError.quoted(name)), which is not"
                        + " run, and no dictionary",
                    remedy: "save model.state_dict() with torch.save")
            }
            throw StorageError(
                .malformed, file: file, problem: "holds no dictionary",
                remedy: "save model.state_dict() with torch.save")
        }
        self.top = top
        var all: [Entry] = []
        var open: [(path: [String], value: PickleValue)] = [([], document.root)]
        var seen: Set<Int> = []
        var next = 0
        // Files nest weights two or three keys deep, and have a handful of mappings there.
        while next < open.count {
            let (path, value) = open[next]
            next += 1
            guard case .object(let index) = value, seen.insert(index).inserted,
                let pairs = document.pairs(of: value)
            else { continue }
            let count = pairs.count { document.isTensor($0.value) }
            if count > 0 { all.append(Entry(path: path, pairs: pairs, count: count)) }
            for (key, value) in pairs
            where path.count < 4 && open.count < 1_000 && Int(key) == nil
                && !key.lowercased().contains("optim") && document.isMapping(value)
            {
                open.append((path + [key], value))
            }
        }
        let named = Self.usual.compactMap { name in all.first { $0.path == [name] } }
        guard
            let plain = named.first
                ?? all.filter({ !Self.isAverage($0.path) }).max(by: { $0.count < $1.count })
                ?? all.first
        else {
            let keys = top.prefix(8).map { StorageError.quoted($0.key) }.joined(separator: ", ")
            throw StorageError(
                .malformed, file: file, problem: "holds no state dict (its keys: \(keys))",
                remedy: "save model.state_dict(), or {'state_dict': model.state_dict()}")
        }
        self.all = all
        self.plain = plain
    }

    /// Whether a path leads to a moving average of weights.
    private static func isAverage(_ path: [String]) -> Bool {
        path.contains { $0.lowercased().contains("ema") }
    }

    /// The dictionary that a path of keys, joined by dots, leads to, and what of the path is a prefix
    /// of the names in it. `ema` is the moving average under whatever key it is.
    ///
    /// - Throws: `StorageError` of kind `missing` where the path leads nowhere.
    func choose(_ key: String?, file: String) throws -> (Entry, prefix: String?) {
        guard let key else { return (plain, nil) }
        let components = key.split(separator: ".").map(String.init)
        let leading = all.filter { entry in
            let path = entry.path.joined(separator: ".")
            return !path.isEmpty && (key == path || key.hasPrefix(path + "."))
        }
        if let entry = leading.max(by: { $0.path.count < $1.path.count }) {
            let rest = components.dropFirst(
                entry.path.joined(separator: ".").split(separator: ".").count)
            return (entry, rest.isEmpty ? nil : rest.joined(separator: "."))
        }
        if key == "ema", let entry = all.first(where: { Self.isAverage($0.path) }) {
            return (entry, nil)
        }
        if plain.pairs.contains(where: { $0.key.hasPrefix(key + ".") }) { return (plain, key) }
        let names = all.map { $0.path.joined(separator: ".") }.filter { !$0.isEmpty }
        throw StorageError(
            .missing, file: file, problem: "has no weights at #\(key)",
            remedy: names.isEmpty
                ? "leave #\(key) out: the file is nothing but weights"
                : "choose among \(names.prefix(12).map { "#" + $0 }.joined(separator: ", "))")
    }
}

extension Checkpoint {
    /// Components that compiling and sharding put between names.
    private static let wrappers: Set<Substring> = [
        "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_fpw_module",
    ]
    /// Components that parallel training, averaging and frameworks put before all names.
    private static let prefixes = ["module.", "model.", "net.", "network."]
    /// What `torch.optim.swa_utils.AveragedModel` counts beside the weights.
    private static let counter = "n_averaged"

    /// Takes from names what the network does not call them.
    ///
    /// A prefix goes where all names have it. In PyTorch Lightning's files, where losses and metrics
    /// have weights beside the network's, those below `model.` are taken and the others told.
    mutating func stripNames() {
        for index in tensors.indices where tensors[index].name.contains("_") {
            let parts = tensors[index].name.split(separator: ".", omittingEmptySubsequences: false)
            if parts.contains(where: Self.wrappers.contains) {
                tensors[index].name = parts.filter { !Self.wrappers.contains($0) }
                    .joined(separator: ".")
                isPrefixStripped = true
            }
        }
        if extras["pytorch-lightning_version"] != nil,
            tensors.contains(where: { $0.name.hasPrefix("model.") })
        {
            for tensor in tensors where !tensor.name.hasPrefix("model.") {
                extras[tensor.name] = .tensor(tensor)
            }
            tensors.removeAll { !$0.name.hasPrefix("model.") }
        }
        while let prefix = Self.prefixes.first(where: isBeforeAll) {
            tensors.removeAll { $0.name == Self.counter }
            dropPrefix(prefix)
        }
    }

    private func isBeforeAll(_ prefix: String) -> Bool {
        let named = tensors.filter { $0.name != Self.counter }
        return !named.isEmpty && named.allSatisfy { $0.name.hasPrefix(prefix) }
    }

    /// Takes a prefix from all names.
    mutating func dropPrefix(_ prefix: String) {
        for index in tensors.indices {
            tensors[index].name = String(tensors[index].name.dropFirst(prefix.count))
        }
        isPrefixStripped = true
    }
}
