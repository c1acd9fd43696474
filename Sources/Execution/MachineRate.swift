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

    private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
