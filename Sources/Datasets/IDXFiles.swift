import Storage

/// MNIST and Fashion-MNIST: arrays of bytes in IDX files, plain or compressed with gzip.
enum IDXFiles {
    /// Where Debian's package `dataset-fashion-mnist` puts its files.
    static let fashionMNISTFolder = "/usr/share/datasets/fashion-mnist"

    static let fashionMNISTClasses = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
        "Ankle boot",
    ]

    /// Reads the images and labels of one split, `[count, 1, height, width]`.
    static func read(
        folder: String, split: DataSplit, classNames: [String], source: String
    ) throws -> LabelledImages {
        let advice =
            folder == fashionMNISTFolder ? " (Debian package dataset-fashion-mnist)" : ""
        try FileBytes.requireFolder(
            folder, holding: "IDX files such as train-images-idx3-ubyte.gz\(advice)")
        let prefix = split == .train ? "train" : "t10k"
        let imageFile = try find(
            folder, ["\(prefix)-images-idx3-ubyte", "\(prefix)-images.idx3-ubyte"])
        let labelFile = try find(
            folder, ["\(prefix)-labels-idx1-ubyte", "\(prefix)-labels.idx1-ubyte"])
        let images = try array(FileBytes.path(folder, imageFile), dimensions: 3)
        let labels = try array(FileBytes.path(folder, labelFile), dimensions: 1)
        guard images.lengths[0] == labels.lengths[0] else {
            throw DatasetError.malformed(
                path: FileBytes.path(folder, labelFile),
                reason: "\(labels.lengths[0]) labels, but \(imageFile) has \(images.lengths[0]) "
                    + "images; fetch both files again")
        }
        return try LabelledImages(
            pixels: .bytes(images.values),
            shape: [images.lengths[0], 1, images.lengths[1], images.lengths[2]],
            labels: .classes(labels.values.map(Int.init)), classNames: classNames, split: split,
            source: source, files: [imageFile, labelFile])
    }

    /// The first of the names that is there, plain or with `.gz`.
    private static func find(_ folder: String, _ names: [String]) throws -> String {
        let candidates = names.flatMap { [$0, $0 + ".gz"] }
        for name in candidates where FileBytes.exists(FileBytes.path(folder, name)) { return name }
        throw DatasetError.unreadable(
            path: folder, reason: "holds none of \(candidates.joined(separator: ", "))")
    }

    /// Reads an IDX array of bytes with the given number of dimensions.
    static func array(_ path: String, dimensions: Int) throws -> IDXArray {
        try FileBytes.requireFile(path)
        return try IDXArray(path, dimensions: dimensions)
    }
}
