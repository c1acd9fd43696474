import Datasets

extension LabelledImages {
    /// The number of images of each class, `[classes]`.
    var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: classCount)
        for label in classes { counts[label] += 1 }
        return counts
    }
}
