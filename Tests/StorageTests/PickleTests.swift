import Foundation
import Testing

@testable import Storage

@Suite struct PickleTests {
    private func read(_ body: [UInt8], _ storages: [(String, [Float])] = []) throws -> Checkpoint {
        try Checkpoint.decode(Pickle.legacy(body, storages: storages), file: "made.pt")
    }

    private func error(_ body: [UInt8], _ storages: [(String, [Float])] = []) throws
        -> StorageError?
    {
        try storageError { _ = try read(body, storages) }
    }

    @Test func `views share a storage and are read in their own order`() throws {
        let storages: [(String, [Float])] = [("0", [0, 1, 2, 3, 4, 5])]
        let body = Pickle.dictionary([
            ("turned", Pickle.tensor(count: 6, shape: [3, 2], strides: [1, 3])),
            ("tail", Pickle.tensor(count: 6, offset: 4, shape: [2], strides: [1])),
            ("repeated", Pickle.tensor(count: 6, offset: 1, shape: [2, 2], strides: [0, 1])),
            // An axis of one element may have any stride.
            ("one", Pickle.tensor(count: 6, offset: 5, shape: [1, 1], strides: [.max, 7])),
            ("none", Pickle.tensor(count: 6, offset: .max, shape: [0, .max], strides: [1, 1])),
        ])
        let checkpoint = try read(body, storages)
        #expect(checkpoint.tensors.map(\.name) == ["turned", "tail", "repeated", "one", "none"])
        #expect(checkpoint["turned"]?.floats() == [0, 3, 1, 4, 2, 5])
        #expect(checkpoint["tail"]?.floats() == [4, 5])
        #expect(checkpoint["repeated"]?.floats() == [1, 2, 1, 2])
        #expect(checkpoint["one"]?.floats() == [5])
        #expect(checkpoint["none"]?.floats() == [])
    }

    @Test func `a prefix is taken only where every name has it`() throws {
        let tensor = Pickle.tensor(count: 1, shape: [1], strides: [1])
        let mixed = try read(
            Pickle.dictionary([("module.a", tensor), ("b", tensor)]), [("0", [1])])
        #expect(mixed.tensors.map(\.name) == ["module.a", "b"])
        #expect(!mixed.isPrefixStripped)
        let all = try read(
            Pickle.dictionary([("model", Pickle.dictionary([("module.a", tensor)]))]), [("0", [1])])
        #expect(all.tensors.map(\.name) == ["a"])
    }

    @Test(arguments: [("os", "system"), ("builtins", "eval"), ("torch", "load"), ("a\tb", "c d")])
    func `any other constructor is opaque and not run`(module: String, name: String) throws {
        let call =
            Pickle.global(module, name) + Pickle.tuple([Pickle.text("touch x")])
            + [UInt8(ascii: "R")]
        let object =
            Pickle.text(module) + Pickle.text(name) + [0x93] + Array(")\u{81}}b".unicodeScalars).map {
                UInt8(truncatingIfNeeded: $0.value)
            }
        let tensor = Pickle.tensor(count: 1, shape: [1], strides: [1])
        let beside = try read(
            Pickle.dictionary([("w", tensor), ("a", call), ("b", object)]), [("0", [1])])
        #expect(beside.extras == ["a": .opaque(module + "." + name), "b": .opaque(module + "." + name)])
        #expect(beside.tensors.map(\.name) == ["w"])
        let alone = try #require(try error(call))
        #expect(alone.kind == .foreignConstructor)
        let shown = (module + "." + name).replacingOccurrences(of: "\t", with: "\\u{9}")
        #expect(alone.description.contains(shown))
        #expect(!alone.description.contains("\t"))
    }

    @Test(arguments: [
        ("h\u{5}", "memo"), ("0", "empty stack"), ("t", "mark"), ("a", "empty stack"),
        ("N(0000", "empty stack"), ("Na", "empty stack"), ("NNa", "no list"), ("NNR", "tuple"),
        (")NR", "tuple"), ("N)R", "no constructor"), ("}(Nu", "key"), ("NQ", "tuple"),
        (")Q", "storage"), ("Nb", "empty stack"), ("NNb", "dictionary"), ("NN\u{93}", "text"),
        ("NN\u{81}", "tuple"), ("N)\u{81}", "no constructor"),
        ("NN", "left"), ("(N", "left"), ("2", "empty stack"), ("q\u{1}", "empty stack"),
        ("ccollections\nOrderedDict\n(KttR", "list"),
    ])
    func `wrong use of stack and memo is a typed error`(code: String, words: String) throws {
        let body = code.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let error = try #require(try error(body), "\(code)")
        #expect([.malformed, .unsupported, .truncated].contains(error.kind), "\(error)")
        #expect(error.description.contains(words), "\(error)")
    }

    @Test func `opcodes beyond a state dict's are refused by number`() throws {
        let error = try #require(try error(Array("I42\n".utf8)))
        #expect(error.kind == .unsupported)
        #expect(error.description.contains("0x49"))
    }

    @Test(arguments: [
        (6, 0, [7], [1]), (6, 6, [1], [1]), (6, 0, [2, 2], [1, 5]), (6, -1, [1], [1]),
        (6, 0, [-1], [1]), (6, 0, [2], [-1]), (6, 0, [2], [.max]), (6, .max, [2], [.max]),
        (6, 0, [.max, .max], [0, 0]), (6, 0, [2], [1, 1]), (7, 0, [7], [1]),
        (-1, 0, [1], [1]), (.max, 0, [1], [1]),
    ])
    func `windows outside of their storage are refused`(
        count: Int, offset: Int, shape: [Int], strides: [Int]
    ) throws {
        let tensor = Pickle.tensor(count: count, offset: offset, shape: shape, strides: strides)
        let storages: [(String, [Float])] = [("0", [0, 1, 2, 3, 4, 5])]
        let error = try #require(try error(Pickle.dictionary([("w", tensor)]), storages))
        #expect([.malformed, .truncated].contains(error.kind), "\(error)")
    }

    @Test func `a small file cannot ask for more memory than is sensible`() throws {
        let wide = Pickle.tensor(count: 1, shape: [1 << 40], strides: [0])
        #expect(try error(Pickle.dictionary([("w", wide)]), [("0", [1])])?.kind == .tooLarge)
        // Each list holds the one before twice: 2^40 values if written out.
        var nested = Array("]q\u{0}".utf8)
        for _ in 0..<40 { nested += Array("0](h\u{0}h\u{0}eq\u{0}".utf8) }
        let tensor = Pickle.tensor(count: 1, shape: [1], strides: [1])
        let itself = Array("]q\u{0}h\u{0}a".utf8)
        // Hundreds of thousands of tuples in each other neither overflow the call stack nor leak.
        func tuples(_ depth: Int) -> [UInt8] {
            Array(")".utf8) + [UInt8](repeating: 0x85, count: depth)
        }
        let deep = tuples(400_000)
        // Beside the weights such things are no reason to refuse, but they are cut off.
        for extra in [nested, itself, deep] {
            let body = Pickle.dictionary([("w", tensor), ("extra", extra)])
            #expect(try read(body, [("0", [1])])["w"]?.floats() == [1])
        }
        let endless = Pickle.dictionary([("w", tensor), ("extra", tuples(1_000_000))])
        #expect(try error(endless, [("0", [1])])?.kind == .tooLarge)
    }

    @Test func `what is no checkpoint is said to be what it is`() throws {
        let tensor = Pickle.tensor(count: 1, shape: [1], strides: [1])
        let noWeights = try #require(try error(Pickle.dictionary([("epoch", Pickle.integer(3))])))
        #expect(noWeights.description.contains("holds no state dict (its keys: 'epoch')"))
        #expect(try error(tensor, [("0", [1])])?.description.contains("no dictionary") == true)
        let cases: [([UInt8], String)] = [
            ([], "empty"), (Array("<!DOCTYPE html><html>".utf8), "web page"),
            (Array("version https://git-lfs.github.com/spec/v1".utf8), "LFS"),
            ([0x1F, 0x8B, 8, 0], "gzip"), ([1, 2, 3], "3 bytes"),
            (NumpyArray.magic + [1, 0], "NumPy"), ([0x89, 0x48, 0x44, 0x46, 0x0D], "HDF5"),
            (Pickle.file(Pickle.integer(1)), "torch.save"),
            (Pickle.zip([("a.txt", [1])]), "no data.pkl"),
            (Pickle.zip([("a/data.pkl", [1]), ("a/constants.pkl", [1])]), "TorchScript"),
        ]
        for (bytes, words) in cases {
            let error = try #require(
                try storageError { _ = try Checkpoint.decode(bytes, file: "f") })
            #expect(error.description.contains(words), "\(error)")
        }
    }
}
