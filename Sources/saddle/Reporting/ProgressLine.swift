import Foundation
import Results

/// How far a computation has come, with its rate and the time left.
///
/// On a terminal one line is written over and over, never wider than the terminal; elsewhere a line
/// appears every ten seconds.
final class ProgressLine {
    private let what: String
    private let unit: String
    private let total: Int?
    private let already: Int
    private let isTerminal = StandardError.isTerminal
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant?
    private var done: Int
    private var forecast: Int?

    /// - Parameters:
    ///   - total: how much there is to do; nil where only `expect` tells.
    ///   - already: how much an earlier run has done, which says nothing of the rate.
    init(_ what: String, unit: String, total: Int?, already: Int = 0) {
        self.what = what
        self.unit = unit
        self.total = total
        self.already = already
        done = already
        if isTerminal { show(.now) } else { last = start }
    }

    /// Seconds since the start.
    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// How much is probably left, of what has no total; nil while that cannot be told.
    func expect(_ left: Int?) { forecast = left }

    /// Counts finished units.
    func advance(by count: Int = 1, note: String = "") {
        done += count
        let now = ContinuousClock.now
        let interval: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
        let isLast = total.map { done >= $0 } ?? false
        if let last, now - last < interval, !(isLast && isTerminal) { return }
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
        let parts = ProgressText(
            what: what, unit: unit, done: done, total: total, left: total.map { $0 - done } ?? forecast,
            rate: done > already && seconds > 0 ? Double(done - already) / seconds : nil, note: note)
        let line = parts.line(width: isTerminal ? StandardError.columns - 1 : .max)
        StandardError.write(isTerminal ? "\r\(line)\u{1B}[K" : line + "\n")
    }
}

/// What a line of progress says.
struct ProgressText {
    var what: String
    var unit: String
    var done: Int
    var total: Int?
    /// How much is left, or probably left.
    var left: Int?
    /// Units per second; nil while nothing is known of it.
    var rate: Double?
    var note: String

    /// The line in at most `width` columns: the note goes first, then the rate, then words.
    func line(width: Int) -> String {
        let count = total.map { "\(done) of \(Readable.count($0, unit))" }
            ?? Readable.count(done, unit)
        let short = total.map { "\(done)/\($0)" } ?? "\(done)"
        let speed = rate.map { rate in
            rate >= 1 || rate == 0
                ? String(format: "%.1f ", rate) + Readable.plural(unit) + "/s"
                : Readable.duration(1 / rate) + " per \(unit)"
        }
        let time = rate.flatMap { rate in
            left.map { (total == nil ? "about " : "") + Readable.duration(Double($0) / rate) + " left" }
        }
        func joined(_ parts: [String?]) -> String {
            parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
        }
        let forms = [
            joined(["\(what): \(count)", speed, time, note]), joined(["\(what): \(count)", time, note]),
            joined(["\(what): \(count)", speed, time]), joined(["\(what): \(count)", time]),
            joined(["\(what): \(short)", time]), joined([short, time]),
        ]
        return forms.first { $0.count <= width } ?? String(short.prefix(max(width, 0)))
    }
}
