import Testing

@testable import Datasets

@Suite("Data sources") struct DataSourceTests {
    @Test(
        "Each form is read and written back",
        arguments: [
            "cifar10:/data/c10", "cifar100:/data/c100", "fashion-mnist", "fashion-mnist:/data/f",
            "mnist:/data/m", "synthetic", "synthetic:classes=4,size=16,count=20,seed=7",
            "tensors:/data/a:b.safetensors",
        ])
    func forms(text: String) throws {
        #expect(try DataSource(text).text == text)
    }

    @Test(
        "Bad forms list the good ones",
        arguments: [
            "", "cifar", "cifar10", "cifar10:", "imagenet:/data", "fashion-mnist:", "tensors",
        ])
    func unknown(text: String) throws {
        let error = try #require(message { _ = try DataSource(text) })
        #expect(error.hasPrefix("--data \(text): "))
        #expect(error.hasSuffix(DataSource.forms))
    }

    @Test(
        "Bad options of the synthetic set",
        arguments: [
            ("colour=1", "unknown key"), ("classes=1", "from 2 to 1000"),
            ("size=x", "from 8 to 512"),
            ("count", "expected key=value"), ("noise=-1", "from 0 to 255"),
            ("seed=-1", "at least 0"),
        ])
    func syntheticOptions(option: String, expected: String) throws {
        let error = try #require(message { _ = try DataSource("synthetic:\(option)") })
        #expect(error.contains(option) && error.contains(expected))
    }

    @Test("The synthetic set is a function of its seed and split") func synthetic() throws {
        let source = try DataSource("synthetic:classes=4,size=16,count=42,channels=2")
        let images = try source.load(.train)
        #expect(images.shape == [42, 2, 16, 16])
        #expect(images.classCounts == [11, 11, 10, 10])
        let all = Array(0..<42)
        let hash = images.contentHash(of: all)
        #expect(try source.load(.train).contentHash(of: all) == hash)
        #expect(try source.load(.test).contentHash(of: all) != hash)
        let other = try DataSource("synthetic:classes=4,size=16,count=42,channels=2,seed=1")
        #expect(try other.load(.train).contentHash(of: all) != hash)
        // A longer set starts with the shorter one.
        let longer = try DataSource("synthetic:classes=4,size=16,count=50,channels=2")
        #expect(try longer.load(.train).contentHash(of: all) == hash)
    }

    @Test("Classes of the synthetic set can be told apart by their mean image") func separable()
        throws
    {
        // Nearest class mean: far above the 10% of guessing, far below certainty.
        func pixels(_ images: LabelledImages) throws -> [Double] {
            guard case .bytes(let bytes) = images.pixels else { return [] }
            return bytes.map { Double($0) }
        }
        let source = try DataSource("synthetic:count=1000")
        let (train, test) = (try source.load(.train), try source.load(.test))
        let (trainPixels, testPixels) = (try pixels(train), try pixels(test))
        let size = train.imageSize
        var means = [[Double]](repeating: [Double](repeating: 0, count: size), count: 10)
        for image in 0..<1000 {
            for value in 0..<size {
                means[train.classes[image]][value] += trainPixels[image * size + value] / 100
            }
        }
        let labels = test.classes
        var correct = 0
        for image in 0..<1000 {
            let distances = means.map { mean in
                (0..<size).reduce(0.0) { sum, value in
                    let difference = mean[value] - testPixels[image * size + value]
                    return sum + difference * difference
                }
            }
            if distances.firstIndex(of: distances.min() ?? 0) == labels[image] { correct += 1 }
        }
        #expect(correct > 200 && correct < 950, "\(correct) of 1000")
    }
}
