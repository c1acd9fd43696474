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
