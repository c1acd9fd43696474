import Foundation
import Testing

/// Calibration of one network, of several and of several passes.
@Suite struct CalibrateTests {
    private static let names = [
        "NLL": "nll", "Acc": "accuracy", "Acc-90": "accuracy_90", "Unc": "unconfidence",
        "Unc-90": "unconfidence_90", "IoU": "iou", "IoU-90": "iou_90", "Freq": "frequency",
        "Freq-90": "frequency_90", "Top-5": "top5", "Brier": "brier", "ECE": "ece",
        "ECSE": "ecse",
    ]

    private static func flags(_ out: String, _ more: [String] = []) -> [String] {
        ["calibrate"] + Sample.flags() + ["--batch-size", "8", "--precision", "f64", "--out", out]
            + more
    }

    @Test func metricsAreThoseOfEvaluateWithIntervals() throws {
        let folder = try Folder()
        let document = try folder.document(Self.flags("c.h5", ["--bins", "5"]))
        let evaluated = try folder.document(["evaluate", "--precision", "f64"] + Sample.flags())
        let metrics = try #require(evaluated["metrics"] as? [String: Any])
        #expect(metrics.count == Self.names.count)
        for (name, own) in Self.names where name != "ECE" && name != "ECSE" {
            let value = document[own] as? Double ?? .nan
            let expected = metrics[name] as? Double ?? .nan
            #expect(
                abs(value - expected) < 1e-12 || value.isNaN && expected.isNaN, "\(name)")
            if !value.isNaN, own != "accuracy_90", own != "iou_90" {
                let lower = try #require(document[own + "_lower"] as? Double, "\(own)")
                let upper = try #require(document[own + "_upper"] as? Double, "\(own)")
                #expect(lower <= value && value <= upper, "\(own)")
            }
        }
        let bins = try #require(document["bins"] as? [[String: Any]])
        #expect(bins.count == 5)
        #expect(bins.reduce(0) { $0 + ($1["bin_examples"] as? Int ?? 0) } == 32)
        for arguments in [
            ["plot", "c.h5", "--out", "c"], ["export", "notebook", "c.h5", "--out", "c.ipynb"],
        ] {
            let outcome = try folder.run(arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }

    @Test func anEnsembleIsMoreThanItsMembers() throws {
        let folder = try Folder()
        let one = try folder.document(Self.flags("1.h5"))
        let both = try folder.document(Self.flags("2.h5", ["--ensemble", "initial", "initial"]))
        #expect(both["members"] as? Int == 3)
        #expect(both["nll"] as? Double != one["nll"] as? Double)
    }

    @Test func passesNeedSomethingRandom() throws {
        let folder = try Folder()
        let outcome = try folder.run(Self.flags("c.h5", ["--passes", "3"]))
        #expect(outcome.status == 2)
        #expect(outcome.failures.first?.contains("no Monte Carlo dropout") ?? false)
        let zero = try folder.run(Self.flags("c.h5", ["--passes", "0"]))
        #expect(zero.status == 2)
    }

    @Test func passesDrawOtherMasks() throws {
        let folder = try Folder()
        func loss(_ out: String, _ passes: String) throws -> Double {
            let flags = ["calibrate"] + Sample.flags("resnet,depth=8,width=4,classes=4,size=16")
            let model = "resnet18,blocks=1-1-1-1,dropout=0.3,classes=4,size=16"
            let document = try folder.document(
                flags.map { $0.hasPrefix("resnet,") ? model : $0 }
                    + ["--batch-size", "8", "--precision", "f64", "--passes", passes, "--out", out])
            return try #require(document["nll"] as? Double)
        }
        let (one, two) = (try loss("1.h5", "1"), try loss("2.h5", "2"))
        #expect(one != two)
        #expect(try loss("again.h5", "2") == two)
    }
}
