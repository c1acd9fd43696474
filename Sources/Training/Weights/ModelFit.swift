import Autodiff
import Networks
import Storage

/// Which networks of the registry a checkpoint fits, judged by names and shapes alone.
public struct ModelFit {
    private let structure: CheckpointStructure
    private let keys: [String]
    /// The networks of a family whose arguments are searched, from the nearest on.
    private static let trials = 6

    /// The search for the networks of a checkpoint.
    public init(_ checkpoint: Checkpoint) {
        let tensors = checkpoint.tensors.filter { !$0.name.hasPrefix(Weights.optimizerPrefix) }
        structure = CheckpointStructure(
            Dictionary(tensors.map { ($0.name, $0.shape) }) { first, _ in first })
        keys = tensors.map(\.name)
    }

    /// The networks that take the checkpoint, with the arguments that make it fit: those under the names
    /// of timm and torchvision, and the registry's own.
    ///
    /// Where a network of a family fits as it is, the family's others are not searched for arguments.
    public func models() -> [String] {
        let names = OriginalModel.all.map(\.name) + ModelRegistry.definitions.map(\.name)
        let alike = names.compactMap { name -> (name: String, family: String, distance: Int)? in
            guard let difference = difference(name), difference.isAlike(keys) else { return nil }
            let family = ModelRegistry.definition(of: name)?.source ?? name
            return (name, family, difference.distance)
        }
        return Set(alike.map(\.family)).sorted().flatMap { family -> [String] in
            let members = alike.filter { $0.family == family }
            let fitting = members.filter { $0.distance == 0 }.map(\.name)
            guard fitting.isEmpty else { return fitting }
            let nearest = members.sorted { $0.distance < $1.distance }.prefix(Self.trials)
            return nearest.lazy.compactMap { model(near: $0.name) }.prefix(1).map { $0 }
        }
    }

    /// The text of a network that fits: `text` with as few arguments changed as were found to do it, one
    /// after another, each the one that leaves the fewest tensors different; nil where that leads nowhere.
    func model(near text: String) -> String? {
        guard var best = difference(text), let definition = ModelRegistry.definition(of: text)
        else { return nil }
        var arguments = text.split(separator: ",").map(String.init)
        let keys = definition.keys.filter { $0.name != "ensemble" }
        // The numbers of blocks first: what else differs shows in blocks that both have.
        let structural = keys.filter { CheckpointStructure.countsBlocks($0) }
        var searched = structural
        while !best.mismatch.isEmpty {
            var chosen: [String]?
            for key in searched {
                for value in structure.candidates(key, best.mismatch, heads: Self.heads(arguments, keys)) {
                    let changed = Self.replacing(key, by: value, in: arguments, keys)
                    guard let next = difference(changed.joined(separator: ",")),
                        next.distance < best.distance
                    else { continue }
                    (best, chosen) = (next, changed)
                }
            }
            if let chosen {
                arguments = chosen
            } else if searched.count == keys.count {
                return nil
            }
            searched = keys
        }
        return arguments.joined(separator: ",")
    }

    /// The attention heads of each stage, by the arguments or by default.
    private static func heads(_ arguments: [String], _ keys: [ModelKey]) -> [Int] {
        let given = arguments.first { $0.hasPrefix("heads=") }?.dropFirst("heads=".count)
        let text = given ?? keys.first { $0.name == "heads" }.map { Substring($0.standard) } ?? ""
        return text.split(separator: "-").compactMap { Int($0) }
    }

    /// The arguments with another value of a key; where it is a list for fewer stages, the other lists
    /// are cut to them.
    private static func replacing(
        _ key: ModelKey, by value: String, in arguments: [String], _ keys: [ModelKey]
    ) -> [String] {
        let stages = value.split(separator: "-").count
        let given = Dictionary(
            arguments.dropFirst().map { argument in
                let parts = argument.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), parts.last.map(String.init) ?? "")
            }) { first, _ in first }
        let cut = keys.compactMap { other -> String? in
            let list = (given[other.name] ?? other.standard).split(separator: "-")
            guard stages > 1, other != key, other.isList, list.count > stages else { return nil }
            return "\(other.name)=" + list.prefix(stages).joined(separator: "-")
        }
        let replaced = Set(([key.name + "="] + cut).map { $0.prefix { $0 != "=" } })
        return arguments.filter { !replaced.contains($0.prefix { $0 != "=" }) } + cut
            + ["\(key.name)=\(value)"]
    }

    /// A network's tensors against the checkpoint's.
    private struct Difference {
        var mismatch: WeightsError.Mismatch
        /// The names that both have.
        var common: [String] = []

        /// Whether the network has the kinds of tensors that the file has, whatever their numbers and
        /// shapes.
        func isAlike(_ keys: [String]) -> Bool {
            4 * strange <= CheckpointStructure.kinds(keys).count
        }

        /// The kinds of tensors that only one of them has.
        private var strange: Int {
            CheckpointStructure.kinds(mismatch.missing + mismatch.unknown)
                .subtracting(CheckpointStructure.kinds(common)).count
        }

        /// How far the network is from the file: lower with each argument that is right, where a tensor
        /// has several wrong.
        var distance: Int {
            8 * (mismatch.missing.count + mismatch.unknown.count)
                + mismatch.misshapen.map { tensor in
                    guard tensor.expected.count == tensor.actual.count else { return 4 }
                    return zip(tensor.expected, tensor.actual).count { $0 != $1 }
                }.reduce(0, +)
        }
    }

    /// How the checkpoint differs from a network; nil where the text makes none.
    private func difference(_ text: String) -> Difference? {
        guard let network = try? ModelRegistry.network(text),
            let trace = try? network.trace(in: GraphBuilder(), batch: 1)
        else { return nil }
        let renamings = Dictionary(network.renamings(of: keys).map { ($0.old, $0) }) { first, _ in
            first
        }
        var found: [String: (shape: [Int], axes: [Int]?)] = [:]
        for (key, shape) in structure.shapes {
            let renaming = renamings[key]
            if let new = renaming == nil ? key : renaming?.new {
                found[new] = (shape, renaming?.axes)
            }
        }
        var difference = Difference(mismatch: WeightsError.Mismatch(network: text))
        for entry in trace.state {
            guard let theirs = found.removeValue(forKey: entry.name) else {
                if entry.kind != .table { difference.mismatch.missing.append(entry.name) }
                continue
            }
            difference.common.append(entry.name)
            let ours = entry.shape.dimensions
            if !Weights.fits(theirs.shape, ours, theirs.axes) {
                difference.mismatch.misshapen.append((entry.name, ours, theirs.shape))
            }
        }
        difference.mismatch.unknown = found.keys.sorted()
        return difference
    }
}
