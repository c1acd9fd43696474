import Foundation
import Randomness

/// The random numbers of one corrupted image, array by array.
struct CorruptionDraws {
    /// Uniform numbers in [0, 1) of an array with a name of its own.
    private let unit: (_ name: String, _ count: Int) -> [Double]
    private var calls: [String: Int] = [:]

    init(unit: @escaping (_ name: String, _ count: Int) -> [Double]) { self.unit = unit }

    /// The draws of one image: a pure function of the stream.
    init(_ stream: RandomStream) {
        self.init { name, count in
            let own = RandomStream(key: RandomStream.mix(stream.key ^ RandomStream.hash(name)))
            return (0..<count).map { own.uniform($0) }
        }
    }

    private mutating func name(_ kind: String) -> String {
        defer { calls[kind, default: 0] += 1 }
        return "\(kind):\(calls[kind, default: 0])"
    }

    mutating func uniform(_ count: Int, _ range: ClosedRange<Double>) -> [Double] {
        let (low, width) = (range.lowerBound, range.upperBound - range.lowerBound)
        return unit(name("uniform"), count).map { low + width * $0 }
    }

    mutating func normal(_ count: Int, mean: Double = 0, deviation: Double) -> [Double] {
        let name = name("normal")
        return zip(unit(name + ":a", count), unit(name + ":b", count)).map { first, second in
            mean + deviation * (-2 * log(1 - first)).squareRoot() * cos(2 * Double.pi * second)
        }
    }

    mutating func integers(_ count: Int, _ range: Range<Int>) -> [Int] {
        unit(name("randint"), count).map {
            range.lowerBound + Int(($0 * Double(range.count)).rounded(.down))
        }
    }
}
