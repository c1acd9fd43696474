import Dispatch

/// How fast this machine multiplies matrices: the limit that programs are held against.
public enum MachineRate {
    /// Giga floating-point operations per second of single-precision products, one on each worker
    /// at a time.
    ///
    /// The shapes are those of a vision transformer's layers and one larger square; the best
    /// median counts, so that the limit is not set by an unlucky shape.
    ///
    /// - Parameters:
    ///   - workers: how many threads run side by side, at least 1.
    ///   - seconds: how long each shape is measured.
    public static func singlePrecision(workers: Int, seconds: Double = 0.25) throws -> Double {
        let pool = WorkerPool(count: workers)
        let shapes = [(257, 768, 192), (257, 192, 768), (514, 576, 192), (768, 768, 768)]
        var best = 0.0
        for (rows, columns, inner) in shapes {
            let operations = 2 * Double(rows * columns * inner)
            let repetitions = max(Int(1e8 / operations), 1)
            var rates: [Double] = []
            let end = now() + seconds
            while now() < end || rates.count < 3 {
                let start = now()
                try pool.run { _ in
                    let a = [Float](repeating: 0.5, count: rows * inner)
                    let b = [Float](repeating: 0.25, count: inner * columns)
                    var c = [Float](repeating: 0, count: rows * columns)
                    a.withUnsafeBufferPointer { a in
                        b.withUnsafeBufferPointer { b in
                            c.withUnsafeMutableBufferPointer { c in
                                guard let a = a.baseAddress, let b = b.baseAddress,
                                    let c = c.baseAddress
                                else { return }
                                for _ in 0..<repetitions {
                                    Float.product(
                                        false, false, rows, columns, inner, a, inner, b, columns,
                                        0, c, columns)
                                }
                            }
                        }
                    }
                }
                rates.append(
                    operations * Double(repetitions * pool.count) / (now() - start) * 1e-9)
            }
            best = max(best, rates.sorted()[rates.count / 2])
        }
        return best
    }

    /// Gigabytes per second of a stream y += a x through memory, one on each worker: two numbers
    /// read and one written for each element, of arrays too long for the caches.
    ///
    /// - Parameter workers: how many threads run side by side, at least 1.
    public static func stream(workers: Int) throws -> Double {
        let pool = WorkerPool(count: workers)
        let count = 1 << 24
        // Each worker touches its own alone.
        nonisolated(unsafe) let memory = try (0..<2 * workers).map { _ in try Memory(bytes: count * 4) }
        // Pages that nobody has written are all one page.
        for block in memory { Float.fill(Int64(count), 1, block.base.assumingMemoryBound(to: Float.self)) }
        var rates: [Double] = []
        for _ in 0..<6 {
            let start = now()
            try pool.run { worker in
                let (x, y) = (memory[2 * worker].base, memory[2 * worker + 1].base)
                Float.axpy(
                    Int64(count), 0.5, x.assumingMemoryBound(to: Float.self),
                    y.assumingMemoryBound(to: Float.self))
            }
            rates.append(Double(12 * count * workers) / (now() - start) * 1e-9)
        }
        return rates.dropFirst().sorted()[rates.count / 2]
    }

    private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
