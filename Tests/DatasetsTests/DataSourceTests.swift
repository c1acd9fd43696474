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

    @Test(
        "A seed's images stay the same from version to version",
        arguments: [(DataSplit.train, "6015849fbef8b96e"), (.test, "b885c6473170003e")])
    func stable(split: DataSplit, hash: String) throws {
        #expect(try DataSource("synthetic").load(split).contentHash(of: [0, 1, 2]) == hash)
    }

    @Test("Images painted by many threads, in any order, are those painted one by one")
    func concurrent() async throws {
        let source = try DataSource("synthetic:size=8,count=64,seed=3")
        let (one, many) = (try source.load(.train), try source.load(.train))
        let expected = (0..<64).map { one.contentHash(of: [$0]) }
        let found = await withTaskGroup(of: (Int, String).self) { group in
            for number in 0..<256 {
                let index = 63 - number % 64
                group.addTask { (index, many.contentHash(of: [index])) }
            }
            return await group.reduce(into: [Int: Set<String>]()) { found, pair in
                found[pair.0, default: []].insert(pair.1)
            }
        }
        #expect(found.count == 64)
        for (index, hashes) in found { #expect(hashes == [expected[index]]) }
    }

    @Test("Classes of the synthetic set can be told apart by their mean image") func separable()
        throws
    {
        // Nearest class mean: far above the 10% of guessing, far below certainty.
        func pixels(_ images: LabelledImages) throws -> [Double] {
            guard case .drawn(let drawn) = images.pixels else { return [] }
            return (0..<images.count).flatMap { drawn[$0].map { Double($0) } }
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
