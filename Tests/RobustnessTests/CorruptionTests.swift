import Foundation
import Golden
import Randomness
import Testing

@testable import Robustness

/// The corruptions of CIFAR-10-C against those that the authors' code made of two images.
@Suite("Corruptions (needs ../shared/data)", .needsData) struct GoldenCorruptionTests {
    /// How near each must come, in grey levels of the first values and of the mean, and why.
    private struct Nearness {
        var first: Double
        var mean: Double
    }

    private static let nearness: [String: Nearness] = [
        // Float arithmetic of the original.
        "zoom_blur": Nearness(first: 1e-4, mean: 1e-4), "snow": Nearness(first: 1e-4, mean: 1e-4),
        "defocus_blur": Nearness(first: 1e-4, mean: 1e-4),
        "elastic_transform": Nearness(first: 1e-4, mean: 1e-4),
        // Rounding within OpenCV's Canny and ImageMagick, and whatever libjpeg is there.
        "spatter": Nearness(first: 1, mean: 0.35), "motion_blur": Nearness(first: 1, mean: 0.03),
        "jpeg_compression": Nearness(first: 2, mean: 0.2),
    ]

    private func image(_ index: Int) throws -> [UInt8] {
        let file = try Array(
            Data(contentsOf: SharedData.file("cifar10/test_batch.bin")).prefix(2 * 3073))
        return Array(file[index * 3073 + 1..<(index + 1) * 3073])
    }

    /// Those of which single values are recorded; of the other noises there are statistics alone.
    private static let compared = Corruption.all.map(\.name)
        .filter { !["frost", "shot_noise", "impulse_noise"].contains($0) }

    @Test("frost", .disabled("needs the photographs of ice that the original lays over images"))
    func frostIsTheOriginals() throws { try golden("frost") }

    @Test(arguments: compared) func golden(_ name: String) throws {
        let corruption = try #require(Corruption.named(name))
        let near = Self.nearness[name] ?? Nearness(first: 1e-9, mean: 1e-9)
        var compared = 0
        for entry in try Golden.json("corruptions.json").objects("entries")
        where entry["corruption"] as? String == name && entry["float_mean"] != nil {
            let severity = Int(try entry.number("severity"))
            let bytes = try image(Int(try entry.number("image")))
            var draws = CorruptionDraws { array, count in
                let parts = array.split(separator: ":")
                return HashFill.unit(
                    "\(name):\(severity):" + parts.joined(separator: ":"), count: count)
            }
            let result = corruption.corrupted(
                Raster(bytes: bytes, channels: 3, height: 32, width: 32), severity: severity,
                &draws)
            compared += 1
            let first = try entry.numbers("float_first16")
            let own = (0..<16).map { 255 * result.planes[$0 % 3][$0 / 3] }
            let gap = zip(own, first).map { abs($0 - $1) }.max() ?? .infinity
            #expect(gap <= near.first, "\(name) \(severity): \(own) \(first)")
            let mean = 255 * result.planes.joined().reduce(0, +) / 3072
            #expect(abs(mean - (try entry.number("float_mean"))) <= near.mean, "\(name) \(severity): \(mean)")
        }
        #expect(compared == 10)
    }

    /// Means over runs, of all that is random.
    @Test(arguments: ["shot_noise", "impulse_noise", "gaussian_noise", "speckle_noise", "fog", "snow"])
    func statistics(_ name: String) throws {
        let corruption = try #require(Corruption.named(name))
        for entry in try Golden.json("corruptions.json").objects("entries")
        where entry["corruption"] as? String == name && entry["image"] as? Int == 0 {
            let severity = Int(try entry.number("severity"))
            let bytes = try image(0)
            let runs = (0..<40).map { run in
                corruption.corrupted(
                    bytes, channels: 3, height: 32, width: 32, severity: severity,
                    RandomStream(seed: UInt64(run), name: "runs"))
            }
            let means = runs.map { $0.reduce(0) { $0 + Double($1) } / 3072 }
            let mean = means.reduce(0, +) / 40
            let deviation = try entry.number("uint8_mean_run_to_run_std")
            #expect(abs(mean - (try entry.number("uint8_mean_over_runs"))) < 5 * deviation / 5.3)
            let change = runs.reduce(0.0) { sum, run in
                sum + zip(run, bytes).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / 3072
            } / 40
            let expected = try entry.number("uint8_absdiff_from_clean_over_runs")
            #expect(abs(change - expected) < 0.15 * expected, "\(name) \(severity): \(change) \(expected)")
        }
    }
}

@Suite("Corruptions of any image") struct CorruptionTests {
    private let stream = RandomStream(seed: 8, name: "image")

    private func image(_ channels: Int, _ height: Int, _ width: Int) -> [UInt8] {
        (0..<channels * height * width).map { UInt8(stream.integer($0, below: 256)) }
    }

    @Test func thereAreNineteenOfWhichFourAreExtra() {
        #expect(Corruption.all.count == 19)
        #expect(Set(Corruption.all.map(\.name)).count == 19)
        #expect(Corruption.all.count { $0.isExtra } == 4)
    }

    @Test(arguments: [(3, 32, 32), (1, 28, 28), (3, 17, 40), (3, 5, 5), (1, 1, 1), (2, 8, 6)])
    func sizes(_ channels: Int, _ height: Int, _ width: Int) {
        let bytes = image(channels, height, width)
        for corruption in Corruption.all {
            for severity in Corruption.severities {
                func corrupted(_ run: Int) -> [UInt8] {
                    corruption.corrupted(
                        bytes, channels: channels, height: height, width: width,
                        severity: severity, stream.substream(run))
                }
                let result = corrupted(1)
                #expect(result.count == bytes.count, "\(corruption.name)")
                #expect(result == corrupted(1), "\(corruption.name) repeats")
            }
        }
    }

    @Test func severitiesGrow() {
        // A smooth picture, as photographs are.
        let side = 32
        let bytes = (0..<3 * side * side).map { place -> UInt8 in
            let (y, x) = (place / side % side, place % side)
            return UInt8(60 + 3 * y + 2 * x + (y / 8 + x / 8) % 2 * 30)
        }
        // The constants of these do not grow from the first severity to the last.
        let others = ["saturate", "spatter", "elastic_transform", "pixelate"]
        for corruption in Corruption.all where !others.contains(corruption.name) {
            let changes = [1, 5].map { severity in
                (0..<10).reduce(0.0) { sum, run in
                    let result = corruption.corrupted(
                        bytes, channels: 3, height: side, width: side, severity: severity,
                        stream.substream(run))
                    return sum + zip(result, bytes).reduce(0) {
                        $0 + abs(Double($1.0) - Double($1.1))
                    }
                }
            }
            #expect(changes[1] > changes[0], "\(corruption.name)")
        }
    }
}
