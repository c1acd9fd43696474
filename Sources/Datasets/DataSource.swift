/// Where images come from, in the form that `--data` takes.
public enum DataSource: Hashable, Sendable {
    /// A folder with the binary version of CIFAR-10.
    case cifar10(folder: String)
    /// A folder with the binary version of CIFAR-100, fine labels.
    case cifar100(folder: String)
    /// A folder with the IDX files of Fashion-MNIST.
    case fashionMNIST(folder: String)
    /// A folder with the IDX files of MNIST.
    case mnist(folder: String)
    /// Images drawn from a seed.
    case synthetic(SyntheticImages)
    /// A safetensors file with `images` and `labels`.
    case tensors(file: String)

    /// The forms that a source can take.
    public static let forms =
        "cifar10:DIR, cifar100:DIR, fashion-mnist[:DIR], mnist:DIR, "
        + "synthetic[:key=value,...], tensors:FILE"

    /// Reads one of the `forms`.
    ///
    /// - Throws: `DatasetError.invalidOption`, which lists the valid forms.
    public init(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let kind = parts.first.map(String.init) ?? ""
        let rest = parts.count == 2 ? String(parts[1]) : nil
        func place() throws -> String {
            guard let rest, !rest.isEmpty else {
                throw Self.error(text, "\(kind) needs a path after the colon")
            }
            return FileBytes.expand(rest)
        }
        switch kind {
        case "cifar10": self = .cifar10(folder: try place())
        case "cifar100": self = .cifar100(folder: try place())
        case "mnist": self = .mnist(folder: try place())
        case "fashion-mnist":
            let folder = rest == nil ? IDXFiles.fashionMNISTFolder : try place()
            self = .fashionMNIST(folder: folder)
        case "synthetic":
            self = .synthetic(
                try rest.map { try SyntheticImages(options: $0) } ?? SyntheticImages())
        case "tensors": self = .tensors(file: try place())
        default: throw Self.error(text, "unknown data source")
        }
    }

    private static func error(_ text: String, _ reason: String) -> DatasetError {
        .invalidOption(name: "--data", value: text, reason: "\(reason); the forms are \(forms)")
    }

    /// The form that makes the same source again.
    public var text: String {
        switch self {
        case .cifar10(let folder): return "cifar10:\(folder)"
        case .cifar100(let folder): return "cifar100:\(folder)"
        case .fashionMNIST(let folder):
            return folder == IDXFiles.fashionMNISTFolder
                ? "fashion-mnist" : "fashion-mnist:\(folder)"
        case .mnist(let folder): return "mnist:\(folder)"
        case .synthetic(let images):
            return images.options.isEmpty ? "synthetic" : "synthetic:\(images.options)"
        case .tensors(let file): return "tensors:\(file)"
        }
    }

    /// Where the given files of the source lie; nothing for images that are drawn.
    ///
    /// - Parameter names: as `LabelledImages.files` has them.
    public func paths(of names: [String]) -> [String] {
        switch self {
        case .cifar10(let folder), .cifar100(let folder), .fashionMNIST(let folder),
            .mnist(let folder):
            names.map { FileBytes.path(folder, $0) }
        case .tensors(let file): [file]
        case .synthetic: []
        }
    }

    /// Reads or draws all images of a split; a `tensors` file is one set, whatever the split.
    ///
    /// - Throws: `DatasetError` or `StorageError`, one line that names the file.
    public func load(_ split: DataSplit) throws -> LabelledImages {
        switch self {
        case .cifar10(let folder):
            return try CIFARFiles.cifar10(folder: folder, split: split, source: text)
        case .cifar100(let folder):
            return try CIFARFiles.cifar100(folder: folder, split: split, source: text)
        case .fashionMNIST(let folder):
            return try IDXFiles.read(
                folder: folder, split: split, classNames: IDXFiles.fashionMNISTClasses, source: text
            )
        case .mnist(let folder):
            return try IDXFiles.read(
                folder: folder, split: split, classNames: LabelledImages.numbers(10), source: text)
        case .synthetic(let images):
            return try images.draw(split, source: text)
        case .tensors(let file):
            return try TensorFile.read(file, source: text)
        }
    }

    /// Chosen images of a split, frozen as examples.
    ///
    /// - Parameter classCount: how many classes labels are spread over: those of a network.
    /// - Throws: `DatasetError` or `StorageError`, one line for each way in which it does not fit.
    public func examples(
        _ split: DataSplit, classCount: Int, selection: Selection = Selection(),
        options: ExampleOptions = ExampleOptions(), normalization: Normalization = .dataset
    ) throws -> ExampleSet {
        let images = try load(split).withClassCount(classCount)
        return try ExampleSet(
            images, selection: selection, options: options,
            normalization: normalization.resolve(for: images, from: self))
    }
}
