import Randomness
import Records
import Spectra

extension SpectrumSummary {
    /// Says NEP and APE with intervals, or prints every sample as JSON.
    static func tell(
        _ results: [SpectrumResult], _ description: RunDescription, path: String, seconds: Double,
        _ report: Report
    ) {
        report.say("result")
        var rows = [["batch size", "loss", "NEP", "APE", "converged", "not converged"]]
        for result in results {
            for (name, summary) in [("NLL", result.summary), ("NLL + L2", result.summaryWithL2)] {
                rows.append(
                    [
                        "\(result.batchSize)", name, interval(summary.negativeProportion),
                        interval(summary.averagePositive), "\(summary.convergedCount)",
                        "\(summary.unconvergedCount)",
                    ])
            }
        }
        report.say(table: rows)
        report.say(
            "  NEP: proportion of negative ones among the eigenvalues of largest magnitude of each"
                + " minibatch. APE: mean of the positive ones.\n  Brackets: 95% intervals over"
                + " minibatches; what has not converged is counted and left out.")
        let products = results.reduce(0) { $0 + $1.products }
        report.say("  \(products) products in \(Readable.duration(seconds)), stored \(path)")
        report.document(
            [
                "command": "hessian spectrum", "out": .text(path), "run": description.document,
                "seconds": .number(seconds), "spectra": .array(results.map(JSONValue.init)),
            ])
    }

    private static func interval(_ estimate: Estimate) -> String {
        "\(Readable.number(estimate.value)) [\(Readable.number(estimate.lower)),"
            + " \(Readable.number(estimate.upper))]"
    }
}

extension JSONValue {
    /// An estimate with its interval.
    init(_ estimate: Estimate) {
        self = [
            "value": .number(estimate.value), "lower": .number(estimate.lower),
            "upper": .number(estimate.upper), "level": .number(estimate.level),
        ]
    }

    /// A spectrum with every sample.
    init(_ result: SpectrumResult) {
        self = [
            "preset": .text(result.preset.rawValue), "method": .text(result.method.rawValue),
            "batch_size": .integer(result.batchSize),
            "minibatches": .integer(result.minibatchCount),
            "weight_decay": .number(result.weightDecay), "tolerance": .number(result.tolerance),
            "products": .integer(result.products), "nll": JSONValue(result.summary),
            "nll_l2": JSONValue(result.summaryWithL2),
            "samples": .array(
                result.samples.map { sample in
                    [
                        "minibatch": .integer(sample.minibatch), "end": .text(sample.end.rawValue),
                        "rank": .integer(sample.rank), "value": .number(sample.value),
                        "residual": .number(sample.residual),
                        "converged": .bool(sample.converged),
                        "value_l2": .number(sample.valueWithL2),
                        "residual_l2": .number(sample.residualWithL2),
                        "converged_l2": .bool(sample.convergedWithL2),
                        "iterations": .integer(sample.iterations),
                    ]
                }),
        ]
    }

    /// NEP and APE.
    init(_ summary: SpectrumSummary) {
        self = [
            "nep": JSONValue(summary.negativeProportion),
            "ape": JSONValue(summary.averagePositive),
            "converged": .integer(summary.convergedCount),
            "unconverged": .integer(summary.unconvergedCount),
        ]
    }
}
