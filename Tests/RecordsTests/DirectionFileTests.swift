import Execution
import Landscapes
import Records
import ResultSamples
import Storage
import Testing

/// Directions that other programs wrote, and files with some of the tensors.
@Suite struct DirectionFileTests {
    /// Entries of a tensor that no other tensor of the axis has.
    private func entries(_ tensor: DirectionTensor, axis: Int) -> [Double] {
        (0..<tensor.count).map { Double($0) + Double(tensor.name.count) * 100 + Double(axis) / 2 }
    }

    @Test(arguments: [false, true])
    func directionsOfLossLandscapeAreRead(ofStates: Bool) throws {
        let scratch = try Scratch()
        let path = scratch.path("directions.h5")
        let tensors = Samples.tensors
        let buffers = ["bn.running_mean", "bn.num_batches_tracked"]
        let order = tensors.map(\.name) + buffers
        try HDF5File.write(path) { root in
            for (axis, name) in ["xdirection", "ydirection"].enumerated() {
                let group = try root.createGroup(name)
                for (number, tensor) in tensors.enumerated() {
                    try group.write(
                        String(number), entries(tensor, axis: axis), shape: tensor.shape)
                }
                for number in buffers.indices where ofStates {
                    try group.write(String(tensors.count + number), [7.0], shape: [1])
                }
            }
        }
        let file = try #require(try LandscapeDirections(path))
        #expect(file.axes == ["xdirection", "ydirection"])
        for axis in 0..<2 {
            let vector = try file.vector(
                axis, tensors: tensors, stateOrder: order, storage: .double)
            #expect(
                vector.values(in: 0..<vector.count)
                    == tensors.flatMap { entries($0, axis: axis) })
        }
        #expect(throws: StorageError.self) {
            try file.vector(2, tensors: tensors, stateOrder: order, storage: .double)
        }
        #expect(throws: StorageError.self) {
            try file.vector(
                0, tensors: Array(tensors.dropFirst()), stateOrder: [], storage: .double)
        }
        #expect(try LandscapeDirections(scratch.path("none.h5")) == nil)
    }

    @Test func aFileWithSomeTensorsMovesThose() throws {
        let scratch = try Scratch()
        let path = scratch.path("part.safetensors")
        let moved = Samples.tensors[0]
        try Checkpoint.write(
            path,
            tensors: [
                StoredTensor(name: moved.name, shape: moved.shape, doubles: entries(moved, axis: 0))
            ])
        var missing: [String] = []
        let vector = try DirectionRecord.read(path, tensors: Samples.tensors, storage: .double) {
            missing = $0
        }
        #expect(missing == Samples.tensors.dropFirst().map(\.name))
        #expect(vector.values(in: 0..<moved.count) == entries(moved, axis: 0))
        #expect(vector.values(in: moved.count..<vector.count).allSatisfy { $0 == 0 })
        #expect(throws: DirectionError.missingTensor(missing[0])) {
            try DirectionRecord.read(path, tensors: Samples.tensors, storage: .double)
        }
    }
}
