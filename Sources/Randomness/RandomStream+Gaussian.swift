#if canImport(Glibc)
    import Glibc
#endif

extension RandomStream {
    /// A standard normal number, draw number `index`.
    ///
    /// Draws `2k` and `2k + 1` are the two halves of one Box-Muller pair made from the uniform
    /// draws `2k` and `2k + 1`; a stream is therefore used either for uniform or for normal draws.
    public func gaussian(_ index: Int) -> Double {
        let first = index & ~1
        let radius = (-2 * log(1 - uniform(first))).squareRoot()
        let angle = 2 * Double.pi * uniform(first + 1)
        return radius * (index & 1 == 0 ? cos(angle) : sin(angle))
    }

    /// The first `count` standard normal draws.
    public func gaussians(_ count: Int) -> [Double] {
        (0..<count).map(gaussian)
    }

    /// A permutation of `0 ..< count` (Fisher-Yates).
    public func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, integer(count - 1 - last, below: last + 1))
        }
        return order
    }
}
