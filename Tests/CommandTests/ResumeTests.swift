import Foundation
import Randomness
import Testing

/// Landscapes, lesion studies and eigenvalues that are killed go on as if nothing had happened.
@Suite struct ResumeTests {
    private static let landscape =
        ["landscape"] + Sample.flags() + ["--l2", "0.01", "--grid", "9x9", "--out", "result.h5"]
    private static let lesion =
        ["lesion"] + Sample.flags("resnet,depth=56,width=4,classes=4,size=16")
        + ["--out", "result.h5"]

    /// So little memory that the basis is restarted every few products.
    private static let eigenvalues =
        ["hessian", "eigenvalues"] + Sample.flags(Sample.transformer)
        + [
            "--method", "lanczos", "--top", "3", "--tolerance", "1e-9", "--max-iterations", "150",
            "--memory", "4K", "--store-vectors", "--out", "result.h5",
        ]

    @Test(arguments: [landscape, lesion, eigenvalues]) func tenKillsLeaveTheSameBits(
        _ arguments: [String]
    ) throws {
        let straight = try Folder()
        let start = ContinuousClock.now
        let outcome = try straight.run(arguments)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let expected = try straight.bytes("result.h5")

        let draws = RandomStream(seed: 20_220_209, name: "kills")
        var kills = 0
        var trial = 0
        while kills < 10, trial < 40 {
            let folder = try Folder()
            let moment = draws.uniform(trial) * seconds
            trial += 1
            let process = try Program.start(arguments, in: folder.url)
            Thread.sleep(forTimeInterval: moment)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            guard process.terminationReason == .uncaughtSignal else { continue }
            kills += 1
            let resumed = try folder.run(arguments)
            #expect(resumed.status == 0, "killed after \(moment) s: \(resumed.errors)")
            #expect(try folder.bytes("result.h5") == expected, "killed after \(moment) s")
            #expect(!folder.contains("result.h5.journal"))
            #expect(!folder.contains("result.h5.basis"))
        }
        #expect(kills == 10)
    }

    @Test(arguments: [landscape, lesion, eigenvalues]) func interruptedRunStopsCleanlyAndGoesOn(
        _ arguments: [String]
    ) throws {
        let folder = try Folder()
        let process = try Program.start(arguments, in: folder.url)
        // The header comes first; a journal that grows beyond it holds a record.
        var sizes: Set<Int> = []
        while process.isRunning, sizes.count < 2 {
            if let size = try? folder.bytes("result.h5.journal").count, size > 0 {
                sizes.insert(size)
            }
            usleep(2000)
        }
        process.interrupt()
        process.waitUntilExit()
        let stopped = try Program.outcome(of: process, in: folder.url, name: "run")
        #expect(stopped.status == 1)
        #expect(stopped.failures.count == 1)
        // What is there can be looked at.
        #expect(folder.contains("result.h5") && !folder.contains("result.h5.journal"))
        let resumed = try folder.run(arguments)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.output.contains("going on"))
        let straight = try Folder()
        #expect(try straight.run(arguments).status == 0)
        #expect(try folder.bytes("result.h5") == straight.bytes("result.h5"))
    }

    @Test func withoutItsBasisARunBeginsAnewAndSaysSo() throws {
        let folder = try Folder()
        let process = try Program.start(Self.eigenvalues, in: folder.url)
        while process.isRunning, !folder.contains("result.h5.basis") { usleep(2000) }
        process.interrupt()
        process.waitUntilExit()
        try FileManager.default.removeItem(atPath: folder.path("result.h5.basis"))
        let resumed = try folder.run(Self.eigenvalues)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.output.contains("result.h5.basis: is missing or of another run"))
        let straight = try Folder()
        #expect(try straight.run(Self.eigenvalues).status == 0)
        #expect(try folder.bytes("result.h5") == straight.bytes("result.h5"))
    }

    @Test func aFinishedLesionStudyIsNotMeasuredAgain() throws {
        let folder = try Folder()
        let first = try folder.document(Self.lesion)
        let again = try folder.document(Self.lesion)
        func numbers(_ document: [String: Any]) throws -> NSArray {
            try #require(document["units"] as? NSArray)
        }
        #expect(try numbers(first) == numbers(again))
        let seconds = try #require(again["seconds"] as? Double)
        #expect(seconds < 0.2 * (try #require(first["seconds"] as? Double)))
        #expect(!folder.contains("result.h5.journal"))
    }
}
