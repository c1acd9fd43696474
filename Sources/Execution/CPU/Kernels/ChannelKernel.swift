import CVector

/// Standardization over all but the channels (batch norm with batch statistics), and its first and
/// second derivative.
///
/// All three are elementwise linear combinations of their operands once a few sums over each
/// channel are known. The sums are added up over the workers that share the batch:
///
///     S(x)         = r x − r μ
///     J(x) u       = r u − r² β x + (r² β μ − r ū)
///     D²S(x)[a, b] = −r² (β a + α b + r γ x − (β ā + α b̄ + r γ μ)),
///     γ = mean(a b) − ā b̄ − 3 α β
///
/// with r = 1/σ, α = mean(x̂ a), β = mean(x̂ b) (or of u), and bars for means.
final class ChannelKernel<Scalar: CPUScalar>: Kernel {
    private let order: Int
    private let operands: [Slot]
    private let target: Slot
    private let statistics: Slot
    private let coefficients: Slot
    private let scratch: Slot
    private var layout: cv_channels
    private let channels: Int
    private let population: Double
    private let epsilon: Double
    private let combination: ElementwiseKernel<Scalar>

    /// - Parameter order: 0, 1 or 2, the order of the derivative.
    init(
        order: Int, operands: [Slot], target: Slot, statistics: Slot, coefficients: Slot,
        scratch: Slot, pattern: Layouts.Pattern, channels: Int, population: Int, epsilon: Double
    ) {
        (self.order, self.operands, self.target) = (order, operands, target)
        (self.statistics, self.coefficients, self.scratch) = (statistics, coefficients, scratch)
        layout = cv_channels(pattern)
        (self.channels, self.population, self.epsilon) = (channels, Double(population), epsilon)
        // slot 0 = Σ operand · coefficient, then the constant term.
        var program: [cv_instruction] = []
        func instruction(_ operation: Int, _ a: Int, _ b: Int, _ c: Int) {
            var next = cv_instruction()
            (next.op, next.dst) = (UInt8(operation), 0)
            (next.a, next.b, next.c) = (UInt8(a), UInt8(b), UInt8(c))
            program.append(next)
        }
        let terms = operands.count
        instruction(CV_FMA, CV_INPUT, CV_INPUT + terms, CV_INPUT + 2 * terms)
        for term in 1..<max(terms, 1) {
            instruction(CV_FMA, CV_INPUT + term, CV_INPUT + terms + term, 0)
        }
        let stride = channels * MemoryLayout<Scalar>.stride
        func full(_ slot: Slot) -> ElementwiseOperand {
            ElementwiseOperand(slot: slot, kind: CV_FULL, pattern: pattern)
        }
        let vectors = (0...terms).map {
            ElementwiseOperand(
                slot: Slot(
                    region: coefficients.region, offset: coefficients.offset + $0 * stride),
                kind: CV_PERIODIC, pattern: pattern)
        }
        combination = ElementwiseKernel(
            instructions: program, operands: operands.map(full) + vectors,
            results: [(full(target), 0)], count: pattern.count, scratch: scratch)
    }

    func run(_ frame: Frame) throws {
        let x = frame.pointer(operands[0], Scalar.self)
        let sums = frame.pointer(statistics, Double.self)
        func row(_ index: Int) -> UnsafeMutablePointer<Double> { sums + index * channels }
        sums.update(repeating: 0, count: 12 * channels)
        Scalar.channelSum(&layout, x, row(0))
        for (position, operand) in operands.dropFirst().enumerated() {
            Scalar.channelSum(&layout, frame.pointer(operand, Scalar.self), row(1 + position))
        }
        try frame.collective?.sum(sums, count: 3 * channels)
        for index in 0..<(3 * channels) { sums[index] /= population }
        Scalar.channelSquares(&layout, x, row(0), row(3))
        for (position, operand) in operands.dropFirst().enumerated() {
            let values = frame.pointer(operand, Scalar.self)
            Scalar.channelDot(&layout, x, values, row(0), row(4 + position))
        }
        if order == 2 {
            Scalar.channelDot(
                &layout, frame.pointer(operands[1], Scalar.self),
                frame.pointer(operands[2], Scalar.self), row(1), row(6))
        }
        try frame.collective?.sum(row(3), count: 4 * channels)
        // Rows 8 and after hold the coefficients until they are rounded.
        combine(sums, row(8))
        Scalar.convert(
            (operands.count + 1) * channels, row(8), frame.pointer(coefficients, Scalar.self))
        try combination.run(frame)
    }

    /// Writes the coefficient of each operand and the constant term, for each channel.
    private func combine(
        _ sums: UnsafeMutablePointer<Double>, _ vectors: UnsafeMutablePointer<Double>
    ) {
        for channel in 0..<channels {
            func value(_ row: Int) -> Double { sums[row * channels + channel] }
            func set(_ row: Int, _ value: Double) {
                vectors[row * channels + channel] = value
            }
            let mean = value(0)
            let r = 1 / (value(3) / population + epsilon).squareRoot()
            switch order {
            case 0:
                set(0, r)
                set(1, -r * mean)
            case 1:
                let beta = r * value(4) / population
                set(0, -r * r * beta)
                set(1, r)
                set(2, r * r * beta * mean - r * value(1))
            default:
                let (alpha, beta) = (r * value(4) / population, r * value(5) / population)
                // Σ (a − ā) b / n is mean(a b) − ā b̄ already.
                let gamma = value(6) / population - 3 * alpha * beta
                set(0, -r * r * r * gamma)
                set(1, -r * r * beta)
                set(2, -r * r * alpha)
                set(3, r * r * (beta * value(1) + alpha * value(2) + r * gamma * mean))
            }
        }
    }
}
