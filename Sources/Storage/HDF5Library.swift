import CHDF5
import Foundation
import Synchronization

/// The HDF5 library behind one lock, since it is not safe for threads, with typed errors.
enum HDF5Library {
    private static let lock = NSRecursiveLock()

    /// Runs `body` alone among all users of the library, which prints nothing meanwhile.
    static func exclusive<Result>(_ body: () throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        // The switch is per thread in builds of the library that know threads.
        _ = H5Eset_auto2(0, nil, nil)
        return try body()
    }

    /// The identifier or count that a call returned.
    ///
    /// - Throws: `StorageError` with the library's own reason, if the call failed.
    @discardableResult
    static func check<Number: SignedInteger>(
        _ result: Number, _ doing: String, file: String
    ) throws -> Number {
        guard result < 0 else { return result }
        throw error(doing, file: file)
    }

    /// The error that the library's error stack tells of.
    static func error(_ doing: String, file: String) -> StorageError {
        let reasons = reasons()
        let all = reasons.joined(separator: " ")
        let reason = reasons.first ?? "no reason given"
        if all.contains(" lock file") {
            return StorageError(
                .locked, file: file, problem: "is held by another program (\(reason))",
                remedy: "close that program; on file systems without locks set "
                    + "HDF5_USE_FILE_LOCKING=FALSE")
        }
        if all.contains("No space left") || all.contains("quota exceeded") {
            return AtomicFile.unwritable(file, ENOSPC)
        }
        if all.contains("truncated file") {
            return StorageError(
                .truncated, file: file, problem: "HDF5 file is cut short (\(reason))",
                remedy: "the file is incomplete, write or copy it again")
        }
        return StorageError(
            .malformed, file: file, problem: "HDF5 failed to \(doing): \(reason)",
            remedy: "check the name and that the file is whole")
    }

    /// The library's descriptions of the last failure, innermost first.
    private static func reasons() -> [String] {
        var reasons: [String] = []
        withUnsafeMutablePointer(to: &reasons) { pointer in
            _ = H5Ewalk2(
                0, H5E_WALK_UPWARD,
                { _, description, list in
                    guard let text = description?.pointee.desc,
                        let list = list?.assumingMemoryBound(to: [String].self)
                    else { return 0 }
                    list.pointee.append(String(cString: text))
                    return 0
                }, pointer)
        }
        return reasons
    }

    /// The text that `read` fills in; `read` returns its length, given no room, or fails.
    static func text(
        file: String, _ doing: String, _ read: (UnsafeMutablePointer<CChar>?, Int) -> Int
    ) throws -> String {
        let length = try check(read(nil, 0), doing, file: file)
        guard length > 0 else { return "" }
        var buffer = [CChar](repeating: 0, count: length + 1)
        try check(
            buffer.withUnsafeMutableBufferPointer { read($0.baseAddress, $0.count) }, doing,
            file: file)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The sizes of a data space.
    static func shape(_ space: HDF5Handle, file: String) throws -> [Int] {
        let rank = Int(try check(H5Sget_simple_extent_ndims(space.id), "count axes", file: file))
        var sizes = [hsize_t](repeating: 0, count: rank)
        try check(H5Sget_simple_extent_dims(space.id, &sizes, nil), "read a shape", file: file)
        return try sizes.map { size in
            guard let size = Int(exactly: size) else { throw tooLarge("a size of \(size)", file) }
            return size
        }
    }

    /// Elements of `shape`.
    static func count(_ shape: [Int], file: String) throws -> Int {
        if shape.contains(0) { return 0 }
        var count = 1
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw tooLarge("shape \(shape)", file) }
            count = product
        }
        return count
    }

    /// Elements of `shape`, once `size` bytes of each are taken from what may be read of the open
    /// file: data sets can be declared that are stored nowhere.
    static func count(
        _ shape: [Int], size: Int, from owner: HDF5Handle, file: String
    ) throws -> Int {
        let count = try count(shape, file: file)
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, owner.spend(bytes) else { throw tooLarge("shape \(shape)", file) }
        return count
    }

    private static func tooLarge(_ what: String, _ file: String) -> StorageError {
        StorageError(
            .tooLarge, file: file,
            problem: "declares \(what): more than a file of its size may hold",
            remedy: "make it again, or check that the file is whole")
    }
}

/// An identifier of the library that is given back with the last reference to it.
final class HDF5Handle: Sendable {
    let id: hid_t
    /// The size of the file that it is, where it is one that is read.
    let fileSize: Int
    /// Bytes that may still be read of it.
    private let budget: Mutex<Int>

    /// Takes over `id`.
    ///
    /// - Parameter fileSize: of a file that is read, which may then take as much memory as
    ///   `InputFile.contentLimit` says, in all reads together.
    /// - Throws: `StorageError` if the call that made it failed.
    init(_ id: hid_t, _ doing: String, file: String, fileSize: Int? = nil) throws {
        self.id = try HDF5Library.check(id, doing, file: file)
        self.fileSize = fileSize ?? 0
        budget = Mutex(fileSize.map { InputFile.contentLimit(size: $0) } ?? .max)
    }

    /// Takes bytes from what may be read; false where it is not as much.
    func spend(_ bytes: Int) -> Bool {
        budget.withLock { left in
            guard bytes <= left else { return false }
            left -= bytes
            return true
        }
    }

    /// Whether as many bytes may still be read.
    func allows(_ bytes: Int) -> Bool { budget.withLock { bytes <= $0 } }

    deinit {
        HDF5Library.exclusive {
            if H5Iis_valid(id) > 0 { _ = H5Idec_ref(id) }
        }
    }
}
