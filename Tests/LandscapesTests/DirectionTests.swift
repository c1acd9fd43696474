import Execution
import Golden
import Networks
import Randomness
import Storage
import Testing

@testable import Landscapes

/// A small network's tensors, with every role in it.
let sampleTensors = [
    DirectionTensor(name: "conv.weight", shape: [4, 3, 3, 3], kind: .weight),
    DirectionTensor(name: "conv.bias", shape: [4], kind: .bias),
    DirectionTensor(name: "norm.weight", shape: [4], kind: .normalization),
    DirectionTensor(name: "cls_token", shape: [1, 1, 6], kind: .token),
    DirectionTensor(name: "pos_embed", shape: [1, 5, 6], kind: .positionEmbedding),
    DirectionTensor(name: "blur", shape: [2, 2], kind: .frozen),
    DirectionTensor(name: "head.weight", shape: [5, 6], kind: .weight),
]

/// Weights of the sample network.
let sampleWeights = ParameterVector(
    RandomStream(seed: 21, name: "weights")
        .gaussians(sampleTensors.reduce(0) { $0 + $1.count }))

/// ‖values‖.
private func norm(_ values: some Sequence<Double>) -> Double {
    ParameterVector(Array(values)).norm()
}

@Suite("Directions of a landscape")
struct DirectionTests {
    private func parts(_ values: ParameterVector) throws -> [String: [Double]] {
        let split = try Direction.split(values, tensors: sampleTensors)
        return Dictionary(uniqueKeysWithValues: split.map { ($0.tensor.name, $0.values) })
    }

    private func direction(
        _ normalization: DirectionNormalization, seed: UInt64 = 1, includesVectors: Bool = false
    ) throws -> Direction {
        try Direction.gaussian(
            0, seed: seed, weights: sampleWeights, tensors: sampleTensors,
            normalization: normalization, includesVectors: includesVectors)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func filtersGetTheNormOfTheirWeights(seed: UInt64) throws {
        let result = try direction(.filter, seed: seed)
        let d = try parts(result.values)
        let w = try parts(sampleWeights)
        for (name, filters) in [("conv.weight", 4), ("head.weight", 5), ("pos_embed", 1)] {
            let dTensor = try #require(d[name])
            let wTensor = try #require(w[name])
            let width = dTensor.count / filters
            for filter in 0..<filters {
                let range = filter * width..<(filter + 1) * width
                let ratio = norm(dTensor[range])
                    / norm(wTensor[range])
                #expect(abs(ratio - 1) < 1e-9)
            }
        }
        for name in ["conv.bias", "norm.weight", "blur"] {
            #expect(d[name]?.allSatisfy { $0 == 0 } == true)
        }
        let mismatch = try #require(result.properties.largestNormMismatch)
        #expect(mismatch < 1e-9)
    }

    @Test func paperNormalizationRunsOverDimensionZero() throws {
        let d = try parts(direction(.park2022).values)
        let w = try parts(sampleWeights)
        for (name, rows) in [("conv.weight", 4), ("head.weight", 5)] {
            let dTensor = try #require(d[name])
            let wTensor = try #require(w[name])
            let width = dTensor.count / rows
            for column in 0..<width {
                let places = stride(from: column, to: dTensor.count, by: width)
                let ratio = norm(places.map { dTensor[$0] })
                    / norm(places.map { wTensor[$0] })
                #expect(abs(ratio - 1) < 1e-6)
            }
        }
        // One row in dimension 0 leaves nothing of the direction but its signs.
        for (value, weight) in zip(try #require(d["cls_token"]), try #require(w["cls_token"])) {
            #expect(abs(abs(value) - abs(weight)) < 1e-5)
        }
        for name in ["conv.bias", "norm.weight", "blur", "pos_embed"] {
            #expect(d[name]?.allSatisfy { $0 == 0 } == true)
        }
        // Names are what the original goes by.
        for name in ["pos_embedding", "layers.0.attn.relative_position_bias_table"] {
            let tensor = DirectionTensor(name: name, shape: [1, 5, 6], kind: .token)
            #expect(!DirectionNormalization.park2022.moves(tensor, includesVectors: true))
        }
    }

    @Test func otherNormalizationsKeepTheirPromises() throws {
        let raw = try parts(direction(.none).values)
        let w = try parts(sampleWeights)
        let layer = try parts(direction(.layer).values)
        for name in ["conv.weight", "pos_embed", "head.weight"] {
            let ratio = norm(try #require(layer[name]))
                / norm(try #require(w[name]))
            #expect(abs(ratio - 1) < 1e-9)
        }
        let weight = try parts(direction(.weight).values)
        let expected = zip(try #require(raw["head.weight"]), try #require(w["head.weight"]))
            .map { $0 * abs($1) }
        #expect(weight["head.weight"] == expected)
        #expect(try direction(.weight).properties.largestNormMismatch == nil)

        let all = try parts(direction(.filter, includesVectors: true).values)
        for name in ["conv.bias", "norm.weight"] {
            let ratio = norm(try #require(all[name]))
                / norm(try #require(w[name]))
            #expect(abs(ratio - 1) < 1e-9)
        }
        #expect(all["blur"] == [0, 0, 0, 0])
    }

    @Test func seedsAndNamesDecideTheDraws() throws {
        let fourth = try direction(.filter, seed: 4)
        #expect(try direction(.filter, seed: 4) == fourth)
        #expect(try direction(.filter, seed: 5).values != fourth.values)
        // The same tensor has the same draws whatever network it stands in.
        let alone = [sampleTensors[6]]
        let weights = ParameterVector(Array(sampleWeights.suffix(30)))
        let single = try Direction.gaussian(0, seed: 1, weights: weights, tensors: alone)
        let whole = try parts(direction(.filter).values)
        #expect(whole["head.weight"] == Array(single.values))
        // The mean of many draws is 0: directions are isotropic, not in the positive orthant.
        let many = [DirectionTensor(name: "big", shape: [100, 1000], kind: .weight)]
        let ones = ParameterVector([Double](repeating: 1, count: 100_000))
        let big = try Direction.gaussian(
            0, seed: 1, weights: ones, tensors: many,
            normalization: .none)
        #expect(abs(big.values.reduce(0, +) / 100_000) < 4 / 100_000.0.squareRoot())
        let other = try Direction.gaussian(
            1, seed: 1, weights: ones, tensors: many,
            normalization: .none)
        #expect(abs(Direction.cosine(big, other)) < 4 / 100_000.0.squareRoot())
        #expect(abs(Direction.cosine(big, big) - 1) < 1e-12)
    }

    @Test func storedDirectionsComeBackOrAreRefused() throws {
        let first = try direction(.filter)
        var stored = try parts(first.values)
        #expect(try Direction.flatten(stored, tensors: sampleTensors) == first.values)
        stored["cls_token"] = [1]
        #expect(throws: DirectionError.tensorCount(name: "cls_token", expected: 6, actual: 1)) {
            try Direction.flatten(stored, tensors: sampleTensors)
        }
        stored["cls_token"] = nil
        #expect(throws: DirectionError.missingTensor("cls_token")) {
            try Direction.flatten(stored, tensors: sampleTensors)
        }
        stored["surplus"] = [1]
        #expect(throws: DirectionError.unknownTensors(["surplus"])) {
            try Direction.flatten(stored, tensors: sampleTensors)
        }
        #expect(throws: DirectionError.length(expected: sampleWeights.count, actual: 3)) {
            try Direction(
                [1, 2, 3], source: "file", weights: sampleWeights, tensors: sampleTensors,
                normalization: .none)
        }
        let zeros = ParameterVector(zeros: sampleWeights.count)
        #expect(throws: DirectionError.zero(normalization: "filter")) {
            try Direction.gaussian(0, seed: 1, weights: zeros, tensors: sampleTensors)
        }
        var broken = sampleWeights
        broken[0] = .nan
        #expect(throws: DirectionError.notFinite(name: "conv.weight")) {
            try Direction.gaussian(0, seed: 1, weights: broken, tensors: sampleTensors)
        }
    }

    /// The published ResNet-20 with the reference directions: their norms tell the two conventions
    /// and their guards against division by zero (1e-10 and 1e-7) apart.
    @Test("Norms of the reference directions (needs ../shared/data)", .needsData)
    func referenceDirectionNorms() throws {
        let golden = try Golden.json("resnet20_cifar10.json")
        let grids = try #require(golden["grids"] as? [String: Any])
        let names = try #require(golden["grad_norms"] as? [String: Any])
        let checkpoint = try Checkpoint.read(
            SharedData.file("checkpoints/resnet20-12fca82f.th").path)
        var tensors: [DirectionTensor] = []
        var weights: [Double] = []
        for tensor in checkpoint.tensors {
            guard names[tensor.name] != nil else { continue }
            let kind: StateKind = tensor.shape.count > 1 ? .weight : .normalization
            tensors.append(DirectionTensor(name: tensor.name, shape: tensor.shape, kind: kind))
            weights += tensor.doubles()
        }
        #expect(weights.count == 269_722)
        let filter = try #require(grids["li_direction_norms"] as? [Double])
        let paper = try #require(
            (grids["seed_filter"] as? [String: Any])?["direction_norms"] as? [Double])
        for number in 0..<2 {
            let raw = tensors.flatMap {
                HashFill.symmetric("dir\(number):\($0.name)", count: $0.count)
            }
            for (normalization, expected) in [
                (DirectionNormalization.filter, filter[number]), (.park2022, paper[number]),
            ] {
                let direction = try Direction(
                    ParameterVector(raw), source: "hash", weights: ParameterVector(weights),
                    tensors: tensors, normalization: normalization)
                #expect(abs(direction.properties.norm / expected - 1) < 1e-12)
            }
        }
    }
}
