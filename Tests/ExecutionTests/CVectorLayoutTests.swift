import CVector
import Randomness
import Testing

/// ((o pattern + p) repeat + r) period + q.
struct FlatLayout: Sendable, CustomStringConvertible {
    let outer, pattern, repetitions, period: Int

    var count: Int { outer * pattern * repetitions * period }
    var channels: Int { pattern * period }
    var description: String { "[\(outer), \(pattern), \(repetitions), \(period)]" }

    func channel(_ i: Int) -> Int {
        (i / (period * repetitions)) % pattern * period + i % period
    }

    var c: cv_channels {
        cv_channels(
            outer: Int64(outer), pattern: Int64(pattern), repeat: Int64(repetitions),
            period: Int64(period))
    }

    func operand<R: VectorReal>(_ x: Guarded<R>) -> cv_operand {
        cv_operand(
            base: x.pointer, kind: Int32(CV_PERIODIC), outer: c.outer, pattern: c.pattern,
            repeat: c.repeat, period: c.period)
    }

    func sum(_ x: Guarded<Double>, _ source: Int, accumulate: Bool) -> cv_output {
        cv_output(
            base: x.pointer, kind: Int32(CV_PERIODIC), source: Int32(source),
            accumulate: accumulate ? 1 : 0, outer: c.outer, pattern: c.pattern,
            repeat: c.repeat, period: c.period)
    }

    static let examples: [FlatLayout] = [
        .init(outer: 1, pattern: 1, repetitions: 1, period: 1),
        .init(outer: 9, pattern: 1, repetitions: 1, period: 192),  // vector over rows
        .init(outer: 1, pattern: 1, repetitions: 7, period: 257),
        .init(outer: 3, pattern: 1, repetitions: 1, period: 1000),
        .init(outer: 1, pattern: 1, repetitions: 300, period: 5),
        .init(outer: 1, pattern: 37, repetitions: 40, period: 1),  // scalar of each row
        .init(outer: 2, pattern: 5, repetitions: 600, period: 1),  // NCHW
        .init(outer: 2, pattern: 30, repetitions: 49, period: 1),
        .init(outer: 3, pattern: 17, repetitions: 1, period: 1),
        .init(outer: 2, pattern: 4, repetitions: 64, period: 16),  // nChw16c
        .init(outer: 2, pattern: 3, repetitions: 9, period: 16),
        .init(outer: 2, pattern: 3, repetitions: 5, period: 40),
        .init(outer: 3, pattern: 2, repetitions: 1, period: 300),
        .init(outer: 2, pattern: 3, repetitions: 2, period: 701),
    ]
}

@Suite("CVector layouts of operands and outputs")
struct CVectorLayoutTests {
    let stream = RandomStream(seed: 5, name: "layouts")

    /// ((full + periodic) scalar), stored, summed over channels and over everything.
    func check<R: VectorReal>(_: R.Type, _ layout: FlatLayout, second: FlatLayout?) {
        let count = layout.count
        let x = Guarded<R>(numbers(stream.substream(1), count, -1...1))
        let channelwise = Guarded<R>(numbers(stream.substream(2), layout.channels, -1...1))
        let other = second.flatMap { $0.count == count ? $0 : nil } ?? layout
        let otherwise = Guarded<R>(numbers(stream.substream(3), other.channels, -1...1))
        let scalar = Guarded<R>([1.5])
        let scalarOperand = cv_operand(
            base: scalar.pointer, kind: Int32(CV_SCALAR), outer: 0, pattern: 0, repeat: 0,
            period: 0)
        let old: [R] = numbers(stream.substream(4), count, -1...1)
        let plain = Guarded(old), added = Guarded(old)
        let sums = Guarded([Double](repeating: 2, count: layout.channels))
        let total = Guarded([2.0])
        let program = [
            instruction(CV_ADD, 0, CV_INPUT, CV_INPUT + 1),
            instruction(CV_FMA, 1, 0, CV_INPUT + 3, CV_INPUT + 2),
        ]
        let totalOutput = cv_output(
            base: total.pointer, kind: Int32(CV_SCALAR), source: 1, accumulate: 0, outer: 0,
            pattern: 0, repeat: 0, period: 0)
        let status = runElementwise(
            R.self, program,
            [full(x), layout.operand(channelwise), other.operand(otherwise), scalarOperand],
            [
                store(plain, 1), store(added, 1, accumulate: true),
                layout.sum(sums, 1, accumulate: true), totalOutput,
            ], count)
        #expect(status == 0)
        let unit = Double(R.ulpOfOne)
        var expectedSums = [Double](repeating: 2, count: layout.channels)
        var everything = 0.0
        for i in 0..<count {
            let a = Double(x.pointer[i]) + Double(channelwise.pointer[layout.channel(i)])
            let value = a * 1.5 + Double(otherwise.pointer[other.channel(i)])
            expectedSums[layout.channel(i)] += value
            everything += value
            let stored = Double(plain.pointer[i]), sum = Double(added.pointer[i])
            if abs(stored - value) > 8 * unit || abs(sum - value - Double(old[i])) > 10 * unit {
                Issue.record("\(R.self) \(layout) at \(i): \(stored) and \(sum), not \(value)")
                return
            }
        }
        // Each term is rounded once in the working type; up to a tile is added in it.
        let perChannel = Double(count / max(layout.channels, 1))
        for (sum, value) in zip(sums.elements, expectedSums) {
            #expect(abs(sum - value) <= 40 * unit * perChannel, "\(layout)")
        }
        #expect(abs(total.pointer[0] - everything) <= 10 * unit * Double(count), "\(layout)")
    }

    @Test(arguments: InstructionSet.available)
    func layoutsAgreeWithTheirFormula(_ set: InstructionSet) {
        set.use {
            for layout in FlatLayout.examples {
                check(Float.self, layout, second: nil)
                check(Double.self, layout, second: nil)
            }
        }
    }

    /// Operands whose natural tiles differ.
    @Test(arguments: InstructionSet.available)
    func layoutsCanBeMixed(_ set: InstructionSet) {
        let rows = FlatLayout(outer: 1, pattern: 60, repetitions: 96, period: 1)
        let vector = FlatLayout(outer: 60, pattern: 1, repetitions: 1, period: 96)
        let blocked = FlatLayout(outer: 2, pattern: 4, repetitions: 45, period: 16)
        let odd = FlatLayout(outer: 5, pattern: 3, repetitions: 48, period: 8)
        let long = FlatLayout(outer: 2, pattern: 1, repetitions: 1, period: 2880)
        set.use {
            for first in [rows, vector, blocked, odd, long] {
                for second in [rows, vector, blocked, odd, long] {
                    #expect(first.count == second.count)
                    check(Float.self, first, second: second)
                    check(Double.self, first, second: second)
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func outputsMayBeInputs(_ set: InstructionSet) {
        set.use {
            for count in [1, 16, 100, 5000] {
                let x = Guarded<Float>(numbers(stream, count, -1...1))
                let before = x.elements
                // Slot 0 is stored over x, which is read again afterwards.
                let program = [
                    instruction(CV_MUL_I, 0, CV_INPUT, imm: 2), instruction(CV_ADD, 1, 0, CV_INPUT),
                ]
                let y = Guarded([Float](repeating: 0, count: count))
                let status = runElementwise(
                    Float.self, program, [full(x)], [store(x, 0), store(y, 1)], count)
                #expect(status == 0)
                #expect(x.elements == before.map { 2 * $0 })
                #expect(zip(y.elements, before).allSatisfy { $0 == 2 * $1 + $1 })
            }
        }
    }

    @Test func anInputAndAReusedSlotCanBeStored() {
        GuardedMemory.scope {
            let x = Guarded<Double>([1, 2, 3]), y = Guarded<Double>([0, 0, 0])
            let copy = Guarded<Double>([0, 0, 0]), again = Guarded<Double>([0, 0, 0])
            let program = [
                instruction(CV_NEG, 0, CV_INPUT), instruction(CV_SQUARE, 0, 0),
                instruction(CV_ADD_I, 0, 0, imm: 1),
            ]
            let outputs = [store(y, 0), store(copy, CV_INPUT), store(again, 0)]
            #expect(runElementwise(Double.self, program, [full(x)], outputs, 3) == 0)
            #expect(y.elements == [2, 5, 10] && copy.elements == [1, 2, 3])
            #expect(again.elements == [2, 5, 10])
        }
    }

    @Test func malformedProgramsAreRefused() {
        GuardedMemory.scope {
            let x = Guarded<Float>([1]), y = Guarded<Float>([0])
            func status(_ program: [cv_instruction], _ source: Int = 0) -> Int32 {
                runElementwise(Float.self, program, [full(x)], [store(y, source)], 1)
            }
            let good = instruction(CV_NEG, 0, CV_INPUT)
            #expect(status([good]) == 0)
            #expect(status([good, instruction(CV_NEG, 1, 2)]) == -2)  // slot 2 is never written
            #expect(status([instruction(CV_NEG, 0, CV_INPUT + 1)]) == -1)  // no such input
            #expect(status([instruction(CV_NEG, 32, CV_INPUT)]) == -1)  // no such slot
            #expect(status([instruction(CV_OPERATION_COUNT, 0, CV_INPUT)]) == -1)
            #expect(status([instruction(CV_FMA, 0, CV_INPUT, CV_INPUT, 9)]) == -1)
            #expect(status([instruction(CV_NORMAL, 0, CV_INPUT, 0)]) == -1)  // both to one slot
            #expect(status([good], 4) == -1000)
            #expect(y.elements == [-1])
        }
    }

    @Test(arguments: InstructionSet.available)
    func channelKernelsAgreeWithPlainLoops(_ set: InstructionSet) {
        func check<R: VectorReal>(_: R.Type, _ layout: FlatLayout) {
            let count = layout.count
            let a = Guarded<R>(numbers(stream.substream(6), count, -1...3))
            let b = Guarded<R>(numbers(stream.substream(7), count, -1...1))
            let shift = Guarded((0..<layout.channels).map { 0.5 + Double($0) / 1000 })
            let ones = [Double](repeating: 1, count: layout.channels)
            let results = (0..<5).map { _ in Guarded(ones) }
            withUnsafePointer(to: layout.c) { c in
                R.channelSum(c, a.pointer, results[0].pointer)
                R.channelSquares(c, a.pointer, nil, results[1].pointer)
                R.channelSquares(c, a.pointer, shift.pointer, results[2].pointer)
                R.channelDot(c, a.pointer, b.pointer, nil, results[3].pointer)
                R.channelDot(c, a.pointer, b.pointer, shift.pointer, results[4].pointer)
            }
            var expected = [[Double]](
                repeating: [Double](repeating: 1, count: layout.channels), count: 5)
            for i in 0..<count {
                let k = layout.channel(i)
                let x = Double(a.pointer[i]), y = Double(b.pointer[i]), d = x - shift.pointer[k]
                for (j, term) in [x, x * x, d * d, x * y, d * y].enumerated() {
                    expected[j][k] += term
                }
            }
            let bound = 60 * Double(R.ulpOfOne) * Double(1 + count / layout.channels)
            for j in 0..<5 {
                for (x, y) in zip(results[j].elements, expected[j]) {
                    #expect(abs(x - y) <= bound, "\(R.self) kernel \(j) of \(layout)")
                }
            }
        }
        set.use {
            for layout in FlatLayout.examples {
                check(Float.self, layout)
                check(Double.self, layout)
            }
        }
    }
}
