import ArgumentParser
import Datasets
import Networks

extension DataSplit: ExpressibleByArgument {}

/// Which examples, and what is frozen of each.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "cifar10:DIR, cifar100:DIR, fashion-mnist[:DIR], mnist:DIR, "
                + "synthetic[:key=value,...] or tensors:FILE; required.", valueName: "source"))
    var data: String?

    @Option(
        help: """
            The part of the data set; default: train for train, landscape, hessian and sharpness, test \
            for all others.
            """)
    var split: DataSplit?

    @Option(help: ArgumentHelp("Only the first N of the chosen images; default: all.", valueName: "n"))
    var first: Int?

    @Option(help: ArgumentHelp("Only images with these numbers; default: all.", valueName: "a..<b"))
    var indices: String?

    @Option(help: ArgumentHelp("Only this share of each class, such as 0.1; default: 1.", valueName: "share"))
    var share: Double?

    @Option(
        help: ArgumentHelp(
            "The number of images in a minibatch; default: 128, of a spectrum 16.", valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("none or standard (crop after padding, flip).", valueName: "name"))
    var augment = "none"

    @Option(help: ArgumentHelp("Augmented draws of each image.", valueName: "n"))
    var draws = 1

    @Option(
        help: ArgumentHelp(
            """
            dataset, imagenet or MEAN/STD per channel; default: that of a network of timm or \
            torchvision, else dataset.
            """, valueName: "constants"))
    var normalization: String?

    @Option(help: ArgumentHelp("The share of a label spread over all classes.", valueName: "s"))
    var labelSmoothing = 0.0

    @Option(help: ArgumentHelp("Mixup's Beta parameter; 0 is off.", valueName: "alpha"))
    var mixup = 0.0

    @Option(help: ArgumentHelp("CutMix's Beta parameter; 0 is off.", valueName: "alpha"))
    var cutmix = 0.0

    func validate() throws {
        try NumberRange.first.check(first)
        try NumberRange.share.check(share)
        try NumberRange.batchSize.check(batchSize)
        try NumberRange.draws.check(draws)
        try NumberRange.labelSmoothing.check(labelSmoothing)
        try NumberRange.mixup.check(mixup)
        try NumberRange.cutmix.check(cutmix)
    }

    /// Where the images come from.
    ///
    /// - Throws: `UsageError` where nothing is named, `DatasetError.invalidOption`.
    func source() throws -> DataSource {
        guard let data else {
            throw UsageError("--data", "", "name the images: \(DataSource.forms)")
        }
        return try DataSource(data)
    }

    /// The files that hold the examples.
    func inputs(_ examples: ExampleSet) throws -> [String] {
        try source().paths(of: examples.images.files)
    }

    /// How grey levels become inputs of the network called `model`.
    ///
    /// - Throws: `DatasetError.invalidOption`.
    func normalization(for model: String) throws -> Normalization {
        try Normalization(
            normalization ?? OriginalModel.named(model)?.normalization ?? "dataset")
    }

    /// The steps that choose images.
    ///
    /// - Throws: `DatasetError.invalidOption`.
    func selection() throws -> Selection {
        Selection(indices: try indices.map(Selection.range), share: share, first: first)
    }

    /// What is frozen of each example.
    ///
    /// - Throws: `DatasetError.invalidOption`.
    func exampleOptions(seed: UInt64, batchSize standard: Int) throws -> ExampleOptions {
        var options = ExampleOptions()
        options.augmentation = try Augmentation(augment)
        options.draws = draws
        options.labelSmoothing = labelSmoothing
        options.mixing = LabelMixing(mixup: mixup, cutmix: cutmix)
        options.batchSize = batchSize ?? standard
        options.seed = seed
        try options.validate()
        return options
    }
}
