import Randomness

/// A deterministic list of examples: chosen images, each with one or more frozen draws.
///
/// Position p stands for image p mod n with draw p div n, where n images are chosen. What stands at
/// a position is a pure function of the images, the options and the position, so each worker, grid
/// point, Hessian product and model sees the same data.
///
/// With Mixup or CutMix an example is also mixed with its partner at the mirrored place of its
/// minibatch; the mixture is drawn once for each (composition of the minibatch, draw).
public struct ExampleSet: Sendable {
    /// One image with one draw.
    public struct Example: Hashable, Sendable {
        /// The image's number in its data set.
        public let index: Int
        /// The number of the draw.
        public let draw: Int
    }

    /// The data set.
    public let images: LabelledImages
    /// The numbers of the chosen images, in the order of the list.
    public let indices: [Int]
    /// The draws, one pass over the chosen images each.
    public let draws: Range<Int>
    /// How the images were chosen, or nil where their numbers were given.
    public let selection: Selection?
    /// What is drawn, and how.
    public let options: ExampleOptions
    /// The constants of the images' channels, or nil for images that are normalised already.
    public let normalization: ChannelNormalization?

    let augmentationDraws: AugmentationDraws
    private let mixingStream: RandomStream

    /// Freezes the examples made of the images with the given numbers.
    ///
    /// - Throws: `DatasetError` if a number is not in the data set, an option is out of range or
    ///   the normalisation does not fit the images.
    public init(
        _ images: LabelledImages, indices: [Int], options: ExampleOptions,
        normalization: ChannelNormalization?
    ) throws {
        try self.init(
            images, indices: indices, selection: nil, options: options,
            normalization: normalization)
    }

    /// Freezes the examples made of the images that the selection chooses with the options' seed.
    ///
    /// - Throws: `DatasetError` if the selection cannot be made, an option is out of range or the
    ///   normalisation does not fit the images.
    public init(
        _ images: LabelledImages, selection: Selection, options: ExampleOptions,
        normalization: ChannelNormalization?
    ) throws {
        try self.init(
            images, indices: selection.indices(in: images, seed: options.seed),
            selection: selection, options: options, normalization: normalization)
    }

    private init(
        _ images: LabelledImages, indices: [Int], selection: Selection?, options: ExampleOptions,
        normalization: ChannelNormalization?
    ) throws {
        try options.validate()
        guard !indices.isEmpty else {
            throw DatasetError.inconsistent(reason: "\(images.source): no image is chosen")
        }
        if let bad = indices.first(where: { $0 < 0 || $0 >= images.count }) {
            throw DatasetError.inconsistent(
                reason: "\(images.source): image \(bad) was chosen but there are \(images.count)")
        }
        if images.pixels.areGreyLevels {
            guard let normalization, normalization.mean.count == images.channels,
                normalization.standardDeviation.count == images.channels
            else {
                throw DatasetError.inconsistent(
                    reason: "\(images.source): grey levels of \(images.channels) channels need as "
                        + "many means and standard deviations")
            }
        } else {
            guard normalization == nil else {
                throw DatasetError.inconsistent(
                    reason: "\(images.source): the images are normalised already")
            }
        }
        self.init(
            images: images, indices: indices, draws: 0..<options.draws, selection: selection,
            options: options, normalization: normalization)
    }

    /// The same examples in minibatches of another size, in which mixing finds its partners.
    ///
    /// - Throws: `DatasetError.invalidOption`.
    public func inMinibatches(of size: Int) throws -> ExampleSet {
        var options = options
        options.batchSize = size
        try options.validate()
        return ExampleSet(
            images: images, indices: indices, draws: draws, selection: selection, options: options,
            normalization: normalization)
    }

    private init(
        images: LabelledImages, indices: [Int], draws: Range<Int>, selection: Selection?,
        options: ExampleOptions, normalization: ChannelNormalization?
    ) {
        self.images = images
        self.indices = indices
        self.draws = draws
        self.selection = selection
        self.options = options
        self.normalization = normalization
        augmentationDraws = AugmentationDraws(options.augmentation, seed: options.seed)
        mixingStream = RandomStream(seed: options.seed, name: "mixing")
    }

    /// The number of examples: chosen images times draws.
    public var count: Int { indices.count * draws.count }

    /// The number of classes K, the width of a label.
    public var classCount: Int { images.classCount }

    /// The shape of one image, `[channels, height, width]`.
    public var imageShape: [Int] { [images.channels, images.height, images.width] }

    /// What stands at a position from 0 to `count - 1`.
    public func example(_ position: Int) -> Example {
        Example(
            index: indices[position % indices.count],
            draw: draws.lowerBound + position / indices.count)
    }

    /// The positions of each minibatch, in order; none holds more than one draw of an image.
    ///
    /// The last minibatch of each draw may be smaller than the others.
    public var minibatches: [Range<Int>] { minibatches(of: options.batchSize) }

    /// The list cut into ranges of at most `size` positions, for evaluation in parts.
    ///
    /// The size does not change what stands at a position.
    public func minibatches(of size: Int) -> [Range<Int>] {
        (0..<draws.count).flatMap { draw -> [Range<Int>] in
            let start = draw * indices.count
            return stride(from: 0, to: indices.count, by: size).map { offset in
                start + offset..<start + min(offset + size, indices.count)
            }
        }
    }

    /// One epoch of training: the same images in an order of their own, with the draw `number`.
    public func epoch(_ number: Int) -> ExampleSet {
        let order = RandomStream(seed: options.seed, name: "order").substream(number)
            .permutation(indices.count)
        return ExampleSet(
            images: images, indices: order.map { indices[$0] }, draws: number..<number + 1,
            selection: selection, options: options, normalization: normalization)
    }

    /// The positions of the minibatch that a position belongs to.
    func minibatch(around position: Int) -> Range<Int> {
        let start = position / indices.count * indices.count
        let offset = (position - start) / options.batchSize * options.batchSize
        return start + offset..<start + min(offset + options.batchSize, indices.count)
    }

    /// The mixture of a minibatch: keyed by the numbers of its images, in order, and the draw.
    func mixture(of minibatch: Range<Int>) -> Mixture {
        guard options.mixing.isOn else { return .none }
        var key = mixingStream.key
        for position in minibatch {
            key = RandomStream.mix(key ^ UInt64(indices[position % indices.count]))
        }
        let draw = example(minibatch.lowerBound).draw
        return options.mixing.draw(
            RandomStream(key: key).substream(draw), height: images.height, width: images.width)
    }
}
