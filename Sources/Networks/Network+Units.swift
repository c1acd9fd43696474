import Autodiff

extension Network {
    /// The units, in the order of computation.
    ///
    /// - Parameter lesions: units whose residual branch is removed, by index.
    /// - Throws: `NetworkError` where the configuration makes no sense, or a unit does not exist or is
    ///   not residual; `ShapeError` where it does not fit the images.
    public func units(without lesions: Set<Int> = []) throws -> [UnitDescription] {
        var options = TraceOptions()
        options.lesions = lesions
        return try trace(in: GraphBuilder(), batch: 1, options: options).units
    }
}
