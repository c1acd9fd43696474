import Foundation

/// Memory that this process can still take, whoever limits it.
///
/// It is the least of what the machine can give without swapping, of what each control group above
/// the process leaves (batch systems and containers set such limits), and of what the limit of the
/// process's address space leaves.
///
/// - Source: proc(5); the Linux kernel's documents `cgroup-v1/memory` and `cgroup-v2`.
public enum AvailableMemory {
    /// The available memory in bytes, at least 0.
    ///
    /// - Parameter root: the folder that holds `proc` and `sys`.
    public static func bytes(root: String = "/") -> Int {
        let root = URL(fileURLWithPath: root)
        let left = [machine(root), addressSpace(root)] + ControlGroup.all(root).map(\.available)
        let least = left.compactMap { $0 }.min()
        return max(least ?? Int(clamping: ProcessInfo.processInfo.physicalMemory), 0)
    }

    /// What the machine can give without swapping.
    private static func machine(_ root: URL) -> Int? {
        kibibytes("MemAvailable:", root.appendingPathComponent("proc/meminfo"))
    }

    /// What `ulimit -v` leaves.
    private static func addressSpace(_ root: URL) -> Int? {
        let name = "Max address space"
        let own = root.appendingPathComponent("proc/self")
        guard
            let line = lines(own.appendingPathComponent("limits")).first(where: {
                $0.hasPrefix(name)
            }),
            let limit = line.dropFirst(name.count).split(separator: " ").first.flatMap({ Int($0) }),
            let used = kibibytes("VmSize:", own.appendingPathComponent("status"))
        else { return nil }
        return limit - used
    }

    /// The number of bytes of a line such as `VmSize:    1024 kB`.
    private static func kibibytes(_ name: String, _ file: URL) -> Int? {
        lines(file).first { $0.hasPrefix(name) }
            .flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 }
    }

    /// The lines of a file, none where it cannot be read.
    fileprivate static func lines(_ file: URL) -> [Substring] {
        ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
    }
}

/// A folder that tells of the memory of a group of processes.
private struct ControlGroup {
    /// How the two versions of control groups call the same things.
    struct Version {
        let limit: String
        let usage: String
        /// The part of the usage that is cached files not used lately, in the file `memory.stat`.
        let cache: String

        static let first = Version(
            limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes",
            cache: "total_inactive_file")
        static let second = Version(
            limit: "memory.max", usage: "memory.current", cache: "inactive_file")
    }

    let folder: URL
    let version: Version

    /// The groups that hold this process, from its own up to the root.
    ///
    /// Folders that are not there are harmless: a container sees its group as the root, but may be
    /// told the path that it has outside.
    static func all(_ root: URL) -> [ControlGroup] {
        let mount = root.appendingPathComponent("sys/fs/cgroup")
        let memberships = AvailableMemory.lines(root.appendingPathComponent("proc/self/cgroup"))
        return memberships.flatMap { line -> [ControlGroup] in
            // hierarchy:controllers:path, without controllers in version 2.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            if fields[1].isEmpty { return chain(mount, String(fields[2]), .second) }
            guard fields[1].split(separator: ",").contains("memory") else { return [] }
            return chain(mount.appendingPathComponent("memory"), String(fields[2]), .first)
        }
    }

    private static func chain(_ mount: URL, _ path: String, _ version: Version) -> [ControlGroup] {
        var folders = [mount]
        for name in path.split(separator: "/") where name != ".." {
            folders.append(folders[folders.count - 1].appendingPathComponent(String(name)))
        }
        return folders.map { ControlGroup(folder: $0, version: version) }
    }

    /// What the limit leaves, or nil where there is none.
    ///
    /// The system gives up cached files before a group runs out of memory, so that they count as
    /// free, as they do in the machine's own account.
    var available: Int? {
        guard let limit = number(version.limit), let usage = number(version.usage) else {
            return nil
        }
        let statistics = AvailableMemory.lines(folder.appendingPathComponent("memory.stat"))
        let cache = statistics.first { $0.hasPrefix(version.cache + " ") }
            .flatMap { Int($0.dropFirst(version.cache.count + 1)) }
        return limit - max(usage - (cache ?? 0), 0)
    }

    /// The number in a file, nil for the word "max" and where there is no such file.
    private func number(_ name: String) -> Int? {
        AvailableMemory.lines(folder.appendingPathComponent(name)).first.flatMap { Int($0) }
    }
}
