import Foundation
import Landscapes
import ResultSamples
import Results
import Testing

@testable import Records

@Suite("Results as documents, tables and text")
struct DocumentTests {
    private func record() -> Record {
        func share(_ name: String) -> FieldInfo { FieldInfo(name, unit: .share, "a share") }
        var record = Record()
        record.fields = [
            .init(FieldInfo("count", unit: .one, "a count"), .integer(3)),
            .init(FieldInfo("loss", unit: .nats, "a loss"), .real(.nan)),
            .init(FieldInfo("high", unit: .one, "a number"), .real(.infinity)),
        ]
        record.tables = [
            .init(
                "units", axes: ["unit"], shape: [2],
                columns: [
                    .init(
                        FieldInfo("name", unit: .text, "a name"),
                        .texts(["a, \"b\"", "line\nbreak"])),
                    .init(share("drop"), .reals([0.25, .nan])),
                    .init(share("drop_lower"), .reals([0, -.infinity])),
                    .init(share("drop_upper"), .reals([0.5, 1])),
                    .init(share("drop_level"), .reals([0.95, 0.95])),
                    .init(FieldInfo("good", unit: .flag, "a flag"), .flags([true, false])),
                ])
        ]
        return record
    }

    @Test func documentsSayMissingNumbersAsNull() {
        #expect(
            record().document.text
                == #"{"count":3,"loss":null,"high":"inf","units":["#
                + #"{"name":"a, \"b\"","drop":0.25,"drop_lower":0.0,"drop_upper":0.5,"#
                + #""drop_level":0.95,"good":true},"#
                + #"{"name":"line\nbreak","drop":null,"drop_lower":"-inf","drop_upper":1.0,"#
                + #""drop_level":0.95,"good":false}]}"#)
    }

    @Test func gridsAreNestedColumns() throws {
        let axes = [LandscapeAxis(count: 2), LandscapeAxis(count: 3)]
        let grid = try Samples.outcome(Samples.landscapeStudy(Samples.measurement(axes: axes)))
        let text = grid.record.document.text
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let metrics = try #require(object?["metrics"] as? [String: Any])
        let accuracy = try #require(metrics["accuracy"] as? [[Double]])
        #expect(accuracy.count == 3 && accuracy.allSatisfy { $0.count == 2 })
        // Texts of numbers are read back with an error in the last place.
        let point = try #require(grid.points[5])
        #expect(abs(accuracy[2][1] - point.accuracy) <= 1e-15)
        #expect((object?["axes"] as? [[String: Any]])?.map { $0["count"] as? Int } == [2, 3])
        #expect((object?["directions"] as? [Any])?.count == 2)
        let certificate = try #require(object?["certificate"] as? [String: Any])
        #expect((certificate["comparisons"] as? [Any])?.count == 4)
    }

    @Test func cellsAreQuotedWhereTheyHaveToBe() {
        #expect(
            CSVFile.text(record().tables[0])
                == "name,drop,drop_lower,drop_upper,drop_level,good\r\n"
                + "\"a, \"\"b\"\"\",0.25,0.0,0.5,0.95,true\r\n"
                + "\"line\nbreak\",,-inf,1.0,0.95,false\r\n")
    }

    @Test func tablesOfGridsAndListsAreFlat() throws {
        let axes = [LandscapeAxis(count: 2), LandscapeAxis(start: 0, end: 4, count: 3)]
        let grid = try Samples.outcome(Samples.landscapeStudy(Samples.measurement(axes: axes)))
        let tables = grid.record.allTables
        #expect(tables.map(\.name) == ["metrics", "directions", "certificate/comparisons"])
        #expect(tables[0].column("x")?.values == .reals([-1, 1, -1, 1, -1, 1]))
        #expect(tables[0].column("y")?.values == .reals([0, 0, 2, 2, 4, 4]))
        #expect(tables[1].column("directions")?.values == .texts(["0", "1"]))

        let spectra = try Samples.outcome(Samples.spectrumStudy())
        let samples = try #require(spectra.record.allTables.last)
        #expect(samples.name == "spectra/samples")
        let sizes = spectra.spectra.map(\.samples.count)
        #expect(samples.count == sizes[0] + sizes[1])
        #expect(
            samples.column("spectra")?.values
                == .texts(
                    Array(repeating: "batch_16", count: sizes[0])
                        + Array(repeating: "batch_64", count: sizes[1])))
        let values = spectra.spectra.flatMap { $0.samples.map(\.value) }
        #expect(samples.column("eigenvalue")?.values == .reals(values))
        // A part that lacks a column has gaps there.
        var parts = spectra.record
        parts.children[0].members[1].record.tables[0].columns.removeAll {
            $0.info.name == "eigenvalue"
        }
        let numbers = parts.allTables.last?.column("eigenvalue")?.values.numbers
        #expect(numbers?.prefix(sizes[0]).elementsEqual(values.prefix(sizes[0])) == true)
        #expect(numbers?.suffix(sizes[1]).allSatisfy(\.isNaN) == true)
    }

    @Test func peopleReadIntervalsInOneCellAndGridsByTheirRange() throws {
        let text = RecordText(record())
        #expect(text.facts.map(\.value) == ["3", "nan", "inf"])
        #expect(text.tables[0].rows[0] == ["name", "drop", "good"])
        #expect(text.tables[0].rows[1] == ["a, \"b\"", "25.00% [0.00%, 50.00%]", "yes"])
        let grid = try Samples.outcome(Samples.landscapeStudy(Samples.measurement()))
        let metrics = RecordText(grid.record).tables[0]
        #expect(metrics.rows[0] == ["", "lowest", "highest", "not finite"])
        #expect(metrics.rows.contains { $0[0] == "nll" })
        let spectra = RecordText(try Samples.outcome(Samples.spectrumStudy()).record)
        #expect(spectra.tables[0].rows[0] == ["spectra", "batch_16", "batch_64"])
        #expect(spectra.tables[1].rows[0] == ["", "lowest", "highest", "not finite"])
    }

    @Test(arguments: [0, 0.05]) func numbersOfAPenaltyAreToldWhereThereIsOne(l2: Double) throws {
        var spectra = try Samples.outcome(Samples.spectrumStudy())
        for index in spectra.spectra.indices { spectra.spectra[index].l2 = l2 }
        var grid = try Samples.outcome(Samples.landscapeStudy(Samples.measurement()))
        grid.l2 = l2
        #expect(grid.finding.contains("L2") == (l2 > 0))
        for record in [grid.record, spectra.record] {
            let text = RecordText(record)
            let names = text.facts.map(\.name) + text.tables.flatMap { $0.rows.joined() }
            #expect(names.contains { $0.hasSuffix("_l2") } == (l2 > 0))
            #expect(names.contains { $0 == "nll" || $0 == "eigenvalue" })
            // Files, documents and other tables have them always.
            #expect(record.document.text.contains("_l2\":"))
        }
    }
}
