import Execution
import Golden
import Testing
import Training

@Suite struct OptimizerTests {
    /// f(z) = |Mz − t|²/2 with its gradient Mᵀ(Mz − t).
    private struct Quadratic {
        let matrix: [[Double]]
        let target: [Double]
        let start: [Double]

        init(_ golden: [String: Any]) throws {
            let rows = try #require(golden["M_values"] as? [[Any]])
            matrix = rows.map { $0.map { Golden.number($0) ?? .nan } }
            target = HashFill.symmetric("quad:t", count: 8)
            start = HashFill.symmetric("quad:w", count: 6) + HashFill.symmetric("quad:b", count: 2)
        }

        func value(_ z: ParameterVector) -> (loss: Double, gradient: ParameterVector) {
            let residual = zip(matrix, target).map { row, t in
                zip(row, z).reduce(0) { $0 + $1.0 * $1.1 } - t
            }
            let gradient = (0..<8).map { column in
                (0..<8).reduce(0) { $0 + matrix[$1][column] * residual[$1] }
            }
            return (residual.reduce(0) { $0 + $1 * $1 } / 2, ParameterVector(gradient))
        }
    }

    private func method(_ golden: [String: Any]) throws -> Optimizer.Method? {
        let arguments = try #require(golden["args"] as? [String: Any])
        func number(_ key: String, _ standard: Double) -> Double {
            Golden.number(arguments[key]) ?? standard
        }
        switch golden["optimizer"] as? String {
        case "SGD":
            return .sgd(
                SGDOptions(
                    momentum: number("momentum", 0), weightDecay: number("weight_decay", 0),
                    dampening: number("dampening", 0),
                    isNesterov: arguments["nesterov"] as? Bool ?? false))
        case "AdamW":
            let betas = (arguments["betas"] as? [Any] ?? []).compactMap { Golden.number($0) }
            return .adamW(
                AdamWOptions(
                    beta1: betas.first ?? 0.9, beta2: betas.last ?? 0.999,
                    epsilon: number("eps", 1e-8), weightDecay: number("weight_decay", 0.01)))
        default: return nil
        }
    }

    @Test func trajectoriesMatchPyTorch() throws {
        let json = try Golden.json("optim.json")
        let quadratic = try Quadratic(try #require(json["objective"] as? [String: Any]))
        var compared = 0
        for golden in try json.objects("optimizers") {
            guard let method = try method(golden) else { continue }
            compared += 1
            let name = golden["name"] as? String ?? ""
            let rate = try (golden["args"] as? [String: Any] ?? [:]).number("lr")
            let limit = Golden.number((golden["extra"] as? [String: Any])?["max_norm"])
            var optimizer = Optimizer(method, count: 8, decayedRanges: [0..<8])
            var z = ParameterVector(quadratic.start)
            for step in try golden.objects("steps") {
                var (loss, gradient) = quadratic.value(z)
                #expect(abs(loss - (try step.number("loss_before"))) < 1e-10, "\(name)")
                if let limit { clip(&gradient, norm: limit) }
                try optimizer.step(&z, gradient: gradient, rate: rate)
                let expected = try step.numbers("w") + step.numbers("b")
                for (a, b) in zip(z, expected) { #expect(abs(a - b) < 1e-11, "\(name)") }
            }
        }
        #expect(compared == 8)
    }

    @Test func schedulesMatchOriginals() throws {
        let schedules = try Golden.json("optim.json").objects("schedules")
        func golden(_ prefix: String) throws -> [String: Any] {
            try #require(schedules.first { ($0["name"] as? String)?.hasPrefix(prefix) == true })
        }
        func check(_ schedule: Schedule, _ expected: [Double], stepsPerEpoch: Int, from: Int = 0) {
            for (index, rate) in expected.enumerated() {
                let own = schedule.rate(
                    step: from + index * stepsPerEpoch, stepsPerEpoch: stepsPerEpoch)
                #expect(abs(own - rate) < 1e-15)
            }
        }
        let steps = Schedule(
            base: 0.1, course: .steps(milestones: [3, 6, 8], factor: 0.2), epochs: 11)
        check(
            steps, try golden("MultiStepLR(milestones=[3,6,8]").numbers("lrs_step0_onwards"),
            stepsPerEpoch: 4)
        let cosine = Schedule(base: 1e-3, course: .cosine(minimum: 1e-5), epochs: 7)
        check(
            cosine,
            Array(try golden("CosineAnnealingLR(T_max=7").numbers("lrs_step0_onwards").prefix(8)),
            stepsPerEpoch: 3)
        for (prefix, schedule, perEpoch) in [
            (
                "seed loop, vit",
                Schedule(
                    base: 1.25e-4, course: .cosine(minimum: 0), epochs: 10, warmUpEpochs: 2), 4
            ),
            (
                "seed loop, general",
                Schedule(
                    base: 0.1, course: .steps(milestones: [3, 6], factor: 0.2), epochs: 8,
                    warmUpEpochs: 1), 5
            ),
        ] {
            let original = try golden(prefix)
            let warmUp = try original.numbers("lr_used_per_warmup_iteration")
            #expect(warmUp.count == schedule.warmUpEpochs * perEpoch)
            for (step, rate) in warmUp.enumerated() {
                #expect(abs(schedule.rate(step: step, stepsPerEpoch: perEpoch) - rate) < 1e-15)
            }
            let epochs = try original.numbers("lr_used_per_epoch")
            #expect(epochs.count == schedule.epochs)
            check(schedule, epochs, stepsPerEpoch: perEpoch, from: warmUp.count)
        }
    }
}
