import Foundation
import Testing

@testable import Storage

@Suite struct FormatTests {
    private func tensors() throws -> [StoredTensor] {
        try ElementType.allCases.map { type in
            let bytes = (0..<6 * type.size).map { UInt8($0 % 2) }
            return try StoredTensor(
                name: "a.\"quoted\"/é.\(type)", shape: [2, 3], elementType: type, bytes: bytes)
        } + [
            StoredTensor(name: "scalar", shape: [], doubles: [-0.0]),
            StoredTensor(name: "empty", shape: [0, 3], floats: []),
            StoredTensor(
                name: "nan", shape: [2], floats: [Float(bitPattern: 0x7FC0_1234), .infinity]),
        ]
    }

    private func file(_ header: String, _ data: Int) -> [UInt8] {
        LittleEndian.bytes(UInt64(header.utf8.count)) + Array(header.utf8)
            + [UInt8](repeating: 0, count: data)
    }

    @Test func `safetensors come back bit for bit, aligned, with their metadata`() throws {
        let scratch = try Scratch()
        let path = scratch.path("a.safetensors")
        let tensors = try tensors()
        let metadata = ["epoch": "3", "no\"te": "line\nbreak / é"]
        try Checkpoint.write(path, tensors: tensors, metadata: metadata)
        let read = try Checkpoint.read(path)
        #expect(read.format == .safetensors)
        #expect(read.metadata == metadata)
        #expect(read.tensors.sorted { $0.name < $1.name } == tensors.sorted { $0.name < $1.name })
        let sizes = read.tensors.filter { $0.count > 0 }.map(\.elementType.size)
        #expect(sizes == sizes.sorted(by: >))
        #expect(try InputFile.read(path)[0] % 8 == 0)
        try Checkpoint.write(path, tensors: [])
        #expect(try Checkpoint.read(path).tensors.isEmpty)
        let twice = try storageError { try Checkpoint.write(path, tensors: tensors + tensors) }
        #expect(twice?.kind == .mismatch)
    }

    @Test(
        arguments: [
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8, nil),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, .truncated),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, .malformed),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, .malformed),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, .malformed),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, 8, .malformed),
            (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, .malformed),
            (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, .malformed),
            (
                #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
                .malformed
            ),
            (
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#, 8,
                .truncated
            ),
            (
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}"#, 8,
                .malformed
            ),
            (#"{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}"#, 2, .unsupported),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, 8, .malformed),
            (#"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#, 8, .malformed),
            (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#, 8, .malformed),
            (#"{"a":3}"#, 0, .malformed), (#"{"__metadata__":{"a":3}}"#, 0, .malformed),
            (#"{"a":"#, 0, .malformed), ("[]", 0, .malformed),
            (
                #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
                    + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3, .malformed
            ),
        ] as [(String, Int, StorageError.Kind?)])
    func `safetensors headers are checked`(header: String, data: Int, kind: StorageError.Kind?)
        throws
    {
        let error = try storageError {
            _ = try Safetensors.decode(file(header, data), file: "f.safetensors")
        }
        #expect(error?.kind == kind, "\(String(describing: error))")
        if let error { #expect(error.description.hasPrefix("f.safetensors: ")) }
    }

    @Test func `a safetensors header's size is limited`() throws {
        let bytes = LittleEndian.bytes(UInt64.max) + Array("{}".utf8)
        #expect(
            try storageError { _ = try Safetensors.decode(bytes, file: "f") }?.kind == .tooLarge)
        let long = LittleEndian.bytes(UInt64(1000)) + Array("{}".utf8)
        #expect(
            try storageError { _ = try Safetensors.decode(long, file: "f") }?.kind == .truncated)
        // A hundred thousand brackets must not exhaust the call stack.
        let deep = String(repeating: #"{"a":"#, count: 100_000)
        #expect(try storageError { _ = try Safetensors.decode(file(deep, 0), file: "f") } != nil)
    }

    @Test func `a header whose length looks like a pickle's beginning`() throws {
        let scratch = try Scratch()
        let path = scratch.path("a.safetensors")
        // The header's length is a multiple of 8: pad until its low bytes are 80 02.
        let tensor = try StoredTensor(name: "w", shape: [1], floats: [1])
        for count in 400..<640 {
            let metadata = ["note": String(repeating: "x", count: count)]
            try Checkpoint.write(path, tensors: [tensor], metadata: metadata)
            let bytes = try InputFile.read(path)
            guard bytes[0] == 0x80, bytes[1] == 2 else { continue }
            #expect(try Checkpoint.read(path).tensors == [tensor])
            return
        }
        Issue.record("no such length was met")
    }

    @Test func `npy files come back in both orders`() throws {
        let scratch = try Scratch()
        let path = scratch.path("a.npy")
        for tensor in try tensors() where tensor.elementType != .bfloat16 {
            try NumpyArray.write(path, tensor)
            let read = try NumpyArray.read(path)
            #expect(read.bytes == tensor.bytes && read.shape == tensor.shape)
            #expect(read.elementType == tensor.elementType)
            let bytes = try InputFile.read(path)
            #expect((bytes.count - tensor.bytes.count) % 64 == 0)
        }
        let line = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }\n"
        let start = NumpyArray.magic + [2, 0] + LittleEndian.bytes(UInt32(line.utf8.count))
        let data = LittleEndian.encode([1, 4, 2, 5, 3, 6]) { Int16($0) }
        let turned = try NumpyArray.decode(start + Array(line.utf8) + data, file: "f")
        #expect(try turned.integers() == [1, 2, 3, 4, 5, 6])
        for length in 0..<(start.count + line.utf8.count + data.count) {
            let bytes = Array((start + Array(line.utf8) + data)[..<length])
            #expect(try storageError { _ = try NumpyArray.decode(bytes, file: "f") } != nil)
        }
        for descr in [">f8", "|O", "<c8", "<U3"] {
            let line = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (0,), }\n"
            let start = NumpyArray.magic + [1, 0] + LittleEndian.bytes(UInt16(line.utf8.count))
            let error = try storageError {
                _ = try NumpyArray.decode(start + Array(line.utf8), file: "f")
            }
            #expect(error?.kind == .unsupported, "\(descr)")
        }
    }

    @Test func `values convert as their types say`() throws {
        let half = try StoredTensor(
            name: "h", shape: [2], elementType: .float16, bytes: [0x00, 0x3C, 0x01, 0x00])
        #expect(half.doubles() == [1, 0x1p-24])
        let brain = try StoredTensor(
            name: "b", shape: [2], elementType: .bfloat16, bytes: [0x80, 0x3F, 0x00, 0xC0])
        #expect(brain.floats() == [1, -2])
        #expect(try brain.integers() == [1, -2])
        let small = try StoredTensor(name: "s", shape: [2], elementType: .int8, bytes: [0xFF, 1])
        #expect(small.floats() == [-1, 1])
        let large = try StoredTensor(name: "l", shape: [1], integers: [1 << 60 + 1])
        #expect(try large.integers() == [1 << 60 + 1])
        let fraction = try StoredTensor(name: "f", shape: [2], doubles: [1, 0.5])
        let error = try storageError { _ = try fraction.integers() }
        #expect(error?.description.contains("element 1 is 0.5") == true)
        let shape = try storageError { _ = try StoredTensor(name: "f", shape: [3], doubles: [1]) }
        #expect(shape?.kind == .mismatch)
    }
}
