import Foundation
import Storage
import Testing

/// A run that goes on with another number of threads ends bit for bit as if it had not.
@Suite struct WorkersTests {
    private static let studies = [
        ["landscape", "--grid", "3x3", "--l2", "0.01"],
        ["hessian", "spectrum", "--batch-sizes", "7", "--batches", "4", "--top", "2"],
        [
            "hessian", "eigenvalues", "--top", "2", "--tolerance", "1e-9", "--max-iterations",
            "60", "--memory", "4K",
        ],
        ["hessian", "eigenvalues", "--method", "power", "--top", "2", "--max-iterations", "30"],
        ["lesion"], ["variance", "--batch-size", "7"],
    ]

    private static func flags(_ command: [String], threads: Int, workers: Int?) -> [String] {
        command + [
            "--model", Sample.network, "--weights", "initial", "--data", Sample.images, "--first",
            "31", "--threads", "\(threads)", "--out", "result.h5",
        ] + (workers.map { ["--workers", "\($0)"] } ?? [])
    }

    /// All numbers of a result, digit by digit.
    private func numbers(_ folder: Folder) throws -> Substring {
        let text = try folder.run(["inspect", "result.h5", "--json"]).output
        let start = try #require(text.range(of: "\"result\":"))
        return text[start.upperBound...]
    }

    /// Kills a run as soon as its journal holds an item; false where it was too fast for that.
    private func kill(_ arguments: [String], in folder: Folder) throws -> Bool {
        let process = try Program.start(arguments, in: folder.url)
        var sizes: Set<Int> = []
        while process.isRunning, sizes.count < 2 {
            if let size = try? folder.bytes("result.h5.journal").count, size > 0 {
                sizes.insert(size)
            }
            usleep(500)
        }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
    }

    @Test(arguments: studies, [(1, 2, nil), (2, 1, nil), (1, 2, 3)] as [(Int, Int, Int?)])
    func killedRunsGoOnOnOtherThreads(
        _ command: [String], _ run: (first: Int, second: Int, workers: Int?)
    ) throws {
        let straight = try Folder()
        let first = Self.flags(command, threads: run.first, workers: run.workers)
        #expect(try straight.run(first).status == 0)
        let expected = try numbers(straight)
        var kills = 0
        for _ in 0..<5 where kills == 0 {
            let folder = try Folder()
            guard try kill(first, in: folder) else { continue }
            kills += 1
            // Without --workers the run that is gone on with decides.
            let rest = try folder.run(Self.flags(command, threads: run.second, workers: nil))
            #expect(rest.status == 0, "\(rest.errors)")
            #expect(rest.output.contains("going on"))
            #expect(try numbers(folder) == expected)
            // So it does where it has come to its end, and another order is another run.
            let again = try folder.run(Self.flags(command, threads: run.second, workers: nil))
            #expect(again.status == 0, "\(again.errors)")
            let other = try folder.run(Self.flags(command, threads: run.second, workers: 5))
            #expect(other.status == 1)
            let workers = run.workers ?? run.first
            #expect(other.errors.contains("workers is \(workers), not 5"))
        }
        #expect(kills == 1)
    }

    @Test(arguments: [(1, 2, nil), (2, 1, nil), (2, 1, 3)] as [(Int, Int, Int?)])
    func killedTrainingsGoOnOnOtherThreads(
        _ run: (first: Int, second: Int, workers: Int?)
    ) throws {
        func flags(_ threads: Int, _ workers: Int?) -> [String] {
            [
                "train", "--model", Sample.network, "--data", Sample.images, "--epochs", "3",
                "--batch-size", "12", "--no-test", "--threads", "\(threads)", "--out",
                "w.safetensors",
            ] + (workers.map { ["--workers", "\($0)"] } ?? [])
        }
        let straight = try Folder()
        #expect(try straight.run(flags(run.first, run.workers)).status == 0)
        let folder = try Folder()
        let process = try Program.start(flags(run.first, run.workers), in: folder.url)
        while process.isRunning, !folder.contains("w.safetensors") { usleep(500) }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let rest = try folder.run(flags(run.second, nil) + ["--resume"])
        #expect(rest.status == 0, "\(rest.errors)")
        let stored = try [straight, folder].map {
            try Checkpoint.read($0.path("w.safetensors")).tensors
        }
        #expect(stored[0] == stored[1])
    }
}
