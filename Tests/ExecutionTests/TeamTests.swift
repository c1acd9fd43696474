import CVector
import Foundation
import Synchronization
import Testing

@testable import Execution

/// How workers share a group, and what elements of a fused chain each takes.
@Suite struct TeamTests {
    @Test func everyWorkerHasOneTeam() {
        #expect(Team.teams(workers: 4, groups: 0).allSatisfy { $0 == nil })
        for (workers, groups) in [(2, 1), (3, 2), (8, 3), (7, 6)] {
            let teams = Team.teams(workers: workers, groups: groups).compactMap { $0 }
            #expect(teams.count == workers)
            for leader in 0..<groups {
                let members = teams.filter { $0.leader == leader }
                #expect(members.map(\.share.member) == Array(0..<members.count))
                #expect(members.allSatisfy { $0.share.count == members.count })
                #expect(teams[leader].share.member == 0)
            }
        }
    }

    @Test func sharesCoverEverythingOnce() {
        for (extent, quantum, count) in [(257, 8, 2), (64, 16, 3), (5, 8, 2), (0, 4, 2)] {
            let shares = (0..<count).map {
                Share(member: $0, count: count).range(of: extent, by: quantum)
            }
            #expect(shares.flatMap { Array($0) } == Array(0..<extent))
            #expect(shares.allSatisfy { $0.isEmpty || $0.lowerBound % quantum == 0 })
        }
    }

    /// A part of a pattern reads the same elements as the whole does there.
    @Test func partsOfPatternsReadTheSameElements() {
        func element(_ pattern: Layouts.Pattern, _ index: Int) -> Int {
            index / pattern.unit % pattern.pattern * pattern.period + index % pattern.period
        }
        let patterns = [
            Layouts.Pattern(outer: 6, pattern: 1, repeat: 1, period: 5),
            Layouts.Pattern(outer: 1, pattern: 6, repeat: 5, period: 1),
            Layouts.Pattern(outer: 2, pattern: 3, repeat: 4, period: 2),
        ]
        var parts = 0
        for pattern in patterns {
            for start in 0..<pattern.count {
                for end in start + 1...pattern.count {
                    guard let (part, offset) = pattern.part(start..<end) else { continue }
                    parts += 1
                    #expect(part.count == end - start)
                    for index in start..<end {
                        #expect(
                            element(part, index - start) + offset == element(pattern, index),
                            "\(pattern) \(start)..<\(end)")
                    }
                }
            }
        }
        // Runs of 6 cycles, of 6 units, and of 3 units in either of 2 cycles or both whole.
        #expect(parts == 21 + 21 + 2 * 6 + 1)
    }

    /// A step that one member does follows on what all have done, and the other way about.
    @Test(arguments: [nil, 1, 2]) func membersWaitForEachOther(threads: Int?) throws {
        final class Trace: Sendable {
            let done = Atomic<Int>(0)
            let running = Atomic<Int>(0)
        }
        /// Adds to the trace; says what it saw before.
        final class Step: Kernel {
            let isDivided: Bool
            let expected: Int
            let trace: Trace
            var sawAll = true
            var running = 0

            init(_ isDivided: Bool, expected: Int, _ trace: Trace) {
                (self.isDivided, self.expected, self.trace) = (isDivided, expected, trace)
            }

            func divides(_ share: Share) -> Bool { isDivided }

            func run(_ frame: Frame) {
                sawAll = sawAll && trace.done.load(ordering: .acquiring) >= expected
                running = trace.running.add(1, ordering: .acquiringAndReleasing).newValue
                usleep(100)
                trace.running.subtract(1, ordering: .acquiringAndReleasing)
                trace.done.add(1, ordering: .acquiringAndReleasing)
            }
        }
        let count = 3
        let trace = Trace()
        let pool = WorkerPool(count: count, threads: threads)
        let teams = Team.teams(workers: count, groups: 1, pool.turnstile).compactMap { $0 }
        // Divided steps add one for each member, others one in all.
        let steps = [(true, 0), (false, 3), (false, 4), (true, 5), (true, 8)]
        nonisolated(unsafe) let lists = teams.map { team in
            KernelList(steps.map { Step($0.0, expected: $0.1, trace) }, team: team)
        }
        nonisolated(unsafe) let frame = Frame(
            bases: .allocate(capacity: 1), startsSums: true, collective: nil)
        defer { frame.bases.deallocate() }
        try pool.run { worker in
            var own = frame
            own.share = teams[worker].share
            try lists[worker].run(own, with: teams[worker])
        }
        #expect(trace.done.load(ordering: .relaxed) == 11)
        for list in lists {
            #expect(list.kernels.compactMap { ($0 as? Step)?.sawAll }.allSatisfy { $0 })
            // No more run at a time than may.
            let running = list.kernels.compactMap { ($0 as? Step)?.running }
            #expect(running.allSatisfy { $0 <= threads ?? count })
        }
    }

    /// A member that fails does not leave the others waiting.
    @Test(arguments: [nil, 1]) func failureEndsTheRun(threads: Int?) throws {
        struct Failure: Error {}
        final class Failing: Kernel {
            func run(_ frame: Frame) throws { throw Failure() }
        }
        let pool = WorkerPool(count: 2, threads: threads)
        let teams = Team.teams(workers: 2, groups: 1, pool.turnstile).compactMap { $0 }
        // The first member fails alone, the other waits for it.
        nonisolated(unsafe) let lists = teams.map { KernelList([Failing(), Failing()], team: $0) }
        nonisolated(unsafe) let frame = Frame(
            bases: .allocate(capacity: 1), startsSums: true, collective: nil)
        defer { frame.bases.deallocate() }
        #expect(throws: Failure.self) {
            try pool.run { worker in
                do {
                    var own = frame
                    own.share = teams[worker].share
                    try lists[worker].run(own, with: teams[worker])
                } catch {
                    teams[worker].barrier.abandon()
                    throw error
                }
            }
        }
    }
}
