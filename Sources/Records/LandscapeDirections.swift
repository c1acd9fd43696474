import Execution
import Landscapes
import Storage

/// Direction files of tomgoldstein/loss-landscape: HDF5 with a group of numbered data sets per axis, one
/// for each parameter in the network's order, or for each entry of its state dict.
///
/// - Source: `h5_util.py` and `net_plotter.py` of that repository.
public struct LandscapeDirections {
    private let path: String
    private let file: HDF5File
    /// The groups of the axes that the file has, x first.
    public let axes: [String]

    /// The directions in the file at `path`, or nil where it is none of that repository.
    ///
    /// - Throws: `StorageError` where it is HDF5 and cannot be read.
    public init?(_ path: String) throws {
        guard let file = try? HDF5File.open(path) else { return nil }
        let axes = try ["xdirection", "ydirection"].filter { try file.root.contains($0) }
        guard !axes.isEmpty else { return nil }
        (self.path, self.file, self.axes) = (path, file, axes)
    }

    /// The direction along one axis as a flat vector; of a state dict the trained tensors.
    ///
    /// - Parameter stateOrder: the keys of all tensors in state-dict order.
    /// - Throws: `StorageError` where the axis or a data set is not there; `DirectionError` where it is
    ///   of another network.
    public func vector(
        _ axis: Int, tensors: [DirectionTensor], stateOrder: [String], storage: Precision
    ) throws -> ParameterVector {
        guard axes.indices.contains(axis) else {
            throw StorageError(
                .missing, file: path, problem: "holds \(axes.count) direction, not number \(axis)",
                remedy: "name one file per axis, or a file with both directions")
        }
        let group = try file.root.group(axes[axis])
        let names = try group.names()
        let wanted: [String]
        switch names.count {
        case tensors.count: wanted = tensors.map(\.name)
        case stateOrder.count: wanted = stateOrder
        case stateOrder.filter({ !$0.hasSuffix("num_batches_tracked") }).count:
            wanted = stateOrder.filter { !$0.hasSuffix("num_batches_tracked") }
        default:
            throw StorageError(
                .mismatch, file: path,
                problem: "has \(names.count) tensors in \(axes[axis]), the network \(tensors.count)",
                remedy: "use a direction made for this network")
        }
        let trained = Set(tensors.map(\.name))
        var stored: [String: [Double]] = [:]
        for (number, name) in wanted.enumerated() where trained.contains(name) {
            stored[name] = try group.dataset(String(number)).read(Double.self)
        }
        return try Direction.flatten(stored, tensors: tensors, storage: storage)
    }
}
