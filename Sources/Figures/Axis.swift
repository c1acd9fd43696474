import Foundation

/// How numbers are laid along an axis.
public enum AxisScale: String, Sendable, CaseIterable {
    /// Evenly.
    case linear
    /// By their decimal logarithm; for positive numbers only.
    case logarithmic = "log"
}

/// One axis of a panel: range, ticks and label.
struct Axis {
    /// A position and its text.
    struct Tick: Hashable {
        var position: Double
        var text: String
    }

    /// The numbers at the two ends.
    var range: ClosedRange<Double>
    /// Linear or logarithmic.
    var scale: AxisScale
    /// What the axis says, with its unit.
    var label: String
    /// The ticks inside the range.
    var ticks: [Tick]

    /// An axis over a given range, with about `tickCount` ticks, where there can be at least three.
    init(
        range: ClosedRange<Double>, scale: AxisScale = .linear, label: String, tickCount: Int = 5
    ) {
        self.range = range
        self.scale = scale
        let logarithmic = scale == .logarithmic
            ? Axis.logarithmicTicks(in: range, count: tickCount) : []
        if logarithmic.count > 2 {
            ticks = logarithmic
            self.label = label
        } else {
            let (ticks, exponent) = Axis.linearTicks(in: range, count: tickCount)
            self.ticks = ticks
            self.label = exponent == 0 ? label : label + " (×\(Numerals.power(exponent)))"
        }
    }

    /// Where a number stands along the axis, from 0 at the lower end to 1 at the upper one.
    func share(_ value: Double) -> Double {
        let (low, high) = (range.lowerBound, range.upperBound)
        return scale == .logarithmic
            ? log(value / low) / log(high / low) : (value - low) / (high - low)
    }

    /// The axis with no more ticks than have room along `length` points: each needs what its text
    /// takes and a little space, side by side or one above the other.
    func fitting(_ length: Double, sideBySide: Bool) -> Axis {
        func extent(_ tick: Tick) -> Double {
            sideBySide ? Lettering.width(tick.text, size: Lettering.Size.tick) : Lettering.Size.tick
        }
        func fits(_ ticks: [Tick]) -> Bool {
            zip(ticks, ticks.dropFirst()).allSatisfy { one, next in
                abs(share(next.position) - share(one.position)) * length
                    >= (extent(one) + extent(next)) / 2 + (sideBySide ? 4 : 2)
            }
        }
        var axis = self
        var step = 1
        while !fits(axis.ticks), axis.ticks.count > 1 {
            step += 1
            axis.ticks = stride(from: 0, to: ticks.count, by: step).map { ticks[$0] }
        }
        return axis
    }

    /// The label in at most two lines along `length` points.
    func labelLines(_ length: Double) -> [String] {
        Lettering.wrapped(label, size: Lettering.Size.label, limit: length, lines: 2)
    }

    /// Numbers nearer to 0 are drawn as 0: no axis can tell them from it.
    static var least: Double { 1e-300 }

    /// A range that holds all finite values, with `margin` of its length added at both ends.
    ///
    /// A single value gets a range around it, for a picture of a flat surface.
    static func range(
        of values: [Double], scale: AxisScale = .linear, margin: Double = 0
    ) -> ClosedRange<Double>? {
        let finite = values.filter { $0.isFinite && (scale == .linear || $0 >= least) }
        guard let low = finite.min(), let high = finite.max() else { return nil }
        if scale == .logarithmic {
            let spread = high / low > 1.05 ? pow(high / low, margin) : 2
            return (low / spread)...(high * spread)
        }
        // Differences below the rounding of the numbers themselves are no relief.
        let scaleOfNumbers = max(abs(low), abs(high))
        guard high - low > max(1e-12 * scaleOfNumbers, least) else {
            let half = scaleOfNumbers < least ? 1 : 0.05 * scaleOfNumbers
            return (low - half)...(high + half)
        }
        return (low - margin * (high - low))...(high + margin * (high - low))
    }

    /// Ticks at multiples of 1, 2 or 5 times a power of ten, and the power taken out of them.
    ///
    /// Where fewer than three fall into the range, the steps become finer.
    private static func linearTicks(
        in range: ClosedRange<Double>, count: Int
    ) -> (ticks: [Tick], exponent: Int) {
        let finer = (count..<(count + 8)).lazy.map { evenTicks(in: range, count: $0) }
        return finer.first { $0.ticks.count > 2 } ?? evenTicks(in: range, count: count)
    }

    private static func evenTicks(
        in range: ClosedRange<Double>, count: Int
    ) -> (ticks: [Tick], exponent: Int) {
        let length = range.upperBound - range.lowerBound
        let raw = length / Double(max(count, 1))
        // Numbers that cannot be told apart, or not be counted from 0, get no ticks.
        let farthest = max(abs(range.lowerBound), abs(range.upperBound))
        guard raw.isNormal, farthest < 1e300, farthest / raw < 1e15 else {
            return ([], 0)
        }
        let magnitude = pow(10, log10(raw).rounded(.down))
        let factor = [1.0, 2, 5, 10].first { $0 * magnitude >= raw * 0.999 } ?? 10
        let step = factor * magnitude
        let largest = max(abs(range.lowerBound), abs(range.upperBound))
        let order = Int(log10(largest).rounded(.down))
        let exponent = order >= 5 || order <= -4 ? order : 0
        let unit = pow(10, Double(exponent))
        let decimals = max(0, -Int((log10(step / unit) + 1e-9).rounded(.down)))
        let first = Int((range.lowerBound / step - 1e-9).rounded(.up))
        let last = Int((range.upperBound / step + 1e-9).rounded(.down))
        guard first <= last else { return ([], exponent) }
        return (
            (first...last).map { index in
                let position = Double(index) * step
                return Tick(
                    position: position,
                    text: Numerals.fixed(position / unit, decimals: decimals))
            }, exponent
        )
    }

    /// Ticks at powers of ten, thinned to about `count`; at 1, 2 and 5 where decades are few.
    private static func logarithmicTicks(in range: ClosedRange<Double>, count: Int) -> [Tick] {
        guard range.lowerBound > 0, range.upperBound.isFinite else { return [] }
        let low = Int(log10(range.lowerBound).rounded(.down))
        let high = Int(log10(range.upperBound).rounded(.up))
        let stride = max(1, (high - low + count - 1) / max(count, 1))
        let decades = Swift.stride(from: low, through: high, by: stride)
            .map { Tick(position: pow(10, Double($0)), text: Numerals.power($0)) }
            .filter { range.contains($0.position) }
        if decades.count > 2 { return decades }
        return (low...high).flatMap { exponent in
            [1.0, 2, 5].map { $0 * pow(10, Double(exponent)) }
        }
        .filter { range.contains($0) }
        .map { Tick(position: $0, text: Numerals.short($0)) }
    }

    /// Keeps the ticks without their numbers, for panels above one that has them.
    mutating func hideNumbers() {
        ticks = ticks.map { Tick(position: $0.position, text: "") }
    }

    /// The places of the ticks as gnuplot takes them; their texts are written apart.
    var tickList: String {
        "(" + ticks.map { "'' \($0.position)" }.joined(separator: ", ") + ")"
    }

    /// The range as gnuplot takes it.
    var rangeList: String { "[\(range.lowerBound):\(range.upperBound)]" }

    /// The width of the widest tick text, in points.
    var tickWidth: Double {
        ticks.map { Lettering.width($0.text, size: Lettering.Size.tick) }.max() ?? 0
    }
}
