import Autodiff

extension Scope {
    /// Declares the cut of images into square patches, one token each.
    ///
    ///     [batch, channels, H, W] -> [batch, H/patch · W/patch, features]
    ///
    /// - Throws: `NetworkError` where the patch does not divide the image.
    /// - Source: Dosovitskiy et al. 2021 (arXiv 2010.11929).
    public func patchEmbedding(
        _ image: [Int], patch: Int, features: Int
    ) throws -> Layer {
        try checkPatch(image, patch)
        let convolution = try self["proj"].convolution(
            image[0], features, kernel: patch, stride: patch, bias: true)
        return { x in try convolution(x).tokens() }
    }

    /// Declares the same with the weight stored as a matrix over the pixels of a patch.
    ///
    /// - Parameter stride: the distance between patches that may overlap, whose pixels the original
    ///   lists channel by channel; nil for tiles, which it lists pixel by pixel.
    func flatPatchEmbedding(
        _ image: [Int], patch: Int, stride: Int? = nil, features: Int
    ) throws -> Layer {
        if stride == nil { try checkPatch(image, patch) }
        let inputs = image[0] * patch * patch
        let weight = try parameter(
            "weight", [features, inputs], .weight, initial: .fanInUniform(inputs))
        let bias = try parameter("bias", [features], .bias, initial: .fanInUniform(inputs))
        let filters = stride == nil
            ? try weight.reshaped(to: [features, patch, patch, image[0]]).permuted([0, 3, 1, 2])
            : try weight.reshaped(to: [features, image[0], patch, patch])
        return { x in
            try x.convolved(filters, ConvolutionGeometry(stride: stride ?? patch)).tokens() + bias
        }
    }

    /// The number of patches of an image.
    func patchCount(_ image: [Int], _ patch: Int) throws -> Int {
        let tiles = try tiles(image, patch)
        return tiles.height * tiles.width
    }

    /// The patches that tile an image.
    func tiles(_ image: [Int], _ patch: Int) throws -> PatchMap {
        try checkPatch(image, patch)
        return PatchMap.covering(image, patch: patch, stride: patch)
    }

    func checkPatch(_ image: [Int], _ patch: Int) throws {
        guard patch > 0, image[1] % patch == 0, image[2] % patch == 0 else {
            throw NetworkError(
                "patches of \(patch) pixels do not tile images of \(image[1]) x \(image[2]); "
                    + "use a patch that divides both")
        }
    }
}

extension Tensor {
    /// Feature maps as tokens: `[batch, features, H, W] -> [batch, H · W, features]`.
    func tokens() throws -> Tensor {
        try reshaped(to: [shape[0], shape[1], shape[2] * shape[3]]).permuted([0, 2, 1])
    }

    /// Tokens as feature maps: `[batch, H · W, features] -> [batch, features, H, W]`.
    func featureMaps(height: Int, width: Int) throws -> Tensor {
        try permuted([0, 2, 1]).reshaped(to: [shape[0], shape[2], height, width])
    }

    /// This tensor `[1, ...]` once for each example.
    func repeated(_ batch: Int) throws -> Tensor {
        try broadcast(to: Shape([batch] + shape.dimensions.dropFirst()))
    }
}
