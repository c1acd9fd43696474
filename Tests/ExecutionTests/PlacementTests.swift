import Testing

@testable import Execution

/// Where a plan's buffers go: a weight that is only on its way to another layout is not kept.
@Suite struct PlacementTests {
    private struct Unused: Error {}

    private func step(_ reads: [BufferID], _ writes: [BufferID]) -> Plan.Step {
        Plan.Step(name: "step", reads: reads, writes: writes) { _ in throw Unused() }
    }

    @Test func weightsThatAreConvertedAloneAreNotKept() {
        var plan = Plan()
        let first = plan.buffer(bytes: 4096, stage: .parameters, region: .parameters)
        let second = plan.buffer(bytes: 8192, stage: .parameters, region: .parameters)
        let forward = plan.buffer(bytes: 4096, stage: .parameters)
        let backward = plan.buffer(bytes: 4096, stage: .parameters)
        let other = plan.buffer(bytes: 8192, stage: .parameters)
        plan.add(step([first], [forward]), to: .parameters)
        plan.add(step([first], [backward]), to: .parameters)
        plan.add(step([second], [other]), to: .parameters)
        let placement = plan.placed()
        #expect([first, second].allSatisfy { placement[$0].region == .staging })
        // One at a time is there: the larger needs its own size alone.
        #expect(placement.sizes[.staging] == 8192)
        #expect(placement.sizes[.parameters] == 4096 + 4096 + 8192)
        #expect(plan.steps[.parameters]?.allSatisfy(placement.runsAtLoading) == true)
    }

    @Test func whatElseReadsAWeightKeepsIt() {
        var plan = Plan()
        func weight() -> BufferID {
            plan.buffer(bytes: 64, stage: .parameters, region: .parameters)
        }
        let (used, result, joined, partner, filled) = (
            weight(), weight(), weight(), weight(), weight()
        )
        let vector = plan.buffer(bytes: 64, stage: .vector, region: .vector)
        func target(_ stage: Stage) -> BufferID { plan.buffer(bytes: 64, stage: stage) }
        // Examples meet it as it is.
        plan.add(step([used], [target(.parameters)]), to: .parameters)
        plan.add(step([used], [target(.examples)]), to: .examples)
        // It is a result itself.
        plan.add(step([result], [target(.parameters)]), to: .parameters)
        // Two are needed at once.
        plan.add(step([joined, partner], [target(.parameters)]), to: .parameters)
        // What it is written into is written by others too, whose order counts.
        let frame = target(.parameters)
        plan.add(step([], [frame]), to: .parameters)
        plan.add(step([filled], [frame]), to: .parameters)
        // A later stage takes it.
        plan.add(step([vector], [target(.linear)]), to: .linear)
        let placement = plan.placed(results: [result])
        for weight in [used, result, joined, partner, filled] {
            #expect(placement[weight].region == .parameters)
        }
        #expect(placement[vector].region == .vector)
        #expect(placement.sizes[.staging] == nil)
    }
}
