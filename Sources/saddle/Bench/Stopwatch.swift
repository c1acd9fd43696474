import Foundation

/// Repeats something and keeps the times.
struct Stopwatch {
    /// Seconds of one run each, sorted.
    private(set) var seconds: [Double] = []
    /// When the first run, which also compiles, was over.
    private(set) var firstEnd = Self.now

    /// Runs `body` `warmUps` times, at least once, unmeasured, then `repetitions` times; short bodies are timed several at
    /// a time, so that each time is of at least 0.15 s.
    init(repetitions: Int, warmUps: Int = 2, _ body: () throws -> Void) rethrows {
        try body()
        firstEnd = Self.now
        for _ in 1..<warmUps { try body() }
        let once = try Self.time(body)
        let inner = max(Int(0.15 / max(once, 1e-6)), 1)
        for _ in 0..<repetitions {
            let total = try Self.time { for _ in 0..<inner { try body() } }
            seconds.append(total / Double(inner))
        }
        seconds.sort()
    }

    var median: Double { seconds[seconds.count / 2] }

    private static func time(_ body: () throws -> Void) rethrows -> Double {
        let start = now
        try body()
        return now - start
    }

    /// Seconds on a clock that never goes back.
    static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

    /// The largest memory that this process has held, in MiB.
    static var peakMemory: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}
