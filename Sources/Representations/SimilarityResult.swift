import Networks
import Randomness
import Results

/// A unit whose output is compared.
public struct ComparedUnit: Fillable, Codable, Hashable {
    /// The network that it belongs to.
    public var network = ""
    /// The unit's name in the network.
    public var name = ""
    /// What the unit does.
    public var kind = UnitKind.stem
    /// The normalised depth: 0 for the network's first unit, 1 for its last.
    public var depth = 0.0

    public init() {}
}

/// How similar the outputs of two units are.
public struct UnitPair: Fillable, Codable, Hashable {
    /// Places in the list of units.
    public var first = 0
    public var second = 0
    /// Minibatch CKA.
    public var similarity = Estimate()

    public init() {}
}

/// Two clusters that a dendrogram joins.
public struct ClusterJoin: Fillable, Codable, Hashable {
    /// Units have the numbers from 0, joins those after, in their order.
    public var first = 0
    public var second = 0
    /// The mean of 1 − CKA over pairs of their units.
    public var distance = 0.0

    public init() {}
}

/// How similar the outputs of all units of one or two networks are, on the same images.
///
///     CKA(X, Y) = Σ HSIC₁(K, L) / √(Σ HSIC₁(K, K) · Σ HSIC₁(L, L))   sums over minibatches
///
/// - Source: Nguyen, Raghu & Kornblith 2021 (arXiv 2010.15327), eq. 3, as Park & Kim 2022
///   (arXiv 2202.06709), Figure 10.
public struct SimilarityResult: Sendable, Codable, Hashable {
    /// The number of examples that are used: whole minibatches.
    public var exampleCount = 0
    /// The number of minibatches that have been measured so far.
    public var measuredCount = 0
    /// The number of examples of a minibatch, at least 4.
    public var batchSize = CentredKernel.leastExamples
    /// The seed of the resamples.
    public var seed: UInt64 = 0
    /// The units of the first network, then those of the second.
    public var units: [ComparedUnit] = []
    /// All pairs, row by row.
    public var pairs: [UnitPair] = []
    /// Average linkage of 1 − CKA.
    public var joins: [ClusterJoin] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    ///
    /// - Parameter networks: one or two networks, each by name with its units.
    public init(
        networks: [(name: String, units: [UnitDescription])], exampleCount: Int, batchSize: Int,
        seed: UInt64 = 0
    ) {
        self.batchSize = max(min(batchSize, exampleCount), CentredKernel.leastExamples)
        self.exampleCount = exampleCount / self.batchSize * self.batchSize
        self.seed = seed
        for network in networks {
            let last = Double(max(network.units.count - 1, 1))
            for (index, description) in network.units.enumerated() {
                var unit = ComparedUnit()
                (unit.network, unit.name) = (network.name, description.name)
                (unit.kind, unit.depth) = (description.kind, Double(index) / last)
                units.append(unit)
            }
        }
        pairs = units.indices.flatMap { first in
            units.indices.map { second in
                var pair = UnitPair()
                (pair.first, pair.second) = (first, second)
                return pair
            }
        }
    }

    /// The number of minibatches.
    public var itemCount: Int { exampleCount / batchSize }

    /// The numbers of a minibatch: HSIC₁ of each pair of units, the second not before the first.
    public var numbersPerItem: Int { units.count * (units.count + 1) / 2 }

    /// The row of a minibatch, from the kernel of each unit.
    public static func row(_ kernels: [CentredKernel]) -> [Double] {
        kernels.indices.flatMap { first in
            kernels[first...].map { kernels[first].independence($0) }
        }
    }
}

extension SimilarityResult: MeasuredResult {
    public static let kind = "similarity"
    public static let item = "minibatch"

    public var finding: String {
        guard measuredCount > 0, let last = units.indices.last else { return "nothing measured" }
        return "CKA of \(units[0].name) and \(units[last].name) "
            + Readable.number(pairs[last].similarity.value)
    }

    public static var schema: Schema<SimilarityResult> {
        Schema(
            .field("examples", \.exampleCount, unit: .one, "number of examples, whole minibatches"),
            .field(
                "measured", \.measuredCount, unit: .one,
                "number of minibatches that have been measured"),
            .field("batch_size", \.batchSize, unit: .one, "number of examples of a minibatch"),
            .field("seed", \.seed, unit: .one, "seed of the resamples"),
            .table(
                "units", axis: "unit", \.units,
                [
                    .column("network", \.network, "name of the network"),
                    .column("unit", \.name, "name of the unit"),
                    .column("kind", \.kind, "what the unit does"),
                    .column(
                        "depth", \.depth, unit: .one, "normalised depth in its network, 0 to 1"),
                ]),
            .table(
                "pairs", axis: "pair", \.pairs,
                [
                    .column(
                        "first_unit", \.first, unit: .one,
                        "place of one unit in the list, from 0"),
                    .column(
                        "second_unit", \.second, unit: .one,
                        "place of the other unit in the list"),
                    .column(
                        "cka", \.similarity, unit: .one,
                        "minibatch CKA of the outputs of the two units"),
                ]),
            .table(
                "joins", axis: "join", \.joins,
                [
                    .column(
                        "first_cluster", \.first, unit: .one,
                        "cluster that is joined: a unit, or from the number of units on a join"),
                    .column("second_cluster", \.second, unit: .one, "the other cluster"),
                    .column(
                        "distance", \.distance, unit: .one,
                        "mean of 1 - CKA over pairs of their units"),
                ]))
    }

    public mutating func assemble(_ rows: [[Double]?]) throws {
        let width = numbersPerItem
        var measured: [[Double]] = []
        for (item, row) in rows.enumerated() {
            guard let row else { continue }
            guard row.count >= width else {
                throw RowError(name(ofItem: item), "is not measured on \(width) pairs of units")
            }
            measured.append(row)
        }
        measuredCount = measured.count
        joins = []
        guard !measured.isEmpty else {
            for index in pairs.indices { pairs[index].similarity = Estimate() }
            return
        }
        let count = units.count
        let starts = (0..<count).map { $0 * count - $0 * ($0 - 1) / 2 }
        let estimates = Bootstrap(seed: seed).estimates(count: measured.count) { weights in
            var sums = [Double](repeating: 0, count: width)
            for (weight, row) in zip(weights, measured) where weight > 0 {
                for index in 0..<width { sums[index] += weight * row[index] }
            }
            return (0..<count).flatMap { first in
                (first..<count).map { second in
                    sums[starts[first] + second - first]
                        / (sums[starts[first]] * sums[starts[second]]).squareRoot()
                }
            }
        }
        for index in pairs.indices {
            let (first, second) = (
                min(pairs[index].first, pairs[index].second),
                max(pairs[index].first, pairs[index].second)
            )
            pairs[index].similarity = estimates[starts[first] + second - first]
        }
        joins = Dendrogram.joins(pairs.map { 1 - $0.similarity.value }, count: count)
    }
}
