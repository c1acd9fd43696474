import Foundation
import Synchronization

/// Writes to standard output, and remembers when that failed.
enum StandardOutput {
    private static let failure = Atomic<Int32>(0)

    /// Writes text. Output that nobody reads any more is dropped; other trouble is kept.
    static func write(_ text: String) {
        let code = put(text, STDOUT_FILENO)
        if code != 0, code != EPIPE { failure.store(code, ordering: .relaxed) }
    }

    /// - Throws: `RunFailure` where an earlier write failed, such as on a full disk.
    static func check() throws {
        let code = failure.load(ordering: .relaxed)
        guard code != 0 else { return }
        throw RunFailure(
            "standard output: cannot be written: \(String(cString: strerror(code)));"
                + " free space or redirect it elsewhere")
    }

    /// Writes all bytes of `text`.
    ///
    /// - Returns: 0, or the system's error.
    fileprivate static func put(_ text: String, _ descriptor: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { return errno }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}

/// Writes to standard error, where progress and errors go.
enum StandardError {
    /// Whether a person watches.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The width of the terminal, in columns; 80 where it does not say.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    static func write(_ text: String) { _ = StandardOutput.put(text, STDERR_FILENO) }
}
