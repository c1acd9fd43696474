import Foundation
import Randomness
import Testing

/// A landscape that is killed goes on as if nothing had happened.
@Suite struct ResumeTests {
    private static let arguments =
        ["landscape"] + Sample.flags() + ["--l2", "0.01", "--grid", "9x9", "--out", "grid.h5"]

    @Test func tenKillsLeaveTheSameBits() throws {
        let straight = try Folder()
        let start = ContinuousClock.now
        let outcome = try straight.run(Self.arguments)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let expected = try straight.bytes("grid.h5")

        let draws = RandomStream(seed: 20_220_209, name: "kills")
        var kills = 0
        var trial = 0
        while kills < 10, trial < 40 {
            let folder = try Folder()
            let moment = draws.uniform(trial) * seconds
            trial += 1
            let process = try Program.start(Self.arguments, in: folder.url)
            Thread.sleep(forTimeInterval: moment)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            guard process.terminationReason == .uncaughtSignal else { continue }
            kills += 1
            let resumed = try folder.run(Self.arguments)
            #expect(resumed.status == 0, "killed after \(moment) s: \(resumed.errors)")
            #expect(try folder.bytes("grid.h5") == expected, "killed after \(moment) s")
            #expect(!folder.contains("grid.h5.journal"))
        }
        #expect(kills == 10)
    }

    @Test func interruptedRunStopsCleanlyAndGoesOn() throws {
        let folder = try Folder()
        let process = try Program.start(Self.arguments, in: folder.url)
        // The header comes first; a journal that grows beyond it holds a point.
        var sizes: Set<Int> = []
        while process.isRunning, sizes.count < 2 {
            if let size = try? folder.bytes("grid.h5.journal").count, size > 0 {
                sizes.insert(size)
            }
            usleep(2000)
        }
        process.interrupt()
        process.waitUntilExit()
        let stopped = try Program.outcome(of: process, in: folder.url, name: "run")
        #expect(stopped.status == 1)
        #expect(stopped.failures.count == 1)
        #expect(folder.contains("grid.h5"))
        let resumed = try folder.run(Self.arguments)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.output.contains("going on"))
        let straight = try Folder()
        #expect(try straight.run(Self.arguments).status == 0)
        #expect(try folder.bytes("grid.h5") == straight.bytes("grid.h5"))
    }
}
