import Testing

@testable import Datasets

@Suite("Frozen examples") struct ExampleSetTests {
    private func examples(
        count: Int = 30, draws: Int = 2, batchSize: Int = 8, mixing: LabelMixing = .none,
        seed: UInt64 = 5
    ) throws -> ExampleSet {
        let source = try DataSource("synthetic:count=40,size=8,classes=3")
        let images = try source.load(.train)
        var options = ExampleOptions()
        options.augmentation = .standard
        options.draws = draws
        options.batchSize = batchSize
        options.mixing = mixing
        options.labelSmoothing = 0.1
        options.seed = seed
        return try ExampleSet(
            images, indices: Array(5..<5 + count), options: options,
            normalization: try Normalization.dataset.resolve(for: images, from: source))
    }

    private let mixings = [LabelMixing.none, LabelMixing(mixup: 1, cutmix: 0.8)]

    @Test("What stands at a position does not depend on how the list is cut") func cuts() throws {
        for mixing in mixings {
            let set = try examples(mixing: mixing)
            let whole = set.minibatch(0..<set.count)
            #expect(whole.count == 60)
            for size in [1, 3, 8, 17, 60] {
                var (pixels, labels, indices): ([Float], [Float], [Int]) = ([], [], [])
                for start in stride(from: 0, to: 60, by: size) {
                    let part = set.minibatch(start..<min(60, start + size))
                    pixels += part.images
                    labels += part.labels
                    indices += part.indices
                }
                #expect(pixels == whole.images)
                #expect(labels == whole.labels)
                #expect(indices == whole.indices)
            }
        }
    }

    @Test("Concurrent workers make the same examples") func workers() async throws {
        let set = try examples(mixing: mixings[1])
        let whole = set.minibatch(0..<set.count)
        let parts = await withTaskGroup(of: (Int, Minibatch<Float>).self) { group in
            for (number, range) in set.minibatches.enumerated().reversed() {
                group.addTask { (number, set.minibatch(range)) }
            }
            var parts: [Int: Minibatch<Float>] = [:]
            for await (number, part) in group { parts[number] = part }
            return parts
        }
        let images = (0..<parts.count).flatMap { parts[$0]?.images ?? [] }
        #expect(images == whole.images)
    }

    @Test("Without mixing an example is the same in every list") func lists() throws {
        let long = try examples(count: 30)
        let short = try examples(count: 10, draws: 1, batchSize: 3)
        #expect(long.minibatch(0..<10).images == short.minibatch(0..<10).images)
        // Epoch 1 has draw 1 in an order of its own.
        let epoch = long.epoch(1)
        #expect(epoch.indices != long.indices && epoch.indices.sorted() == long.indices)
        let place = try #require(epoch.indices.firstIndex(of: long.indices[4]))
        #expect(
            epoch.minibatch(place..<place + 1).images == long.minibatch(34..<35).images)
        #expect(epoch.minibatch(place..<place + 1).draws == [1])
        #expect(long.epoch(1).indices == epoch.indices && long.epoch(2).indices != epoch.indices)
    }

    @Test("Seeds and draws differ") func seeds() throws {
        let set = try examples()
        #expect(set.minibatch(0..<30).images != set.minibatch(30..<60).images)
        #expect(set.minibatch(0..<30).indices == set.minibatch(30..<60).indices)
        #expect(set.minibatch(0..<30).images != (try examples(seed: 6)).minibatch(0..<30).images)
        #expect(set.example(31) == ExampleSet.Example(index: 6, draw: 1))
    }

    @Test("Minibatches cover the list and keep draws apart") func minibatches() throws {
        let set = try examples(count: 30, draws: 2, batchSize: 8)
        let expected = [0..<8, 8..<16, 16..<24, 24..<30, 30..<38, 38..<46, 46..<54, 54..<60]
        #expect(set.minibatches == expected)
        for range in expected {
            for position in range { #expect(set.minibatch(around: position) == range) }
        }
    }

    @Test("A mixture is one draw of its minibatch's composition") func mixtures() throws {
        let set = try examples(mixing: LabelMixing(mixup: 1))
        let mixtures = set.minibatches.map { set.mixture(of: $0) }
        #expect(mixtures == set.minibatches.map { set.mixture(of: $0) })
        #expect(Set(mixtures.map(\.weight)).count == mixtures.count)
        // Partners mirror each other: their labels sum to their own two labels.
        let labels = set.minibatch(0..<8).labels
        for place in 0..<4 {
            for k in 0..<3 {
                let own = set.indices[place] % 3 == k ? 1 : 0
                let other = set.indices[7 - place] % 3 == k ? 1 : 0
                let expected = Float(own + other) * 0.9 + 2 * 0.1 / 3
                #expect(abs(labels[place * 3 + k] + labels[(7 - place) * 3 + k] - expected) < 1e-6)
            }
        }
    }

    @Test("Float is Double rounded") func precision() throws {
        let single = try examples()
        let double = try ExampleSet(
            single.images, indices: single.indices, options: single.options,
            normalization: single.normalization)
        #expect(
            single.minibatch(0..<60).images == double.minibatch(0..<60, as: Double.self).images.map { Float($0) })
    }

    @Test("The storage of a minibatch can be used again") func reuse() throws {
        let set = try examples()
        var minibatch = set.minibatch(0..<8)
        set.fill(&minibatch, 24..<30)
        let fresh = set.minibatch(24..<30)
        #expect(minibatch.images == fresh.images && minibatch.labels == fresh.labels)
        #expect(minibatch.indices == fresh.indices && minibatch.draws == fresh.draws)
    }

    @Test("Options out of range") func options() throws {
        func error(_ change: (inout ExampleOptions) -> Void) -> String {
            var options = ExampleOptions()
            change(&options)
            return message { try options.validate() } ?? ""
        }
        #expect(error { $0.draws = 0 }.hasPrefix("--draws 0"))
        #expect(error { $0.batchSize = 0 }.hasPrefix("--batch-size 0"))
        #expect(error { $0.labelSmoothing = 1 }.hasPrefix("--label-smoothing 1"))
        #expect(error { $0.labelSmoothing = .nan }.hasPrefix("--label-smoothing nan"))
        #expect(error { $0.mixing.mixup = -1 }.hasPrefix("--mixup -1"))
        #expect(error { $0.mixing.cutmix = .infinity }.hasPrefix("--cutmix inf"))
        #expect(
            error {
                $0.mixing.mixup = 1
                $0.batchSize = 1
            }.contains("at least 2"))
        let images = try DataSource("synthetic:count=2,size=8").load(.test)
        #expect(
            message {
                _ = try ExampleSet(
                    images, indices: [2], options: ExampleOptions(), normalization: .imagenet)
            }?.contains("image 2 was chosen but there are 2") == true)
    }

    @Test("The description tells different data apart") func description() throws {
        func text(_ set: ExampleSet) -> String {
            set.description.map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
        }
        let first = text(try examples())
        #expect(first == text(try examples()))
        #expect(first.contains("data.source=synthetic:classes=3,size=8,count=40"))
        #expect(first.contains("data.indices=5..<35"))
        #expect(first != text(try examples(seed: 6)))
        #expect(first != text(try examples(count: 29)))
        #expect(first != text(try examples(mixing: mixings[1])))
        let set = try examples()
        let chosen = try ExampleSet(
            set.images, selection: Selection(share: 0.5, first: 12), options: set.options,
            normalization: set.normalization)
        #expect(chosen.count == 24)
        #expect(text(chosen).contains("data.selection=--share 0.5 --first 12"))
        // Every second of 40,000 images is too long a list for an attribute.
        let sparse = try LabelledImages(
            pixels: .floats([Float](repeating: 0, count: 40_000)), shape: [40_000, 1, 1, 1],
            labels: .classes([Int](repeating: 0, count: 40_000)), source: "test")
        let even = try ExampleSet(
            sparse, indices: Array(stride(from: 0, to: 40_000, by: 2)), options: ExampleOptions(),
            normalization: nil)
        let shifted = try ExampleSet(
            sparse, indices: Array(stride(from: 1, to: 40_000, by: 2)), options: ExampleOptions(),
            normalization: nil)
        #expect(text(even).contains("20000 numbers") && text(even).utf8.count < 2000)
        #expect(text(even) != text(shifted))
        #expect(ExampleSet.ranges([0, 1, 2, 7, 9, 10]) == "0..<3,7,9..<11")
    }
}
