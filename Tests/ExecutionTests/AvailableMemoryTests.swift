import Execution
import Foundation
import Testing

/// A folder that looks like the root of a machine.
private final class FakeRoot {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("saddle-memory-\(UUID().uuidString)")

    /// - Parameter files: contents by their paths.
    init(_ files: [String: String]) throws {
        for (path, content) in files {
            let file = url.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var available: Int { AvailableMemory.bytes(root: url.path) }
}

@Suite("Available memory") struct AvailableMemoryTests {
    private let machine = [
        "proc/meminfo": "MemTotal: 16000 kB\nMemFree: 100 kB\nMemAvailable:   8000 kB\n",
        "proc/self/limits":
            "Limit                     Soft Limit           Hard Limit           Units     \n"
            + "Max address space         unlimited            unlimited            bytes     \n",
        "proc/self/status": "VmPeak:\t 2000 kB\nVmSize:\t    1000 kB\n",
    ]

    private func available(_ files: [String: String]) throws -> Int {
        try FakeRoot(machine.merging(files) { $1 }).available
    }

    @Test("without limits it is what the machine has") func machineAlone() throws {
        #expect(try available([:]) == 8000 << 10)
        #expect(try available(["proc/self/cgroup": "0::/\n"]) == 8000 << 10)
    }

    @Test("control groups of version 2, from the process's own up to the root")
    func versionTwo() throws {
        let groups = [
            "proc/self/cgroup": "0::/batch/job 7/step\n",
            "sys/fs/cgroup/batch/memory.max": "7000000\n",
            "sys/fs/cgroup/batch/memory.current": "1000000\n",
            "sys/fs/cgroup/batch/job 7/memory.max": "max\n",
            "sys/fs/cgroup/batch/job 7/memory.current": "900000\n",
            "sys/fs/cgroup/batch/job 7/step/memory.max": "5000000\n",
            "sys/fs/cgroup/batch/job 7/step/memory.current": "800000\n",
        ]
        #expect(try available(groups) == 4_200_000)
        let tight = ["sys/fs/cgroup/batch/memory.max": "1500000\n"]
        #expect(try available(groups.merging(tight) { $1 }) == 500_000)
        let cached = [
            "sys/fs/cgroup/batch/job 7/step/memory.stat":
                "anon 500000\ninactive_anon 7\ninactive_file 300000\n"
        ]
        #expect(try available(groups.merging(cached) { $1 }) == 4_500_000)
        let over = ["sys/fs/cgroup/batch/memory.max": "10\n"]
        #expect(try available(groups.merging(over) { $1 }) == 0)
    }

    @Test("control groups of version 1, also where a container hides their path")
    func versionOne() throws {
        let groups = [
            "proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "6000000\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "2000000\n",
            "sys/fs/cgroup/memory/memory.stat": "inactive_file 9\ntotal_inactive_file 500000\n",
        ]
        #expect(try available(groups) == 4_500_000)
        let unlimited = [
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"
        ]
        #expect(try available(groups.merging(unlimited) { $1 }) == 8000 << 10)
        let inner = [
            "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "3000000\n",
            "sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes": "2000000\n",
        ]
        #expect(try available(groups.merging(inner) { $1 }) == 1_000_000)
    }

    @Test("the limit of the address space") func addressSpace() throws {
        let limits = ["proc/self/limits": "Max address space  3072000  unlimited  bytes\n"]
        #expect(try available(limits) == 2_048_000)
    }

    @Test("this machine's is no more than its memory") func thisMachine() {
        #expect(AvailableMemory.bytes() > 0)
        #expect(AvailableMemory.bytes() <= Int(ProcessInfo.processInfo.physicalMemory))
    }
}
