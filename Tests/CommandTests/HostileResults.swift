import Foundation
import Landscapes
import ResultSamples
import Results
import Spectra
import Storage
import Testing

@testable import Records

/// Results of the layout that is read now, damaged on purpose, each to reach one guard.
struct HostileResult: Sendable, CustomTestStringConvertible {
    let name: String
    /// What is said where it is refused.
    let words: String
    /// The commands that refuse it; the others read it as it is.
    let refusing: Set<String>
    let write: @Sendable (_ path: String) throws -> Void

    var testDescription: String { name }

    private static let every: Set = ["inspect", "plot", "export csv"]

    private init(
        _ name: String, _ words: String, by refusing: Set<String> = every,
        write: @escaping @Sendable (_ path: String) throws -> Void
    ) {
        (self.name, self.words, self.refusing, self.write) = (name, words, refusing, write)
    }

    /// A small landscape as the program writes it.
    static func landscape() throws -> RecordFile {
        let axes = [LandscapeAxis(count: 3), LandscapeAxis(count: 2)]
        return try RecordFile(
            Samples.outcome(Samples.landscapeStudy(Samples.measurement(axes: axes))),
            Samples.description)
    }

    private static func spectra() throws -> RecordFile {
        try RecordFile(Samples.outcome(Samples.spectrumStudy()), Samples.description)
    }

    /// Writes a file whose content is changed before it is written, or in the file.
    private static func store(
        _ file: RecordFile, to path: String, _ change: (HDF5Group) throws -> Void
    ) throws {
        try HDF5File.write(path) { root in
            try file.write(into: root)
            try change(root)
        }
    }

    /// Adds a column that has a shape, but nothing stored.
    private static func addUnwritten(
        _ name: String, shape: [Int], to root: HDF5Group, isAxis: Bool = false
    ) throws {
        let dataset = try root.createDataset(name, Double.self, shape: shape)
        let axes = isAxis ? [name] : shape.indices.map { "\(name) \($0)" }
        try dataset.describe(FieldInfo(name, unit: .one, "a number"), axes: axes)
        if isAxis {
            try dataset.setAttribute("start", .real(0))
            try dataset.setAttribute("end", .real(1))
        } else {
            try dataset.setAttribute("table", .text("table of \(name)"))
        }
        guard case .texts(let names)? = try root.attribute("datasets") else { return }
        try root.setAttribute("datasets", .texts(names + [name]))
    }

    static let all = [
        HostileResult("axis-start-nan", "offsets that are none", by: ["plot"]) { path in
            var file = try landscape()
            file.record.axes[0].start = .nan
            try file.write(to: path)
        },
        HostileResult("axis-of-1e308", "offsets that are none", by: ["plot"]) { path in
            var file = try landscape()
            (file.record.axes[0].start, file.record.axes[0].end) = (-1e308, 1e308)
            file.record.axes[0].coordinates = [-1e308, 0, 1e308]
            try file.write(to: path)
        },
        HostileResult("metric-of-another-grid", "of another shape than the rest") { path in
            var file = try landscape()
            let column = file.record.tables[0].columns.removeLast()
            file.record.tables.append(
                .init(
                    "metrics", axes: ["sample"], shape: [9],
                    columns: [.init(column.info, .reals(.init(repeating: 1, count: 9)))]))
            try file.write(to: path)
        },
        HostileResult("digest-of-another-identity", "not the one it was written with") { path in
            try store(landscape(), to: path) {
                try $0.setAttribute(
                    "identity_sha256", .text(.init(repeating: "0", count: 64)))
            }
        },
        HostileResult("identity-in-two-normal-forms", "twice") { path in
            try store(landscape(), to: path) { root in
                for name in ["\u{E9}", "e\u{301}"] {
                    try root.group("identity").setAttribute(name, .text(name))
                }
            }
        },
        HostileResult("counts-of-int64-max", "is no value of it", by: ["plot"]) { path in
            var file = try spectra()
            for member in file.record.children[0].members.indices {
                for field in ["batch_size", "minibatches"] {
                    let record = file.record.children[0].members[member].record
                    let place = record.fields.firstIndex { $0.info.name == field } ?? 0
                    file.record.children[0].members[member].record.fields[place].value =
                        .integer(.max)
                }
            }
            try file.write(to: path)
        },
        HostileResult("eigenvalues-of-the-least-number", "", by: []) { path in
            var file = try spectra()
            for member in file.record.children[0].members.indices {
                var record = file.record.children[0].members[member].record
                for column in record.tables[0].columns.indices {
                    if case .reals(let values) = record.tables[0].columns[column].values {
                        record.tables[0].columns[column].values =
                            .reals(.init(repeating: .leastNonzeroMagnitude, count: values.count))
                    }
                }
                file.record.children[0].members[member].record = record
            }
            try file.write(to: path)
        },
        HostileResult("name-of-60000-letters", "", by: []) { path in
            var file = try landscape()
            file.run.model = .init(repeating: "W", count: 60_000)
            try file.write(to: path)
        },
        HostileResult("column-that-is-stored-nowhere", "") { path in
            try store(landscape(), to: path) { try addUnwritten("x16", shape: [1 << 31], to: $0) }
        },
        HostileResult("many-columns-that-are-stored-nowhere", "") { path in
            try store(landscape(), to: path) { root in
                for number in 0..<200 {
                    try addUnwritten("column \(number)", shape: [1 << 20], to: root)
                }
            }
        },
        HostileResult("axes-that-are-stored-nowhere", "") { path in
            try store(landscape(), to: path) { root in
                for name in ["u", "v"] {
                    try addUnwritten(name, shape: [1 << 40], to: root, isAxis: true)
                }
            }
        },
        HostileResult("list-of-no-table", "a list that is of no table") { path in
            try store(landscape(), to: path) { root in
                let list = try root.write("list", [1.0, 2], shape: [2])
                try list.describe(FieldInfo("list", unit: .one, "numbers"), axes: ["number"])
                guard case .texts(let names)? = try root.attribute("datasets") else { return }
                try root.setAttribute("datasets", .texts(names + ["list"]))
            }
        },
        HostileResult("attribute-that-is-missing", "lacks the attribute unit") { path in
            try store(landscape(), to: path) { root in
                try root.write("bare", [1.0], shape: [])
                guard case .texts(let names)? = try root.attribute("datasets") else { return }
                try root.setAttribute("datasets", .texts(names + ["bare"]))
            }
        },
        HostileResult("version-of-tomorrow", "layout version 99") { path in
            try store(landscape(), to: path) { try $0.setAttribute("layout_version", .integer(99)) }
        },
    ]
}
