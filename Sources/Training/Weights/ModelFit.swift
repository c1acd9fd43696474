import Autodiff
import Networks
import Storage

/// Which networks of the registry a checkpoint fits, judged by names and shapes alone.
public struct ModelFit {
    private let shapes: [String: [Int]]
    private let keys: [String]

    /// The search for the networks of a checkpoint.
    public init(_ checkpoint: Checkpoint) {
        let tensors = checkpoint.tensors.filter { !$0.name.hasPrefix(Weights.optimizerPrefix) }
        shapes = Dictionary(tensors.map { ($0.name, $0.shape) }) { first, _ in first }
        keys = tensors.map(\.name)
    }

    /// The networks that take the checkpoint as it is, with the arguments that make it fit: those under
    /// the names of timm and torchvision, and the registry's own.
    public func models() -> [String] {
        (OriginalModel.all.map(\.name) + ModelRegistry.definitions.map(\.name)).compactMap { name in
            // Other arguments change shapes and the counts of blocks, not the names of most tensors.
            guard let difference = difference(name),
                difference.missing.count + difference.unknown.count <= keys.count / 2
            else { return nil }
            return difference.isEmpty ? name : model(near: name)
        }
    }

    /// The text of a network that fits: `text` with as few arguments changed as were found to do it, one
    /// after another, each the one that leaves the fewest tensors different; nil where that leads nowhere.
    func model(near text: String) -> String? {
        guard var best = difference(text), let definition = ModelRegistry.definition(of: text) else {
            return nil
        }
        var arguments = text.split(separator: ",").map(String.init)
        // A handful of arguments makes the difference between versions of a network, if any do.
        for _ in 0..<4 where !best.isEmpty {
            var chosen: [String]?
            for key in definition.keys where key.name != "ensemble" {
                for value in candidates(key, best) {
                    let changed = arguments.filter { !$0.hasPrefix(key.name + "=") }
                        + ["\(key.name)=\(value)"]
                    guard let next = difference(changed.joined(separator: ",")),
                        next.count < best.count
                    else { continue }
                    (best, chosen) = (next, changed)
                }
            }
            guard let chosen else { return nil }
            arguments = chosen
        }
        return best.isEmpty ? arguments.joined(separator: ",") : nil
    }

    /// What an argument may be, from the shapes that differ and the sizes in use.
    private func candidates(_ key: ModelKey, _ mismatch: WeightsError.Mismatch) -> [String] {
        if key.standard == "true" || key.standard == "false" { return ["true", "false"] }
        switch key.name {
        case "stem": return ["small", "large"]
        case "distillation": return ["none", "deit", "vita"]
        case "layer_scale": return ["none", "1e-6"]
        case "size":
            return [28, 32, 64, 96, 128, 160, 192, 224, 240, 256, 288, 384, 448, 512, 518]
                .map(String.init)
        case "patch", "window": return [2, 4, 7, 8, 12, 14, 16, 32].map(String.init)
        case "depth" where Int(key.standard) != nil:
            return Set(keys.map { key in
                (key.split(separator: ".").compactMap { Int($0) }.first ?? 0) + 1
            }).max().map { [String($0)] } ?? []
        case "classes", "inputs", "width", "stem_width", "growth", "representation":
            guard Int(key.standard) != nil else { return [] }
            let actual = mismatch.misshapen.suffix(4) + mismatch.misshapen.prefix(4)
            return Set(actual.flatMap { $0.actual }).sorted().map(String.init)
        default: return []
        }
    }

    /// How the checkpoint differs from a network; nil where the text makes none.
    private func difference(_ text: String) -> WeightsError.Mismatch? {
        guard let network = try? ModelRegistry.network(text),
            let trace = try? network.trace(in: GraphBuilder(), batch: 1)
        else { return nil }
        let renamings = Dictionary(network.renamings(of: keys).map { ($0.old, $0) }) { first, _ in
            first
        }
        var found: [String: (shape: [Int], axes: [Int]?)] = [:]
        for (key, shape) in shapes {
            let renaming = renamings[key]
            if let new = renaming == nil ? key : renaming?.new {
                found[new] = (shape, renaming?.axes)
            }
        }
        var mismatch = WeightsError.Mismatch(network: text)
        for entry in trace.state {
            guard let theirs = found.removeValue(forKey: entry.name) else {
                if entry.kind != .table { mismatch.missing.append(entry.name) }
                continue
            }
            let ours = entry.shape.dimensions
            if !Weights.fits(theirs.shape, ours, theirs.axes) {
                mismatch.misshapen.append((entry.name, ours, theirs.shape))
            }
        }
        mismatch.unknown = found.keys.sorted()
        return mismatch
    }
}
