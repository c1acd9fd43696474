import CHDF5
import Foundation

/// The number types that data sets and attributes are read and written as.
public protocol HDF5Number: Numeric, Sendable, BitwiseCopyable {
    /// The library's identifier of the type in memory.
    static var hdf5Type: Int64 { get }
    /// Whether fractions are kept.
    static var keepsFractions: Bool { get }
}

extension Double: HDF5Number {
    public static var hdf5Type: Int64 { saddle_h5_double() }
    public static var keepsFractions: Bool { true }
}

extension Float: HDF5Number {
    public static var hdf5Type: Int64 { saddle_h5_float() }
    public static var keepsFractions: Bool { true }
}

extension Int64: HDF5Number {
    public static var hdf5Type: Int64 { saddle_h5_int64() }
    public static var keepsFractions: Bool { false }
}

extension UInt8: HDF5Number {
    public static var hdf5Type: Int64 { saddle_h5_uint8() }
    public static var keepsFractions: Bool { false }
}

/// Text in HDF5: written as UTF-8 of variable length, read in any form.
enum HDF5Texts {
    /// The type of UTF-8 text of variable length.
    static func type(file: String) throws -> HDF5Handle {
        let type = try HDF5Handle(H5Tcopy(saddle_h5_text()), "make a text type", file: file)
        try HDF5Library.check(
            H5Tset_size(type.id, saddle_h5_variable()), "make a text type", file: file)
        try HDF5Library.check(
            H5Tset_cset(type.id, H5T_CSET_UTF8), "make a text type", file: file)
        return type
    }

    /// Hands `texts` to `write` as an array of C strings.
    static func write(
        _ texts: [String], file: String, _ write: (UnsafeRawPointer) -> herr_t
    ) throws {
        if let text = texts.first(where: { $0.utf8.contains(0) }) {
            throw StorageError(
                .unsupported, file: file,
                problem: "the text \(StorageError.quoted(text)) holds a zero byte",
                remedy: "take it out")
        }
        var pointers = texts.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        try HDF5Library.check(write(&pointers), "write text", file: file)
    }

    /// Whether as many texts cannot take more memory than may be read of the file, even if each
    /// is as long as the whole file.
    static func areBounded(_ count: Int, _ type: HDF5Handle, _ owner: HDF5Handle) throws -> Bool {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: owner.fileSize)
        return H5Tis_variable_str(type.id) <= 0 || (!overflow && owner.allows(bytes))
    }

    /// `count` texts that `read` fills in, given the type in memory and the buffer.
    static func read(
        count: Int, type: HDF5Handle, space: HDF5Handle, from owner: HDF5Handle, file: String,
        _ read: (hid_t, UnsafeMutableRawPointer) -> herr_t
    ) throws -> [String] {
        guard count > 0 else { return [] }
        if H5Tis_variable_str(type.id) > 0 {
            var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
            try HDF5Library.check(read(type.id, &pointers), "read text", file: file)
            defer { _ = H5Dvlen_reclaim(type.id, space.id, 0, &pointers) }
            return try pointers.map { pointer in
                let text = pointer.map { String(cString: $0) } ?? ""
                _ = try HDF5Library.count([text.utf8.count], size: 1, from: owner, file: file)
                return text
            }
        }
        let width = H5Tget_size(type.id)
        _ = try HDF5Library.count([count, width], size: 1, from: owner, file: file)
        var bytes = [UInt8](repeating: 0, count: count * width)
        try HDF5Library.check(read(type.id, &bytes), "read text", file: file)
        let isSpacePadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
        return (0..<count).map { index in
            var text = bytes[index * width..<(index + 1) * width].prefix { $0 != 0 }
            while isSpacePadded, text.last == UInt8(ascii: " ") { text.removeLast() }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
