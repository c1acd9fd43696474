import Testing

@testable import Datasets

@Suite("Selection") struct SelectionTests {
    private func images(_ labels: [Int]) throws -> LabelledImages {
        try LabelledImages(
            pixels: .bytes([UInt8](repeating: 0, count: labels.count)),
            shape: [labels.count, 1, 1, 1], labels: .classes(labels), source: "test")
    }

    @Test("A share takes the same part of each class") func stratified() throws {
        // 100 of class 0, 57 of class 1, 9 of class 2.
        let labels = (0..<166).map { $0 < 100 ? 0 : $0 < 157 ? 1 : 2 }
        let images = try images(labels)
        let chosen = try Selection(share: 0.29).indices(in: images, seed: 3)
        let counts = (0..<3).map { label in chosen.count { labels[$0] == label } }
        #expect(counts == [29, 16, 2])
        #expect(chosen == chosen.sorted() && Set(chosen).count == chosen.count)
        #expect(try Selection(share: 0.29).indices(in: images, seed: 3) == chosen)
        #expect(try Selection(share: 0.29).indices(in: images, seed: 4) != chosen)
        #expect(try Selection(share: 1).indices(in: images, seed: 3) == Array(0..<166))
    }

    @Test("Range, then share, then first") func combined() throws {
        let images = try images((0..<200).map { $0 % 2 })
        let chosen = try Selection(indices: 100..<140, share: 0.5, first: 7)
            .indices(in: images, seed: 0)
        #expect(chosen.count == 7)
        #expect(chosen.allSatisfy { (100..<140).contains($0) })
        let share = try Selection(indices: 100..<140, share: 0.5).indices(in: images, seed: 0)
        #expect(share.count == 20 && share.count { $0 % 2 == 0 } == 10)
        #expect(chosen == Array(share.prefix(7)))
        #expect(try Selection(first: 3).indices(in: images, seed: 9) == [0, 1, 2])
    }

    @Test("What is not there is an error") func outOfRange() throws {
        let images = try images([0, 1, 0, 1])
        let cases: [(Selection, String)] = [
            (
                Selection(first: 5),
                "--first 5: 4 images of test are left to choose from; use 1 to 4"
            ),
            (Selection(first: 0), "--first 0"),
            (
                Selection(indices: 2..<5),
                "--indices 2..<5: test has 4 images; use a range inside 0..<4"
            ),
            (Selection(share: 0), "--share 0.0"), (Selection(share: 1.5), "--share 1.5"),
            (Selection(share: .nan), "--share nan"),
            (Selection(share: 0.1), "leaves no image: the largest class has 2"),
        ]
        for (selection, expected) in cases {
            let text = try #require(message { _ = try selection.indices(in: images, seed: 0) })
            #expect(text.contains(expected), "\(text)")
        }
    }

    @Test("Ranges") func ranges() throws {
        #expect(try Selection.range("5..<17") == 5..<17)
        for text in ["", "5", "5..17", "7..<7", "-1..<3", "a..<b", "1..<2..<3"] {
            #expect(message { _ = try Selection.range(text) }?.contains("A..<B") == true)
        }
    }
}
