import Foundation
import Golden
import Randomness
import Testing

@testable import Robustness

@Suite("Rings of frequencies") struct FrequencyRingTests {
    @Test("Masks and filtered images equal those of the authors' FreqAttack")
    func golden() throws {
        let cases = try Golden.json("fourier.json").objects("freq_attack")
        #expect(cases.count == 5)
        for entry in cases {
            let side = Int(try entry.number("h"))
            let ring = FrequencyRing(
                frequency: try entry.number("f"), halfWidth: try entry.number("s"))
            let mask = ring.mask(height: side, width: side)
            #expect(Double(mask.count { $0 }) == (try entry.number("mask_ones")))
            let count = 3 * side * side
            let images = HashFill.symmetric("freq:\(side)", count: 2 * count)
            let filter = RingFilter(ring, height: side, width: side)
            let filtered = filter.filtered(Array(images[..<count]))
                + filter.filtered(Array(images[count...]))
            let norm = filtered.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(deviation(norm, try entry.number("real_norm")) < 1e-12)
            #expect(deviation(filtered.prefix(16), try entry.numbers("real_first16")) < 1e-12)
        }
    }

    @Test("The transform is the sum that defines it, for sides of any factors", arguments: [
        (1, 1), (2, 3), (4, 4), (5, 7), (6, 8), (12, 9), (13, 1), (16, 10),
    ])
    func transform(_ height: Int, _ width: Int) {
        let stream = RandomStream(seed: 1, name: "plane")
        let real = (0..<height * width).map { stream.gaussian($0) }
        let imaginary = (0..<height * width).map { stream.gaussian(1000 + $0) }
        let transform = FourierTransform(height: height, width: width)
        var plane = ComplexPlane(real: real, imaginary: imaginary)
        transform.transform(&plane)
        for u in 0..<height {
            for v in 0..<width {
                var (re, im) = (0.0, 0.0)
                for y in 0..<height {
                    for x in 0..<width {
                        let angle = -2 * Double.pi
                            * (Double(u * y) / Double(height) + Double(v * x) / Double(width))
                        let (a, b) = (real[y * width + x], imaginary[y * width + x])
                        re += a * cos(angle) - b * sin(angle)
                        im += a * sin(angle) + b * cos(angle)
                    }
                }
                #expect(abs(plane.real[u * width + v] - re) < 1e-11)
                #expect(abs(plane.imaginary[u * width + v] - im) < 1e-11)
            }
        }
        transform.transform(&plane, backwards: true)
        #expect(deviation(plane.real, real) < 1e-14)
        #expect(deviation(plane.imaginary, imaginary) < 1e-14)
    }

    @Test("Rings that touch leave no frequency out and take none twice, for odd and oblong images")
    func partition() {
        for (height, width) in [(32, 32), (28, 28), (15, 15), (16, 24), (7, 9)] {
            let edges = (0...10).map { Double($0) * 0.1 * (Double.pi + 0.5) }
            var covered = [Int](repeating: 0, count: height * width)
            for (low, high) in zip(edges, edges.dropFirst()) {
                let ring = FrequencyRing(
                    frequency: (low + high) / 2, halfWidth: (high - low) / 2)
                for (index, isKept) in ring.mask(height: height, width: width).enumerated()
                where isKept { covered[index] += 1 }
            }
            #expect(covered.allSatisfy { $0 == 1 }, "\(height) x \(width): \(covered)")
        }
    }

    @Test("A wave passes the ring of its frequency alone")
    func wave() {
        let side = 32
        // 8 periods along each row: π/2 for each pixel.
        let image = (0..<side * side).map { cos(2 * Double.pi * 8 * Double($0 % side) / 32) }
        func length(_ frequency: Double) -> Double {
            RingFilter(
                FrequencyRing(frequency: frequency * Double.pi), height: side, width: side
            ).filtered(image).reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let whole = (Double(side * side) / 2).squareRoot()
        #expect(abs(length(0.5) - whole) < 1e-9)
        #expect(length(0.1) < 1e-9 && length(0.9) < 1e-9)
    }
}
