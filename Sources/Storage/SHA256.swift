import COpenSSL
import Foundation

/// The SHA-256 digest of files and bytes, as 64 hexadecimal digits (FIPS 180-4).
public enum SHA256 {
    /// The digest of `bytes`.
    public static func hexadecimal(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = COpenSSL.SHA256(bytes, bytes.count, &digest)
        return digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The digest of the file at `path`.
    ///
    /// - Throws: `StorageError` of kind `unreadable`.
    public static func ofFile(_ path: String) throws -> String {
        hexadecimal(try InputFile.read(path))
    }
}

/// The SHA-256 digest of the file at `path`, as 64 hexadecimal digits.
///
/// - Throws: `StorageError` of kind `unreadable`.
public func sha256(_ path: String) throws -> String {
    try SHA256.ofFile(path)
}
