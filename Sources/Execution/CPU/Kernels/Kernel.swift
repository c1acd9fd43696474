/// A step of a compiled program, bound to its buffers; it belongs to one worker.
protocol Kernel: AnyObject {
    /// Computes the step: all of it, or the share of the frame where `divides` said so.
    func run(_ frame: Frame) throws

    /// Makes ready for a share of the step.
    ///
    /// - Returns: whether members of a team that each take their share do the step between them;
    ///   otherwise the first member does it alone. The answer depends on the number of members, not
    ///   on the member.
    func divides(_ share: Share) -> Bool
}

extension Kernel {
    func divides(_ share: Share) -> Bool { false }
}

/// The addresses of all regions for one worker and one group of examples.
struct Frame {
    let bases: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    /// The working memory of the member that runs; nil where nobody shares the region.
    var ownScratch: UnsafeMutableRawPointer?
    /// Whether sums start with this group, so that they are overwritten and not added to.
    let startsSums: Bool
    /// Adds up sums of workers that share a batch; nil where each works for itself.
    let collective: Collective.Member?
    /// What part of each divided step this member does.
    var share = Share.whole

    func pointer<Scalar>(_ slot: Slot, _ type: Scalar.Type) -> UnsafeMutablePointer<Scalar> {
        let base = bases[slot.region.rawValue].unsafelyUnwrapped
        return (base + slot.offset).assumingMemoryBound(to: Scalar.self)
    }

    /// Where a kernel works within a step, which each member of a team does in memory of its own.
    func working<Scalar>(_ slot: Slot, _ type: Scalar.Type) -> UnsafeMutablePointer<Scalar> {
        guard let ownScratch, slot.region == .scratch else { return pointer(slot, type) }
        return (ownScratch + slot.offset).assumingMemoryBound(to: Scalar.self)
    }
}

/// A library refused a computation that was planned; the program cannot go on.
public struct KernelError: Error, CustomStringConvertible {
    let kernel: String
    let status: Int

    public var description: String { "\(kernel) failed with status \(status) of its library" }
}

/// Kernels one after another, as one step.
final class KernelSequence: Kernel {
    private let kernels: [any Kernel]

    init(_ kernels: [any Kernel]) { self.kernels = kernels }

    func run(_ frame: Frame) throws {
        for kernel in kernels { try kernel.run(frame) }
    }
}
