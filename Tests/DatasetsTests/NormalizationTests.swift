import Golden
import Testing

@testable import Datasets

@Suite("Normalisation") struct NormalizationTests {
    @Test("The sum of the reference's inputs (needs ../shared/data)", .needsData)
    func inputSum() throws {
        let source = try DataSource("cifar10:\(SharedData.file("cifar10").path)")
        let images = try source.load(.test)
        let constants = try Normalization("imagenet").resolve(for: images, from: source)
        let examples = try ExampleSet(
            images, indices: Array(0..<128), options: ExampleOptions(), normalization: constants)
        let minibatch = examples.minibatch(0..<128, as: Double.self)
        let sum = minibatch.images.reduce(0, +)
        let reference = try Golden.json("resnet20_cifar10.json")
        let expected = try #require(Golden.number(reference["input_sum"]))
        #expect(abs(sum - expected) <= 1e-12 * expected)
        let labels = try #require(reference["batch_labels"] as? [Int])
        for (place, label) in labels.enumerated() {
            #expect(minibatch.labels[place * 10 + label] == 1)
        }
        #expect(minibatch.labels.reduce(0, +) == 128)
    }

    @Test("Forms") func forms() throws {
        #expect(try Normalization("dataset") == .dataset)
        #expect(try Normalization("imagenet") == .imagenet)
        let lists = try Normalization("0.1,0.2,0.3/0.5")
        #expect(lists == .constants(mean: [0.1, 0.2, 0.3], standardDeviation: [0.5]))
        #expect(try Normalization(lists.text) == lists)
        for text in ["", "0.5", "0.5/0", "0.5/-1", "a/b", "0.5/0.5/0.5", "0.1,/1", "nan/1"] {
            #expect(
                message { _ = try Normalization(text) }?.contains("MEAN/STD") == true, "\(text)")
        }
    }

    @Test("Constants must fit the channels and the kind of image") func fit() throws {
        let source = try DataSource("synthetic:count=20,size=8,channels=2")
        let images = try source.load(.train)
        #expect(
            try Normalization("0.5/0.1,0.2").resolve(for: images, from: source)
                == ChannelNormalization(mean: [0.5, 0.5], standardDeviation: [0.1, 0.2]))
        let error = try #require(
            message { _ = try Normalization("imagenet").resolve(for: images, from: source) })
        #expect(error.contains("gives 3 values but the images have 2 channels"))
        let floats = try LabelledImages(
            pixels: .floats([1, 2]), shape: [2, 1, 1, 1], labels: .classes([0, 1]), source: "test")
        #expect(try Normalization.dataset.resolve(for: floats, from: source) == nil)
        #expect(
            message { _ = try Normalization.imagenet.resolve(for: floats, from: source) } != nil)
    }

    @Test("Where nothing is published the training split is measured") func measured() throws {
        let source = try DataSource("synthetic:count=50,size=8")
        let (train, test) = (try source.load(.train), try source.load(.test))
        let constants = try #require(try Normalization.dataset.resolve(for: test, from: source))
        #expect(try constants == ChannelNormalization(measuring: train))
        let examples = try ExampleSet(
            train, indices: Array(0..<50), options: ExampleOptions(), normalization: constants)
        let values = examples.minibatch(0..<50, as: Double.self).images
        // Each channel has mean 0 and mean square 1.
        for channel in 0..<3 {
            var (sum, squares) = (0.0, 0.0)
            for image in 0..<50 {
                for value in values[(image * 3 + channel) * 64..<(image * 3 + channel + 1) * 64] {
                    sum += value
                    squares += value * value
                }
            }
            #expect(abs(sum / 3200) < 1e-12 && abs(squares / 3200 - 1) < 1e-12)
        }
        let flat = try LabelledImages(
            pixels: .bytes([9, 9]), shape: [2, 1, 1, 1], labels: .classes([0, 1]), source: "flat")
        #expect(
            message { _ = try ChannelNormalization(measuring: flat) }?.contains("channel 0") == true
        )
    }
}
