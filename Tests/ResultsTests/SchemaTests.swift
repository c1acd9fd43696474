import Randomness
import Testing

@testable import Results

/// A result with every type of field.
private struct Sample: StoredResult {
    enum Kind: String, StoredLabel { case first, second }
    struct Row: Fillable {
        var name = ""
        var value = 0.0
        var loss = Estimate()
        var kind = Kind.first
    }
    struct Part: StoredFields {
        var norm = 0.0
        var seed: UInt64?
        static var schema: Schema<Part> {
            Schema(
                .field("norm", \.norm, unit: .weight, "‖d‖"),
                .field("seed", \.seed, unit: .one, "seed"))
        }
    }
    static let kind = "sample"
    var finding: String { "count \(count)" }
    var count = 0
    var real = 0.0
    var flag = false
    var text = ""
    var seed: UInt64 = 0
    var choice = Kind.first
    var missing: Double?
    var estimate = Estimate()
    var rows: [Row] = []
    var lengths = [1, 1]
    var points: [Row?] = [nil]
    var part: Part?
    var parts: [Part] = []

    static var schema: Schema<Sample> {
        Schema(
            .field("count", \.count, unit: .one, "a count"), .field("real", \.real, unit: .nats, "a number"),
            .field("flag", \.flag, "a flag"), .field("text", \.text, "a text"),
            .field("seed", \.seed, unit: .one, "a seed"), .field("choice", \.choice, "a choice"),
            .field("missing", \.missing, unit: .one, "may be missing"),
            .field("estimate", \.estimate, unit: .nats, "an estimate"),
            .derived("double", unit: .nats, "twice the number") { 2 * $0.real },
            .axes(
                { sample in
                    zip(["y", "x"], sample.lengths).map { name, length in
                        Record.Axis(
                            FieldInfo(name, unit: .one, "a place"),
                            coordinates: (0..<length).map(Double.init), start: 0, end: 1)
                    }
                }, { $1.lengths = $0.map(\.coordinates.count) }),
            .table(
                "rows", axis: "row", \.rows,
                [
                    .column("name", \.name, "a name"), .column("value", \.value, unit: .one, "a value"),
                    .column("loss", \.loss, unit: .nats, "a loss"),
                    .column("kind", \.kind, "a kind"),
                    .derived("place", unit: .one, "from the first") { Array($0.indices) },
                ]),
            .grid(
                "points", axes: { _ in ["y", "x"] }, flag: "done", \.points,
                [.column("height", \.value, unit: .one, "a value")]),
            .child("part", \.part),
            .children("parts", \.parts, key: { "norm \($0.norm)" }))
    }

    static var full: Sample {
        var sample = Sample()
        sample.count = -3
        sample.real = -.infinity
        sample.flag = true
        sample.text = "ä, \"b\"\n"
        sample.seed = .max
        sample.choice = .second
        sample.missing = 0.5
        sample.estimate = Estimate(value: 1, lower: 0, upper: 2, level: 0.9)
        sample.rows = [Row(name: "a", value: 1, loss: Estimate(value: 1, lower: 0, upper: 2))]
        sample.lengths = [2, 3]
        sample.points = [nil, Row(value: 1), Row(value: .infinity), nil, Row(), Row(value: -1)]
        sample.part = Part(norm: 2, seed: 7)
        sample.parts = [Part(norm: 1, seed: nil), Part(norm: 0.1 + 0.2, seed: 1 << 63)]
        return sample
    }
}

@Suite("Results by their schemas")
struct SchemaTests {
    @Test(arguments: [true, false]) func recordsComeBackWhole(isFull: Bool) throws {
        let sample = isFull ? Sample.full : Sample()
        // NaN, which an estimate of nothing has, equals NaN in its text.
        #expect("\(try Sample(sample.record))" == "\(sample)")
    }

    @Test func namesUnitsAndTypesAreThoseOfTheSchema() throws {
        let record = Sample.full.record
        #expect(record.value("count") == .integer(-3))
        #expect(record.value("seed") == .text("18446744073709551615"))
        #expect(record.value("choice") == .text("second"))
        #expect(record.value("double") == .real(-.infinity))
        let names = ["estimate", "estimate_lower", "estimate_upper", "estimate_level"]
        #expect(names.map { record.value($0) } == [.real(1), .real(0), .real(2), .real(0.9)])
        let units = record.fields.filter { names.contains($0.info.name) }.map(\.info.unit)
        #expect(units == [.nats, .nats, .nats, .share])
        let table = try #require(record.table("rows"))
        #expect(table.axes == ["row"] && table.shape == [1])
        #expect(table.column("kind")?.values == .texts(["first"]))
        #expect(table.column("place")?.values == .integers([0]))
        let grid = try #require(record.table("points"))
        #expect(grid.axes == ["y", "x"] && grid.shape == [2, 3])
        #expect(grid.column("done")?.values == .flags([false, true, true, false, true, true]))
        let keys = record.child("parts")?.members.map(\.key)
        #expect(keys == ["norm 1.0", "norm 0.30000000000000004"])
        // What is missing is not there, but an empty list or table is.
        let empty = Sample().record
        #expect(empty.value("missing") == nil && empty.child("part") == nil)
        #expect(empty.child("parts")?.members.isEmpty == true)
        #expect(empty.table("rows")?.shape == [0])
    }

    /// Reads a record that was changed, and what is said of it.
    private func trouble(_ change: (inout Record) -> Void) -> String? {
        var record = Sample.full.record
        change(&record)
        do {
            _ = try Sample(record)
            return nil
        } catch { return "\(error)" }
    }

    @Test func recordsOfAnotherFormAreRefusedByName() throws {
        #expect(trouble { _ in } == nil)
        #expect(trouble { $0.fields.removeAll { $0.info.name == "real" } } == "lacks real")
        #expect(
            trouble { record in
                let place = record.fields.firstIndex { $0.info.name == "choice" } ?? 0
                record.fields[place].value = .text("third")
            } == "has choice = third, which is no value of it")
        #expect(trouble { $0.tables.remove(at: 0) } == "lacks the table rows")
        #expect(trouble { $0.tables[0].columns.remove(at: 0) } == "rows: lacks name")
        #expect(
            trouble { $0.tables[0].columns[1].values = .reals([1, 2]) }
                == "rows: has 2 values of value for 1 rows")
        #expect(trouble { $0.tables[0].columns[0].values = .reals([1]) }?.contains("name") == true)
        #expect(trouble { $0.tables[1].shape = [3, 2] } == "points: has no done for each point")
        #expect(trouble { $0.children.removeLast() } == "lacks the list parts")
        #expect(
            trouble { $0.children[1].members[1].record.fields.removeAll() }
                == "parts/norm 0.30000000000000004: lacks norm")
    }

    @Test func numbersAreShownAsTheirUnitsAsk() {
        #expect(StoredScalar.real(0.25).readable(unit: .share) == "25.00%")
        #expect(StoredScalar.real(1234567.8).readable(unit: .nats) == "1.23457e+06")
        #expect(StoredScalar.real(.nan).readable(unit: .one) == "nan")
        #expect(StoredScalar.flag(true).readable(unit: .one) == "yes")
    }
}
