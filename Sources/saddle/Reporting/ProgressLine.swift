import Foundation
import Results

/// How far a computation has come, with its rate and the time left.
///
/// On a terminal one line is written over and over; elsewhere a line appears every ten seconds.
final class ProgressLine {
    private let what: String
    private let unit: String
    private let total: Int
    private let already: Int
    private let isTerminal = StandardError.isTerminal
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant?
    private var done: Int

    /// - Parameter already: how much an earlier run has done, which says nothing of the rate.
    init(_ what: String, unit: String, total: Int, already: Int = 0) {
        self.what = what
        self.unit = unit
        self.total = total
        self.already = already
        done = already
        if isTerminal { show(.now) } else { last = start }
    }

    /// Seconds since the start.
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Counts finished units.
    func advance(by count: Int = 1, note: String = "") {
        done += count
        let now = ContinuousClock.now
        let interval: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
        if let last, now - last < interval, done < total || !isTerminal { return }
        show(now, note)
    }

    /// Does something that advances, and ends the line however it goes.
    func watching<Value>(_ body: () throws -> Value) rethrows -> Value {
        defer { finish() }
        return try body()
    }

    /// Ends the line that is written over and over.
    func finish() {
        if isTerminal { StandardError.write("\r\u{1B}[K") }
    }

    private func show(_ now: ContinuousClock.Instant, _ note: String = "") {
        last = now
        let seconds = (now - start) / .seconds(1)
        var line = "\(what): \(done) of \(Readable.count(total, unit))"
        if done > already, seconds > 0 {
            let rate = Double(done - already) / seconds
            line += ", " + (rate >= 1 || rate == 0
                ? String(format: "%.1f ", rate) + Readable.plural(unit) + "/s"
                : Readable.duration(1 / rate) + " per \(unit)")
            line += ", \(Readable.duration(Double(total - done) / rate)) left"
        }
        if !note.isEmpty { line += ", \(note)" }
        StandardError.write(isTerminal ? "\r\(line)\u{1B}[K" : line + "\n")
    }
}
