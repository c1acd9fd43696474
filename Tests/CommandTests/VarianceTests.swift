import Foundation
import Testing

/// All that can be done with the file of a variance.
@Suite struct VarianceTests {
    private static func arguments(_ out: String) -> [String] {
        ["variance"] + Sample.flags(Sample.transformer)
            + ["--batch-size", "8", "--precision", "f64", "--out", out]
    }

    @Test func isSplitJoinedReadDrawnAndExported() throws {
        let folder = try Folder()
        let document = try folder.document(Self.arguments("whole.h5"))
        let units = try #require(document["units"] as? [[String: Any]])
        #expect(units.count == 5)
        #expect(units.first?["kind"] as? String == "stem")
        for unit in units {
            let value = try #require(unit["variance"] as? Double)
            let lower = try #require(unit["variance_lower"] as? Double)
            let upper = try #require(unit["variance_upper"] as? Double)
            #expect(0 < lower && lower < value && value < upper)
            #expect(unit["height"] as? Int == 2 && unit["channels"] as? Int == 24)
        }
        for part in 1...3 {
            let outcome = try folder.run(
                Self.arguments("part\(part).h5") + ["--part", "\(part)/3"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let merged = try folder.document([
            "variance", "--merge", "part3.h5", "part1.h5", "part2.h5", "--out", "merged.h5",
        ])
        #expect(
            try #require(merged["units"] as? NSArray) == #require(document["units"] as? NSArray))

        let table = try folder.run(["inspect", "merged.h5"])
        #expect(table.status == 0 && table.output.contains("blocks.0.attn"))
        for arguments in [
            ["plot", "merged.h5", "--out", "variance"],
            ["export", "notebook", "merged.h5", "--out", "variance.ipynb"],
            ["export", "csv", "merged.h5", "--out", "variance.csv"],
        ] {
            let outcome = try folder.run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        #expect(folder.contains("variance.svg") && folder.contains("variance.ipynb"))
    }

    @Test func networksWithoutMapsAreRefused() throws {
        let folder = try Folder()
        let outcome = try folder.run(
            ["variance"] + Sample.flags("vit,size=16,patch=16,width=24,depth=1,heads=3,classes=4")
                + ["--out", "x.h5"])
        #expect(outcome.status == 2)
        #expect(outcome.failures.count == 1)
        #expect(outcome.failures.first?.contains("no feature map of several pixels") ?? false)
        #expect(!folder.contains("x.h5"))
    }
}
