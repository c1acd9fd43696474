import Foundation
import Testing

/// Every number of the command line has a range, which is told where it is left.
@Suite struct NumberTests {
    private static let experiment = Sample.flags()

    private static let flags: [(command: [String], flag: String, values: [String])] = [
        (["evaluate"] + experiment, "--mixup", ["1e-320", "nan", "-1", "1e9"]),
        (["evaluate"] + experiment, "--cutmix", ["1e-320", "inf"]),
        (["evaluate"] + experiment, "--label-smoothing", ["1.5", "nan"]),
        (["evaluate"] + experiment, "--l2", ["-1", "nan", "inf", "1e300"]),
        (["evaluate"] + experiment, "--share", ["0", "2", "nan"]),
        (["evaluate"] + experiment, "--first", ["0", "9223372036854775807"]),
        (["evaluate"] + experiment, "--batch-size", ["0", "9223372036854775807"]),
        (["evaluate"] + experiment, "--draws", ["0", "9223372036854775807"]),
        (["evaluate"] + experiment, "--threads", ["0", "9223372036854775807"]),
        (["hessian", "eigenvalues"] + experiment, "--top", ["0", "9223372036854775807"]),
        (["hessian", "eigenvalues"] + experiment, "--bottom", ["-1", "9223372036854775807"]),
        (["hessian", "eigenvalues"] + experiment, "--max-iterations", ["0", "9223372036854775807"]),
        (["hessian", "eigenvalues"] + experiment, "--tolerance", ["0", "1", "nan"]),
        (["hessian", "spectrum"] + experiment, "--top", ["9223372036854775807"]),
        (["hessian", "spectrum"] + experiment, "--batches", ["9223372036854775807"]),
        (["hessian", "spectrum"] + experiment, "--batch-sizes", ["9223372036854775807"]),
        (
            ["landscape"] + experiment, "--grid",
            ["100000x100000", "0x3", "9223372036854775807x2", "9223372036854775807"]
        ),
        (["landscape"] + experiment, "--points", ["100001"]),
        (["landscape"] + experiment, "--range", ["-1e308..1e308", "nan..1", "-inf..inf"]),
        (training, "--warm-up", ["9223372036854775807", "-1"]),
        (training, "--epochs", ["9223372036854775807", "-1"]),
        (training, "--lr", ["0", "nan", "inf"]), (training, "--momentum", ["2", "nan"]),
        (training, "--weight-decay", ["-1", "inf"]), (training, "--clip", ["0", "nan"]),
        (["plot", "no.h5"], "--value-range", ["-inf..inf", "nan..1", "1..0"]),
        (["plot", "no.h5"], "--ceiling", ["inf", "nan"]),
        (["plot", "no.h5"], "--elevation", ["91", "nan"]),
        (["bench"], "--batch", ["0", "9223372036854775807"]),
        (["bench"], "--group-size", ["0", "9223372036854775807"]),
        (["bench"], "--threads", ["9223372036854775807"]),
        (["bench"], "--repeat", ["9223372036854775807"]),
    ]

    private static let training = ["train", "--model", Sample.network, "--data", Sample.images]

    @Test func numbersOutsideTheirRangeAreRefused() throws {
        let folder = try Folder(inMemory: true)
        for (command, flag, values) in Self.flags {
            for value in values {
                let outcome = try folder.run(command + ["\(flag)=\(value)"])
                #expect(outcome.status == 2, "\(flag)=\(value): \(outcome.errors)")
                #expect(outcome.failures.count == 1)
                let line = outcome.failures.last ?? ""
                #expect(line.contains(flag) && line.contains("expected"), "\(line)")
            }
        }
    }
}
