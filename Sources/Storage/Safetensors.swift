import Foundation

/// The safetensors format: a JSON header, then the bytes of all tensors without gaps.
///
/// Layout: header length (8 bytes, little-endian), header, tensors. Source: the format's
/// description in the README of github.com/huggingface/safetensors, whose checks are all made.
public enum Safetensors {
    /// Bytes that the header may have. The reference implementation takes 100 MB, of which reading
    /// would take gigabytes; a network of 100,000 tensors has a header of 10 MB.
    static let headerLimit = 16 << 20

    /// Tensors in file order and the string map `__metadata__`.
    public struct Content: Equatable, Sendable {
        /// The tensors, in the order of their bytes.
        public var tensors: [StoredTensor]
        /// The map `__metadata__`; empty where the file has none.
        public var metadata: [String: String]
    }

    /// Whether `bytes` can be a safetensors file: a header length, then an opening brace.
    static func isPlausible(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { return false }
        // The length's high bytes are zero in every file that is within the limit.
        return bytes[4..<8].allSatisfy { $0 == 0 }
    }

    /// The content of the file at `path`.
    ///
    /// - Throws: `StorageError` of kind `unreadable`, `truncated`, `malformed`, `unsupported` (an
    ///   element type) or `tooLarge`.
    public static func read(_ path: String) throws -> Content {
        try decode(InputFile.read(path), file: path)
    }

    /// The content of a safetensors file's bytes; `file` is for messages.
    ///
    /// - Throws: as `read`.
    static func decode(_ bytes: [UInt8], file: String) throws -> Content {
        var reader = ByteReader(bytes, file: file)
        let length = try reader.integer(UInt64.self)
        guard length <= UInt64(headerLimit) else {
            throw StorageError(
                .tooLarge, file: file,
                problem: "declares a header of \(length) bytes, beyond \(headerLimit)",
                remedy: "check that it is a safetensors file")
        }
        let headerBytes = try reader.take(Int(length))
        guard headerBytes.first == UInt8(ascii: "{") else {
            throw malformed(file, "header does not begin with '{'")
        }
        if let key = JSONKeys.firstRepeated(in: headerBytes) {
            throw malformed(file, "header names \(StorageError.quoted(key)) twice")
        }
        let header: Header
        do {
            header = try JSONDecoder().decode(Header.self, from: Data(headerBytes))
        } catch let error as StorageError {
            throw error
        } catch {
            throw malformed(file, "header is not the JSON of tensors (\(reason(error)))")
        }
        let start = reader.position
        let tensors = header.entries
            .sorted {
                ($0.value.begin, $0.value.end, $0.key) < ($1.value.begin, $1.value.end, $1.key)
            }
        var previousEnd = 0
        return Content(
            tensors: try tensors.map { name, entry in
                let type = try check(
                    name, entry, previousEnd: previousEnd, room: reader.remaining, file: file)
                previousEnd = entry.end
                return StoredTensor(
                    unchecked: name, shape: entry.shape, elementType: type,
                    bytes: Array(bytes[start + entry.begin..<start + entry.end]))
            } + trailing(previousEnd, reader.remaining, file),
            metadata: header.metadata)
    }

    /// The element type, once offsets and shape agree with each other and with the file.
    private static func check(
        _ name: String, _ entry: Entry, previousEnd: Int, room: Int, file: String
    ) throws -> ElementType {
        let tensor = "tensor \(StorageError.quoted(name))"
        guard let type = ElementType(rawValue: entry.dtype) else {
            let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
            throw StorageError(
                .unsupported, file: file,
                problem: "\(tensor) has the element type \(StorageError.quoted(entry.dtype))",
                remedy: "store it as one of \(known)")
        }
        guard entry.begin >= 0, entry.begin <= entry.end else {
            throw malformed(file, "\(tensor) has the offsets [\(entry.begin), \(entry.end)]")
        }
        guard entry.end <= room else {
            throw StorageError(
                .truncated, file: file,
                problem: "\(tensor) ends at byte \(entry.end) of data, the file holds \(room)",
                remedy: "the file is incomplete, copy or download it again")
        }
        guard entry.begin == previousEnd else {
            let what = entry.begin < previousEnd ? "overlaps the tensor before it" : "leaves a gap"
            throw malformed(
                file, "\(tensor) begins at byte \(entry.begin), expected \(previousEnd): it \(what)"
            )
        }
        guard let size = type.byteCount(shape: entry.shape), size == entry.end - entry.begin else {
            throw malformed(
                file,
                "\(tensor) of shape \(entry.shape) and type \(entry.dtype) does not account "
                    + "for its \(entry.end - entry.begin) bytes")
        }
        return type
    }

    private static func trailing(_ end: Int, _ room: Int, _ file: String) throws -> [StoredTensor] {
        guard end == room else {
            throw malformed(file, "\(room - end) bytes behind the last tensor belong to none")
        }
        return []
    }

    private static func malformed(_ file: String, _ problem: String) -> StorageError {
        StorageError(
            .malformed, file: file, problem: problem,
            remedy: "the file is damaged or not safetensors, write or download it again")
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "not JSON" }
        return switch error {
        case .dataCorrupted(let context), .typeMismatch(_, let context),
            .valueNotFound(_, let context), .keyNotFound(_, let context):
            (context.codingPath.map(\.stringValue) + [context.debugDescription])
                .joined(separator: ": ")
        @unknown default: "not JSON"
        }
    }
}

extension Safetensors {
    /// One tensor of the header.
    private struct Entry: Decodable {
        let dtype: String
        let shape: [Int]
        let begin: Int
        let end: Int

        enum Key: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            dtype = try container.decode(String.self, forKey: .dtype)
            shape = try container.decode([Int].self, forKey: .shape)
            let offsets = try container.decode([Int].self, forKey: .offsets)
            guard offsets.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    forKey: .offsets, in: container, debugDescription: "not two offsets")
            }
            (begin, end) = (offsets[0], offsets[1])
        }
    }

    /// The whole header.
    private struct Header: Decodable {
        var entries: [String: Entry] = [:]
        var metadata: [String: String] = [:]

        struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { return nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            for name in container.allKeys {
                if name.stringValue == "__metadata__" {
                    metadata = try container.decode([String: String].self, forKey: name)
                } else {
                    entries[name.stringValue] = try container.decode(Entry.self, forKey: name)
                }
            }
        }
    }
}
