import Storage

/// Anyone's data in a safetensors file: `images` `[N, C, H, W]`, `labels` `[N]` or `[N, classes]`.
///
/// Images of type U8 are grey levels; floating-point images are taken as normalised already. Labels
/// of one dimension are class numbers, rows of two dimensions are soft labels.
enum TensorFile {
    static func read(_ path: String, source: String) throws -> LabelledImages {
        let content = try Safetensors.read(path)
        let images = try tensor("images", in: content, path)
        let labels = try tensor("labels", in: content, path)
        guard images.shape.count == 4 else {
            throw DatasetError.malformed(
                path: path, reason: "images has shape \(images.shape); expected [N, C, H, W]")
        }
        let count = images.shape[0]
        let pixels: LabelledImages.Pixels
        switch images.elementType {
        case .uint8: pixels = .bytes(images.bytes)
        case .float64: pixels = .doubles(images.doubles())
        case .float32, .float16, .bfloat16: pixels = .floats(images.floats())
        default:
            throw DatasetError.malformed(
                path: path,
                reason: "images has type \(images.elementType.rawValue); expected U8 or a "
                    + "floating-point type")
        }
        let soft = labels.shape.count == 2
        guard labels.shape.first == count, soft || labels.shape.count == 1 else {
            throw DatasetError.malformed(
                path: path,
                reason:
                    "labels has shape \(labels.shape); expected class numbers [\(count)] or soft "
                    + "labels [\(count), classes]")
        }
        return try LabelledImages(
            pixels: pixels, shape: images.shape,
            labels: soft
                ? .soft(labels.doubles()) : .classes(labels.integers().map { Int($0) }),
            source: source, files: [path.split(separator: "/").last.map(String.init) ?? path])
    }

    private static func tensor(
        _ name: String, in content: Safetensors.Content, _ path: String
    ) throws -> StoredTensor {
        guard let found = content.tensors.first(where: { $0.name == name }) else {
            let names = content.tensors.prefix(8).map(\.name).joined(separator: ", ")
            throw DatasetError.malformed(
                path: path,
                reason: "has no tensor \(name), only: \(names); expected images [N, C, H, W] and "
                    + "labels [N] or [N, classes]")
        }
        return found
    }
}
