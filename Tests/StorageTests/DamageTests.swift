import Foundation
import Golden
import Testing

@testable import Storage

/// Damaged files end in a typed error or in tensors, never in a trap.
@Suite struct DamageTests {
    /// A small generator with a fixed seed (SplitMix64), so that a failure can be seen again.
    struct Mutations {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(bound))
        }

        /// `bytes` with a few bytes changed, taken out, doubled or made extreme.
        mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
            var result = bytes
            for _ in 0...next(4) where !result.isEmpty {
                let place = next(result.count)
                switch next(6) {
                case 0: result[place] ^= 1 << UInt8(next(8))
                case 1: result[place] = UInt8(next(256))
                case 2: result[place] = [0, 0x7F, 0x80, 0xFF][next(4)]
                case 3: result.removeSubrange(place..<min(result.count, place + 1 + next(9)))
                case 4:
                    let end = min(result.count, place + 1 + next(40))
                    result.insert(contentsOf: result[place..<end], at: next(result.count))
                default:
                    for offset in place..<min(result.count, place + 8) { result[offset] = 0xFF }
                }
            }
            return result
        }
    }

    static let names = [
        "tiny_zip.pth.tar", "tiny_legacy.pth.tar", "tiny_bare_state_dict.pt",
        "tiny_dataparallel.pth.tar", "tiny.safetensors",
    ]

    @Test(.needsData, arguments: names)
    func `a file cut at any length is a typed error (needs ../shared/data)`(name: String) throws {
        let bytes = try InputFile.read(CheckpointTests.fixture(name))
        for length in 0..<bytes.count {
            let error = try storageError {
                _ = try Checkpoint.decode(Array(bytes[..<length]), file: name)
            }
            #expect(error != nil, "\(name) cut at \(length)")
            #expect(error?.description.contains("\n") != true)
        }
    }

    @Test(.needsData, arguments: names)
    func `random damage is a typed error or tensors (needs ../shared/data)`(name: String) throws {
        let bytes = try InputFile.read(CheckpointTests.fixture(name))
        var mutations = Mutations(state: 20_260_101)
        var refused = 0
        for _ in 0..<4000 {
            let damaged = mutations.mutate(bytes)
            let error = try storageError { _ = try Checkpoint.decode(damaged, file: name) }
            if let error {
                refused += 1
                #expect(!error.description.contains("\n"))
            }
        }
        #expect(refused > 500)
    }

    @Test(.needsData)
    func `random damage in the pickle of a zip file is an error or tensors (needs ../shared/data)`()
        throws
    {
        let bytes = try InputFile.read(CheckpointTests.fixture("tiny_zip.pth.tar"))
        let archive = try ZipArchive(bytes, file: "f")
        let entries = try archive.names.map { ($0, try archive.content($0)) }
        var mutations = Mutations(state: 7)
        var refused = 0
        // Checksums would refuse nearly all damage, so the archive is made anew without them.
        for _ in 0..<4000 {
            let changed = entries.map { name, content in
                (name, name.hasSuffix("data.pkl") ? mutations.mutate(content) : content)
            }
            let error = try storageError {
                _ = try Checkpoint.decode(Pickle.zip(changed), file: "f")
            }
            if error != nil { refused += 1 }
        }
        #expect(refused > 500 && refused < 4000)
    }

    @Test func `random damage to npy, gzip and journals is a typed error or content`() throws {
        let scratch = try Scratch()
        let tensor = try StoredTensor(name: "", shape: [3, 4], doubles: (0..<12).map(Double.init))
        try NumpyArray.write(scratch.path("a.npy"), tensor)
        let journal = try Journal(scratch.path("j"), identity: ["a": "b"], valuesPerRecord: 2)
        for index in 0..<3 { try journal.append(.init(index: Int64(index), values: [1, 2])) }
        journal.close()
        let gzip = ZipAndGzipTests.deflated(ZipAndGzipTests.content, windowBits: 31)
        let array = try InputFile.read(scratch.path("a.npy"))
        let records = try InputFile.read(scratch.path("j"))
        var mutations = Mutations(state: 11)
        for _ in 0..<3000 {
            let damaged = (
                mutations.mutate(array), mutations.mutate(gzip), mutations.mutate(records)
            )
            _ = try storageError { _ = try NumpyArray.decode(damaged.0, file: "f") }
            _ = try storageError {
                _ = try GzipFile.inflate(damaged.1, limit: 1 << 20, file: "f")
            }
            _ = try storageError { _ = try JournalFormat.decode(damaged.2, file: "f") }
        }
    }
}
