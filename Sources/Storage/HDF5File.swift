import CGuard
import CHDF5
import Foundation

/// An HDF5 file: groups, data sets with named axes, attributes.
///
/// All calls may come from any thread; they run one after another.
public final class HDF5File: Sendable {
    /// The file, as the caller wrote it.
    public let path: String
    /// The group `/`.
    public let root: HDF5Group
    private let handle: HDF5Handle

    /// Opens the file at `path` for reading.
    ///
    /// All that is read of it may take `InputFile.contentLimit` bytes.
    ///
    /// - Throws: `StorageError` of kind `unreadable`, `malformed` (not HDF5), `truncated` or
    ///   `locked`.
    public static func open(_ path: String) throws -> HDF5File {
        let size = try InputFile.size(path)
        guard access(path, R_OK) == 0 else { throw InputFile.unreadable(path, errno) }
        return try HDF5Library.exclusive {
            let access = try accessList(path)
            let doing = "open the file"
            let id = H5Fopen(path, saddle_h5_read_only(), access.id)
            if id < 0 { throw openingError(path, doing) }
            return try HDF5File(path, HDF5Handle(id, doing, file: path, fileSize: size))
        }
    }

    /// Opens the file at `path`, lets `body` read it and closes it.
    ///
    /// The library (seen in 1.10.8) crashes on some damaged files and never ends on others. In a
    /// program that has installed `CGuard` such a file ends the program with one line about it, at
    /// the latest after a second of processor time and a tenth of one for each MiB of the file.
    ///
    /// - Throws: as `open`, and what `body` throws.
    public static func reading<Value>(
        _ path: String, _ body: (HDF5File) throws -> Value
    ) throws -> Value {
        let seconds = 1 + Double(try InputFile.size(path)) / Double(10 << 20)
        let error = StorageError(
            .malformed, file: path, problem: "the HDF5 library fails on it or does not end",
            remedy: "the file is damaged, make it again")
        saddle_guard_begin("saddle: \(error)", seconds)
        defer { saddle_guard_end() }
        let file = try open(path)
        defer { file.close() }
        return try body(file)
    }

    /// Has `body` fill a new file in memory, then writes it to `path`, whole or not at all.
    ///
    /// A killed process or a full disk leaves the old file, never a half one. The library does not
    /// write to the disk itself, since it crashes where the disk is full (seen in 1.10.8).
    ///
    /// - Throws: what `body` throws, or `StorageError` of kind `full` or `unwritable`.
    public static func write(_ path: String, _ body: (HDF5Group) throws -> Void) throws {
        try AtomicFile.write(path) { output in
            try HDF5Library.exclusive {
                let access = try accessList(path)
                try HDF5Library.check(
                    H5Pset_fapl_core(access.id, 1 << 20, false), "keep a file in memory",
                    file: path)
                // The name is only that of the image; nothing is stored under it.
                let name = "memory:" + path
                let id = H5Fcreate(name, saddle_h5_truncate(), 0, access.id)
                let file = try HDF5File(path, HDF5Handle(id, "create the file", file: path))
                defer { file.close() }
                try body(file.root)
                try file.forEachBlock { try output.append($0) }
            }
        }
    }

    private init(_ path: String, _ handle: HDF5Handle) throws {
        self.path = path
        self.handle = handle
        let group = try HDF5Handle(H5Gopen2(handle.id, "/", 0), "open the root", file: path)
        root = HDF5Group(handle: group, owner: handle, file: path, name: "/")
    }

    /// Closes the file, which else happens with the last reference to it or to anything in it, and
    /// every group and data set of it that is still open.
    public func close() {
        HDF5Library.exclusive {
            if H5Iis_valid(handle.id) > 0 { _ = H5Fclose(handle.id) }
        }
    }

    /// Hands the bytes of a file in memory to `body`, block by block, so that they are there once.
    private func forEachBlock(_ body: ([UInt8]) throws -> Void) throws {
        try HDF5Library.check(
            H5Fflush(handle.id, H5F_SCOPE_GLOBAL), "write the file", file: path)
        let size = try HDF5Library.check(
            H5Fget_file_image(handle.id, nil, 0), "measure the file", file: path)
        // What the driver of files in memory calls its handle is where it keeps their address.
        var place: UnsafeMutableRawPointer?
        try HDF5Library.check(
            H5Fget_vfd_handle(handle.id, 0, &place), "find the file in memory", file: path)
        let address = place?.assumingMemoryBound(to: UnsafeRawPointer?.self).pointee
        let bytes = UnsafeRawBufferPointer(start: address, count: address == nil ? 0 : size)
        for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
            var block = Array(bytes[start..<min(start + 1 << 20, bytes.count)])
            if start == 0 { HDF5File.markAsClosed(&block) }
            try body(block)
        }
    }

    /// Clears the flags that tell of a file that is open for writing, in the superblock.
    ///
    /// - Source: HDF5 file format specification 3.0, section II.A.
    private static func markAsClosed(_ superblock: inout [UInt8]) {
        guard superblock.count >= 24 else { return }
        let flags = superblock[8] < 2 ? 20..<24 : 11..<12
        for index in flags { superblock[index] = 0 }
    }

    private static func accessList(_ path: String) throws -> HDF5Handle {
        let list = try HDF5Handle(
            H5Pcreate(saddle_h5_file_access()), "make an access list", file: path)
        try HDF5Library.check(
            H5Pset_fclose_degree(list.id, H5F_CLOSE_STRONG), "set how to close", file: path)
        return list
    }

    private static func openingError(_ path: String, _ doing: String) -> StorageError {
        let error = HDF5Library.error(doing, file: path)
        guard error.kind == .malformed, H5Fis_hdf5(path) == 0 else { return error }
        return StorageError(
            .malformed, file: path, problem: "is not an HDF5 file", remedy: "check the path")
    }
}
