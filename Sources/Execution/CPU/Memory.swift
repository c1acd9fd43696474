import Glibc

/// Zeroed memory on a page boundary, in huge pages where the system has them.
final class Memory {
    let base: UnsafeMutableRawPointer
    let bytes: Int

    init(bytes: Int) {
        self.bytes = max(bytes, 64)
        let page = bytes >= 2 << 20 ? 2 << 20 : 4096
        var address: UnsafeMutableRawPointer?
        let status = posix_memalign(&address, page, self.bytes)
        guard status == 0, let address else {
            preconditionFailure("There are no \(bytes) bytes of memory left.")
        }
        if page > 4096 { madvise(address, self.bytes, 14 /* MADV_HUGEPAGE */) }
        memset(address, 0, self.bytes)
        base = address
    }

    deinit { free(base) }
}
