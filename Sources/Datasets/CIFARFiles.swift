/// CIFAR-10 and CIFAR-100 in their binary version.
///
/// A record is the label bytes (CIFAR-10: class; CIFAR-100: superclass, class) and 3072 pixels, the
/// planes red, green, blue of 32 x 32 each.
///
/// - Source: Krizhevsky 2009, "Learning multiple layers of features from tiny images".
enum CIFARFiles {
    static let shape = [3, 32, 32]
    private static let pixelsPerImage = 3 * 32 * 32

    /// Reads the files of CIFAR-10 that are present: `data_batch_1.bin` ... `data_batch_5.bin`, or
    /// `test_batch.bin`.
    static func cifar10(
        folder: String, split: DataSplit, source: String
    ) throws -> LabelledImages {
        let home = try home(folder, archiveFolder: "cifar-10-batches-bin")
        let wanted =
            split == .train ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
        let names = FileBytes.lines(FileBytes.path(home, "batches.meta.txt"))
        return try read(
            home: home, wanted: wanted, labelBytes: 1,
            classNames: names?.count == 10 ? names ?? cifar10Classes : cifar10Classes,
            split: split, source: source)
    }

    /// Reads `train.bin` or `test.bin` of CIFAR-100 with its fine labels.
    static func cifar100(
        folder: String, split: DataSplit, source: String
    ) throws -> LabelledImages {
        let home = try home(folder, archiveFolder: "cifar-100-binary")
        let numbers = LabelledImages.numbers(100)
        let names = FileBytes.lines(FileBytes.path(home, "fine_label_names.txt"))
        return try read(
            home: home, wanted: [split == .train ? "train.bin" : "test.bin"], labelBytes: 2,
            classNames: names?.count == 100 ? names ?? numbers : numbers,
            split: split, source: source)
    }

    private static let cifar10Classes = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// The folder itself, or the one that the archive makes inside it.
    private static func home(_ folder: String, archiveFolder: String) throws -> String {
        try FileBytes.requireFolder(folder, holding: "the CIFAR binary files (*.bin)")
        let inner = FileBytes.path(folder, archiveFolder)
        return FileBytes.exists(inner) ? inner : folder
    }

    private static func read(
        home: String, wanted: [String], labelBytes: Int, classNames: [String], split: DataSplit,
        source: String
    ) throws -> LabelledImages {
        let present = wanted.filter { FileBytes.exists(FileBytes.path(home, $0)) }
        guard !present.isEmpty else {
            throw DatasetError.unreadable(
                path: home,
                reason: "holds none of \(wanted.joined(separator: ", ")), the \(split.rawValue) "
                    + "files of the CIFAR binary version")
        }
        var pixels: [UInt8] = []
        var labels: [Int] = []
        for name in present {
            let path = FileBytes.path(home, name)
            let bytes = try FileBytes.read(path)
            let recordSize = labelBytes + pixelsPerImage
            guard !bytes.isEmpty, bytes.count % recordSize == 0 else {
                throw DatasetError.wrongSize(
                    path: path, recordSize: recordSize, actual: bytes.count)
            }
            pixels.reserveCapacity(pixels.count + bytes.count)
            for start in stride(from: 0, to: bytes.count, by: recordSize) {
                // The fine label is the last of the label bytes.
                let label = Int(bytes[start + labelBytes - 1])
                guard label < classNames.count else {
                    throw DatasetError.malformed(
                        path: path,
                        reason: "record \(start / recordSize) has label \(label); expected 0 to "
                            + "\(classNames.count - 1): is it the file of another data set?")
                }
                labels.append(label)
                pixels.append(contentsOf: bytes[start + labelBytes..<start + recordSize])
            }
        }
        return try LabelledImages(
            pixels: .bytes(pixels), shape: [labels.count] + shape, labels: .classes(labels),
            classNames: classNames, split: split, source: source, files: present)
    }
}
