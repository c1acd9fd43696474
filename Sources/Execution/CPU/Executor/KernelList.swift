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
        var failure: (any Error)?
        for (index, kernel) in kernels.enumerated() {
            let isOwn = isDivided[index] || team.share.member == 0
            if isOwn, failure == nil {
                do {
                    try kernel.run(isDivided[index] ? frame : alone)
                } catch {
                    // The others would wait for ever for a member that leaves.
                    failure = error
                }
            }
            let isLast = index + 1 == kernels.count
            if isLast || isDivided[index] || isDivided[index + 1] { team.barrier.wait() }
        }
        if let failure { throw failure }
    }
}
