import Datasets
import Foundation
import Records
import Results
import Storage
import Training

/// What a file holds, found from its content.
struct FileDescription {
    let format: String
    /// The network behind it, where the file says so.
    var model = ""
    /// What matters most, in one phrase.
    var finding = ""
    /// The keys of a checkpoint's tensors.
    var keys: [String] = []
    /// What is said in words.
    var facts: [(name: String, value: String)] = []
    /// Tables by name, the headings first.
    var tables: [(name: String, rows: [[String]])] = []
    /// The same for programs.
    var document: [(name: String, value: JSONValue)] = []

    /// Describes a file by its first bytes, and CIFAR files by their size.
    ///
    /// - Throws: `StorageError`, one line, where the file cannot be read or is damaged.
    static func of(_ path: String) throws -> FileDescription {
        let (start, size) = try beginning(of: Checkpoint.split(path).file)
        if start.starts(with: [0x89, 0x48, 0x44, 0x46]) { return try record(path) }
        if start.starts(with: Array("SADDLEJ1".utf8)) { return try journal(path) }
        if start.starts(with: [0x93] + Array("NUMPY".utf8)) { return try numpy(path) }
        if IDXArray.isPlausible(start) { return try idx(path) }
        let name = URL(fileURLWithPath: path).lastPathComponent
        if name.hasSuffix(".bin"), size > 0 {
            for (label, record) in [("CIFAR-10", 3073), ("CIFAR-100", 3074)]
            where size.isMultiple(of: record) {
                return records("\(label) binary", size / record, [3, 32, 32])
            }
            throw RunFailure(
                "\(path): has \(size) bytes, a multiple of neither 3073 (CIFAR-10) nor 3074"
                    + " (CIFAR-100); fetch the file again")
        }
        return try checkpoint(path)
    }

    private static func beginning(of path: String) throws -> (bytes: [UInt8], size: Int) {
        let size = try InputFile.size(path)
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw StorageError(
                .unreadable, file: path, problem: "cannot be read",
                remedy: "check the permissions")
        }
        defer { try? handle.close() }
        return ([UInt8](try handle.read(upToCount: 64) ?? Data()), size)
    }

    /// Describes a result of Saddle, of whatever kind.
    private static func record(_ path: String) throws -> FileDescription {
        let file = try RecordFile.read(path)
        var description = FileDescription(format: "\(file.kind) (HDF5)")
        let text = RecordText(file.record)
        description.model = file.run.model
        description.finding = file.finding
        description.facts = file.run.record.fields.map {
            ($0.info.name.replacingOccurrences(of: "_", with: " "), $0.value.text)
        } + file.run.settings.sorted { $0.key < $1.key }.map { ($0, $1) } + text.facts
        description.facts.removeAll { $0.value.isEmpty }
        description.tables = text.tables
        description.document = [
            ("kind", .text(file.kind)), ("run", file.run.document),
            ("result", file.record.document),
        ]
        return description
    }

    private static func checkpoint(_ path: String) throws -> FileDescription {
        let checkpoint = try Checkpoint.read(path)
        var description = FileDescription(format: "checkpoint (\(checkpoint.format.rawValue))")
        let (weights, state) = checkpoint.parts
        let values = weights.reduce(0) { $0 + $1.count }
        let stateValues = state.reduce(0) { $0 + $1.count }
        let metadata = checkpoint.metadata.sorted { $0.key < $1.key }
        description.facts = [
            ("tensors", "\(weights.count)"), ("values", "\(values)"),
        ]
        if !state.isEmpty {
            description.facts.append(
                (
                    "optimiser",
                    "\(Readable.count(state.count, "tensor")) more, \(stateValues) values"
                ))
        }
        description.facts += [
            ("sha256", try sha256(path)),
        ]
        description.model = checkpoint.metadata["model"] ?? ""
        description.keys = weights.map(\.name)
        description.finding = "\(weights.count) tensors, \(values) values"
            + (state.isEmpty ? "" : ", and the optimiser's state")
        description.facts += metadata.map { ($0, $1) }
        description.facts += checkpoint.extras.sorted { $0.key < $1.key }
            .map { ($0, "(beside the weights) \($1.summary)") }
        if !checkpoint.key.isEmpty { description.facts.append(("weights at", "#\(checkpoint.key)")) }
        if !checkpoint.others.isEmpty {
            description.facts.append(
                ("other weights", checkpoint.others.map { "#" + $0 }.joined(separator: ", ")))
        }
        var rows = [["tensor", "shape", "type", "smallest", "largest"]]
        var tensors: [JSONValue] = []
        for tensor in weights + state {
            let numbers = tensor.doubles()
            let (low, high) = (numbers.min() ?? .nan, numbers.max() ?? .nan)
            rows.append(
                [
                    tensor.name, tensor.shape.map(String.init).joined(separator: "x"),
                    tensor.elementType.rawValue, Readable.number(low), Readable.number(high),
                ])
            tensors.append(
                [
                    "name": .text(tensor.name), "shape": .integers(tensor.shape),
                    "type": .text(tensor.elementType.rawValue), "smallest": .number(low),
                    "largest": .number(high),
                ])
        }
        description.tables = [("tensors", rows)]
        description.document = [
            ("values", .integer(values)), ("tensors", .array(Array(tensors.prefix(weights.count)))),
            ("optimizer_values", .integer(stateValues)),
            ("optimizer", .array(Array(tensors.dropFirst(weights.count)))),
            ("metadata", .object(metadata.map { ($0.key, .text($0.value)) })),
            ("key", .text(checkpoint.key)), ("others", .array(checkpoint.others.map { .text($0) })),
            (
                "beside",
                .object(
                    checkpoint.extras.sorted { $0.key < $1.key }
                        .map { ($0.key, .text($0.value.summary)) })
            ),
        ]
        return description
    }

    private static func numpy(_ path: String) throws -> FileDescription {
        let tensor = try NumpyArray.read(path)
        var description = FileDescription(format: "NumPy array")
        description.facts = [
            ("shape", tensor.shape.map(String.init).joined(separator: " x ")),
            ("type", tensor.elementType.rawValue),
        ]
        description.document = [
            ("shape", .integers(tensor.shape)), ("type", .text(tensor.elementType.rawValue)),
        ]
        return description
    }

    /// Arrays of the MNIST family, plain or compressed.
    private static func idx(_ path: String) throws -> FileDescription {
        let lengths = try IDXArray(path).lengths
        return records("IDX array of bytes", lengths[0], Array(lengths.dropFirst()))
    }

    private static func records(
        _ format: String, _ count: Int, _ shape: [Int]
    ) -> FileDescription {
        var description = FileDescription(format: format)
        description.finding = "\(count) records"
        let text = shape.map(String.init).joined(separator: " x ")
        description.facts = [
            ("records", "\(count)"), ("each", shape.isEmpty ? "one number" : text),
        ]
        description.document = [("records", .integer(count)), ("shape", .integers(shape))]
        return description
    }

    private static func journal(_ path: String) throws -> FileDescription {
        let content = try Journal.read(path)
        var description = FileDescription(format: "journal of an unfinished run")
        description.facts = [("finished", "\(content.records.count) records")]
            + content.identity.sorted { $0.key < $1.key }.map { ($0, $1) }
        description.document = [
            ("records", .integer(content.records.count)),
            (
                "identity",
                .object(
                    content.identity.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })
            ),
        ]
        return description
    }
}
