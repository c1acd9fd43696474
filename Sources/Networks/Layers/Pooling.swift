import Autodiff

extension Tensor {
    /// The largest value of each feature map: `[batch, channels, H, W] -> [batch, channels]`.
    func globallyMaximized() throws -> Tensor {
        var window = PoolingWindow(1)
        window.kernel = [shape[2], shape[3]]
        window.stride = window.kernel
        return try maximumPooled(window).reshaped(to: [shape[0], shape[1]])
    }

    /// The k-th largest value of each feature map: `[batch, channels, H, W] -> [batch, channels]`.
    ///
    /// Element i has the rank #{j : xⱼ > xᵢ} + #{j < i : xⱼ = xᵢ}; the one of rank k − 1 is picked,
    /// so the derivative goes to one element also where values are equal.
    func globallyRanked(_ k: Int) throws -> Tensor {
        let (rows, count) = (shape[0] * shape[1], shape[2] * shape[3])
        let values = try reshaped(to: [rows, count])
        let square: Shape = [rows, count, count]
        let own = try values.reshaped(to: [rows, count, 1]).broadcast(to: square)
        let other = try values.reshaped(to: [rows, 1, count]).broadcast(to: square)
        let earlier = try builder.constant(
            (0..<count * count).map { $0 % count < $0 / count ? 1 : 0 }, [count, count])
        let rank = try (other.greater(own) + other.equal(own) * earlier).sum(over: [2])
        let picked = try rank.equal(builder.fill(Double(k - 1), rank.shape))
        return try (values * picked).sum(over: [1]).reshaped(to: [shape[0], shape[1]])
    }

    /// The average over `size` x `size` windows that cover the map, whatever its extents.
    ///
    /// Window i of an axis with H pixels reaches from ⌊iH/size⌋ to ⌈(i + 1)H/size⌉, as in PyTorch's
    /// adaptive pooling; windows overlap where `size` does not divide H.
    func adaptivelyAveraged(_ size: Int) throws -> Tensor {
        func matrix(_ extent: Int) throws -> Tensor {
            var weights = [Double](repeating: 0, count: size * extent)
            for window in 0..<size {
                let (start, end) = (
                    window * extent / size, ((window + 1) * extent + size - 1) / size)
                for pixel in start..<end {
                    weights[window * extent + pixel] = 1 / Double(end - start)
                }
            }
            return try builder.constant(weights, [size, extent])
        }
        if shape[2] == size && shape[3] == size { return self }
        return try linear(weight: matrix(shape[3])).transposed()
            .linear(weight: matrix(shape[2])).transposed()
    }

    /// The average of 2x2 windows at stride 2; at an odd end, of the pixels that there are:
    /// `[batch, channels, H, W] -> [batch, channels, ⌈H/2⌉, ⌈W/2⌉]`.
    func halved() throws -> Tensor {
        // A last row twice has the average of one row.
        try [2, 3].reduce(self) { x, axis in
            let extent = x.shape[axis]
            guard !extent.isMultiple(of: 2) else { return x }
            return try Tensor.concatenation(
                [x, x.slice(axis: axis, extent - 1..<extent)], axis: axis)
        }.averagePooled(PoolingWindow(2))
    }

    /// `maximum(lower, minimum(upper, x))`.
    func clamped(_ lower: Double, _ upper: Double) throws -> Tensor {
        try maximum(builder.fill(lower, shape)).minimum(builder.fill(upper, shape))
    }
}
