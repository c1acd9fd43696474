import Randomness
import Synchronization

/// The images of one split of a synthetic set, each painted when it is first asked for and kept.
///
/// A run on a few images paints no others; what an image shows does not depend on when it is
/// painted, so any number of threads may ask at once.
public final class DrawnImages: Sendable {
    /// The number of grey levels of all images together.
    let levelCount: Int
    private let set: SyntheticImages
    private let stream: RandomStream
    private let painted: Mutex<[[UInt8]?]>

    init(_ set: SyntheticImages, _ split: DataSplit) {
        self.set = set
        levelCount = set.count * set.channels * set.size * set.size
        stream = RandomStream(seed: set.seed, name: "synthetic/\(split.rawValue)")
        painted = Mutex([[UInt8]?](repeating: nil, count: set.count))
    }

    /// The grey levels `[channels, size, size]` of one image.
    subscript(index: Int) -> [UInt8] {
        if let image = painted.withLock({ $0[index] }) { return image }
        // Painted outside the lock: threads that want different images do not wait for each other.
        let image = paint(index)
        painted.withLock { $0[index] = image }
        return image
    }

    /// The same for a single pass over all images, most of which will not be asked for again.
    func passing(_ index: Int) -> [UInt8] {
        painted.withLock { $0[index] } ?? paint(index)
    }

    private func paint(_ index: Int) -> [UInt8] {
        let own = stream.substream(index)
        let scene = SyntheticScene(
            label: set.label(index), classes: set.classes, channels: set.channels, stream: own)
        return scene.paint(size: set.size, noise: set.noise, stream: own.substream(1))
    }
}
