import Autodiff
import Execution
import Foundation
import Records

/// The sweep of `saddle bench --layers`: convolutions, poolings and their gradients of many shapes,
/// each alone on one worker, against what the machine could do.
///
/// A layer can take no less time than its products at the product rate, nor than its activations
/// and filters at the rate of a stream through memory. The larger of the two over the measured time
/// is its share; its floor is 40% where products bind it, 50% where memory does.
struct LayerSweep {
    private let layers: [BenchLayer]

    private static let floors = (products: 0.4, memory: 0.5)
    private static let repetitions = 7

    /// - Throws: `UsageError` where no layer has the name that is asked for.
    init(only: String?) throws {
        layers = BenchLayer.all.filter { layer in only.map(layer.name.contains) ?? true }
        guard !layers.isEmpty else {
            throw UsageError(
                "--only", only ?? "",
                "no layer has such a name; kinds are " + BenchLayer.kinds.joined(separator: ", "))
        }
    }

    func run(_ report: Report) throws {
        let machine = CPUMachine()
        let rate = try MachineRate.singlePrecision(workers: 1)
        let stream = try MachineRate.stream(workers: 1)
        report.say(
            String(
                format: "one worker: %.1f GFLOP/s in products, %.1f GB/s in a stream; %d layers",
                rate, stream, layers.count))
        var (below, rows): (Int, [JSONValue]) = (0, [])
        for layer in layers {
            let times = try layer.program(machine).profile(
                ofProduct: false, repetitions: Self.repetitions)
            // Conversions are those of the program's inputs and outputs, which networks have once.
            let seconds = times.filter { $0.name != "image reorder" }.map(\.seconds).reduce(0, +)
            let least = (products: layer.operations / rate * 1e-9, memory: layer.bytes / stream * 1e-9)
            let share = max(least.products, least.memory) / seconds
            let floor = least.products > least.memory ? Self.floors.products : Self.floors.memory
            if share < floor {
                below += 1
                report.say(
                    "  \(layer.name): "
                        + String(
                            format: "%.1f us, %.1f GFLOP/s, %.1f GB/s, %.0f%% of %@", seconds * 1e6,
                            layer.operations / seconds * 1e-9, layer.bytes / seconds * 1e-9,
                            share * 100, least.products > least.memory ? "products" : "the stream"))
            }
            rows.append(
                .object([
                    ("layer", .text(layer.name)), ("seconds", .number(seconds)),
                    ("gflop_per_s", .number(layer.operations / seconds * 1e-9)),
                    ("gb_per_s", .number(layer.bytes / seconds * 1e-9)),
                    ("share", .number(share)), ("floor", .number(floor)),
                ]))
        }
        report.say("\(below) of \(layers.count) layers below their floor")
        report.document(
            .object([
                ("command", "bench"), ("product_gflop_per_s", .number(rate)), ("stream_gb_per_s", .number(stream)),
                ("layers", .array(rows)),
            ]))
    }
}
