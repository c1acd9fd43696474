/// A network under the name that timm or torchvision gives it, such as `timm:resnet50`.
public struct OriginalModel: Sendable, Hashable {
    /// `timm:NAME` or `torchvision:NAME`.
    public let name: String
    /// The registry's text that makes it, with 1000 classes and the size of its published weights.
    public let model: String
    /// The constants that its published weights expect, as `--normalization` takes them.
    public let normalization: String

    /// Every network of the two libraries that the registry's families make, as timm 1.0 and
    /// torchvision 0.28 list them.
    public static let all: [OriginalModel] = (convolutional + "\n" + transformers)
        .split(separator: "\n").compactMap { line in
            let columns = line.split(separator: " ").map(String.init)
            guard columns.count == 5 else { return nil }
            return OriginalModel(
                name: "\(columns[0]):\(columns[1])",
                model: "\(columns[4]),classes=1000,size=\(columns[2])",
                normalization: columns[3])
        }

    /// The network that `LIBRARY:NAME,key=value,...` begins with, or nil for every other text.
    public static func named(_ text: String) -> OriginalModel? {
        let name = text.prefix { $0 != "," }
        return name.contains(":") ? all.first { $0.name == name } : nil
    }

    /// Its text with the arguments that are given for it in place of its own.
    func model(with pairs: [Substring]) -> String {
        let given = Set(pairs.map { $0.prefix { $0 != "=" } })
        let own = model.split(separator: ",")
        let kept = own.dropFirst().filter { !given.contains($0.prefix { $0 != "=" }) }
        return (own.prefix(1) + kept + pairs).joined(separator: ",")
    }
}
