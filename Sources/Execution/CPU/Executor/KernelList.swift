/// Kernels of one worker that follow on each other.
struct KernelList {
    let kernels: [any Kernel]
    /// Which of them a team divides; its first member does the others.
    private let isDivided: [Bool]

    init(_ kernels: [any Kernel], team: Team?) {
        self.kernels = kernels
        isDivided = kernels.map { kernel in
            team.map { $0.share.count > 1 && kernel.divides($0.share) } ?? false
        }
    }

    func run(_ frame: Frame) throws {
        for kernel in kernels { try kernel.run(frame) }
    }

    /// Does this member's part; the members wait for each other wherever they read or write what
    /// another does.
    func run(_ frame: Frame, with team: Team) throws {
        var alone = frame
        alone.share = .whole
        for (index, kernel) in kernels.enumerated() {
            if isDivided[index] {
                try kernel.run(frame)
            } else if team.share.member == 0 {
                try kernel.run(alone)
            }
            let isLast = index + 1 == kernels.count
            if isLast || isDivided[index] || isDivided[index + 1] { try team.barrier.wait() }
        }
    }
}
