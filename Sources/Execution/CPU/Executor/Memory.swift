import Glibc

/// Zeroed memory on a page boundary, in huge pages where the system has them.
///
/// The system hands out the pages as they are first touched, by the worker that uses them.
final class Memory {
    let base: UnsafeMutableRawPointer
    private let bytes: Int

    /// - Throws: `ExecutionError.outOfMemory` where the system refuses.
    init(bytes: Int) throws {
        self.bytes = max(bytes, 4096)
        let address = mmap(
            nil, self.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let address, address != MAP_FAILED else {
            throw ExecutionError.outOfMemory(bytes: bytes)
        }
        madvise(address, self.bytes, 14 /* MADV_HUGEPAGE */)
        base = address
    }

    deinit { munmap(base, bytes) }
}

// Sizes beyond what can be counted become the largest number, which the system refuses to give.

extension Int {
    /// The sum of two sizes.
    func saturatingSum(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }

    /// A size taken several times.
    func saturatingProduct(_ count: Int) -> Int {
        let (product, overflows) = multipliedReportingOverflow(by: count)
        return overflows ? .max : product
    }
}
