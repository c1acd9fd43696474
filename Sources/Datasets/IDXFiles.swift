import Storage

/// MNIST and Fashion-MNIST: arrays of bytes in IDX files, plain or compressed with gzip.
///
/// An IDX file is two zero bytes, a type (8: unsigned bytes), the number of dimensions, each length
/// as a big-endian 32-bit number, and the values, the last dimension fastest.
///
/// - Source: LeCun, Cortes & Burges 1998, "The MNIST database of handwritten digits".
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
    static func array(
        _ path: String, dimensions: Int
    ) throws -> (lengths: [Int], values: [UInt8]) {
        var bytes = try FileBytes.read(path)
        // Some tools unpack a file and keep its name, or the reverse: the content decides.
        if GzipFile.isGzip(bytes) {
            bytes = try GzipFile.inflate(bytes, limit: 1 << 32, file: path)
        }
        let header = 4 + 4 * dimensions
        guard bytes.count >= header, bytes[0] == 0, bytes[1] == 0 else {
            throw DatasetError.malformed(
                path: path,
                reason: "not an IDX file: it starts with \(Array(bytes.prefix(4))), "
                    + "expected [0, 0, 8, \(dimensions)]")
        }
        guard bytes[2] == 8, Int(bytes[3]) == dimensions else {
            throw DatasetError.malformed(
                path: path,
                reason: "an IDX file of type \(bytes[2]) with \(bytes[3]) dimensions; expected "
                    + "type 8 (bytes) with \(dimensions)")
        }
        let lengths = (0..<dimensions).map { dimension in
            bytes[4 + 4 * dimension..<8 + 4 * dimension].reduce(0) { $0 << 8 | Int($1) }
        }
        guard let size = LabelledImages.product(lengths), size > 0, size == bytes.count - header
        else {
            throw DatasetError.malformed(
                path: path,
                reason: "its header states lengths \(lengths), but \(bytes.count - header) bytes "
                    + "of values follow; fetch the file again")
        }
        return (lengths, Array(bytes[header...]))
    }
}
