import CHDF5

/// Named axes, as HDF5's dimension scales (HDF5 High Level, H5DS), which h5py shows as `dims`.
extension HDF5Dataset {
    /// Names the axis `axis`, such as `x` or `eigenvalue`.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if there is no such axis.
    public func setAxisLabel(_ axis: Int, _ label: String) throws {
        try HDF5Library.exclusive {
            let axis = try checked(axis)
            _ = try HDF5Library.check(
                H5DSset_label(handle.id, axis, label), "name an axis", file: place)
        }
    }

    /// The name of the axis `axis`; empty where it has none.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if there is no such axis.
    public func axisLabel(_ axis: Int) throws -> String {
        try HDF5Library.exclusive {
            let axis = try checked(axis)
            return try HDF5Library.text(file: place, "read an axis' name") {
                H5DSget_label(handle.id, axis, $0, $1)
            }
        }
    }

    /// Makes this data set the coordinates of an axis, called `name`.
    ///
    /// - Throws: `StorageError`.
    public func makeScale(_ name: String) throws {
        try HDF5Library.exclusive {
            _ = try HDF5Library.check(
                H5DSset_scale(handle.id, name), "make it a scale", file: place)
        }
    }

    /// Gives the axis `axis` the coordinates `scale`, which `makeScale` was called on.
    ///
    /// - Throws: `StorageError` of kind `mismatch` if there is no such axis or the scale is not as
    ///   long as it.
    public func attachScale(_ scale: HDF5Dataset, axis: Int) throws {
        try HDF5Library.exclusive {
            let index = try checked(axis)
            let (own, other) = (try shape(), try scale.shape())
            guard other == [own[axis]] else {
                throw mismatch(
                    "has the shape \(own), the scale \(scale.name) \(other)",
                    "give axis \(axis) as many coordinates as it has points")
            }
            _ = try HDF5Library.check(
                H5DSattach_scale(handle.id, scale.handle.id, index), "attach a scale", file: place)
        }
    }

    private func checked(_ axis: Int) throws -> UInt32 {
        let shape = try shape()
        guard shape.indices.contains(axis) else {
            throw mismatch("has \(shape.count) axes", "name one of them, not axis \(axis)")
        }
        return UInt32(axis)
    }
}
