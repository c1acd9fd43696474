import Dispatch
import Synchronization

/// Sums over the grey levels of each channel.
///
/// Sums of squares of all pixels stay below 2⁶³ for more than 10¹⁴ pixels: they are exact, and so
/// do not depend on the order in which threads add to them.
struct GreyLevelSums {
    /// Σ level, `[channels]`.
    private(set) var levels: [Int]
    /// Σ level², `[channels]`.
    private(set) var squares: [Int]

    private init(channels: Int) {
        levels = [Int](repeating: 0, count: channels)
        squares = levels
    }

    /// The sums over all images, added up on all cores; nil where the pixels are not grey levels.
    init?(of images: LabelledImages) {
        guard images.pixels.areGreyLevels else { return nil }
        let channels = images.channels
        let total = Mutex(GreyLevelSums(channels: channels))
        // Large enough that taking a part costs nothing, small enough that no core waits long.
        let part = 64
        DispatchQueue.concurrentPerform(iterations: (images.count + part - 1) / part) { number in
            var sums = GreyLevelSums(channels: channels)
            for index in number * part..<min((number + 1) * part, images.count) {
                switch images.pixels {
                case .bytes(let bytes): sums.add(bytes, from: index * images.imageSize, images)
                case .drawn(let drawn): sums.add(drawn.passing(index), from: 0, images)
                case .floats, .doubles: return
                }
            }
            total.withLock { $0.add(sums) }
        }
        self = total.withLock { $0 }
    }

    /// Adds the image that starts at `origin`.
    private mutating func add(_ bytes: [UInt8], from origin: Int, _ images: LabelledImages) {
        let plane = images.height * images.width
        for channel in 0..<images.channels {
            var (sum, square) = (0, 0)
            for place in origin + channel * plane..<origin + (channel + 1) * plane {
                let level = Int(bytes[place])
                sum += level
                square += level * level
            }
            levels[channel] += sum
            squares[channel] += square
        }
    }

    private mutating func add(_ other: GreyLevelSums) {
        for channel in levels.indices {
            levels[channel] += other.levels[channel]
            squares[channel] += other.squares[channel]
        }
    }
}
