import Execution
import Figures
import Networks
import Results
import Spectra
import Training

/// The curvature of all blocks of parameters: probes of all traces are items, then blocks.
public struct BlockStudy: Study {
    public let measurement: BlockMeasurement
    public let header: BlockResult
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }
    private let target: () throws -> any SymmetricOperator

    /// A study of blocks.
    ///
    /// - Parameters:
    ///   - l2: λ of the penalty in the operator, which the result names.
    ///   - target: the operator, asked for where something is to be measured.
    public init(
        _ measurement: BlockMeasurement, l2: Double = 0,
        target: @escaping () throws -> any SymmetricOperator
    ) {
        (self.measurement, self.target) = (measurement, target)
        var header = measurement.emptyResult
        header.l2 = l2
        self.header = header
    }

    public var itemCount: Int { measurement.itemCount }
    public var valuesPerItem: Int { measurement.rowLength }

    public var settings: [String: String] {
        [
            "blocks": measurement.blocks.map(\.name).joined(separator: ", "),
            "block_measurement": "\(measurement.probes) probes, tolerance"
                + " \(measurement.tolerance), \(measurement.maximumProducts) products",
        ]
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        (try measurement.measure(item, of: target()), header.name(ofItem: item))
    }
}

/// How parameters are put together to blocks.
public enum BlockGrouping: String, Sendable, Hashable, CaseIterable {
    /// All parameters that a unit of the network declares; tensors outside of units alone.
    case unit
    /// Each tensor.
    case tensor
    /// Each tensor, those of attentions cut into queries, keys and values.
    case qkv
    /// Each head of each attention, its queries, keys and values together.
    case head

    /// The blocks of a network.
    ///
    /// - Throws: `NetworkError` where there are none.
    public func blocks(
        of layout: WeightLayout, units: [UnitDescription]
    ) throws -> [ParameterBlock] {
        switch self {
        case .tensor:
            return layout.tensors.map { ParameterBlock(name: $0.name, ranges: [$0.range]) }
        case .unit:
            var blocks: [ParameterBlock] = []
            for tensor in layout.tensors {
                let unit = tensor.unit.flatMap { index in units.first { $0.index == index } }
                let name = unit?.name ?? tensor.name
                if let place = blocks.firstIndex(where: { $0.name == name }) {
                    blocks[place].ranges.append(tensor.range)
                } else {
                    blocks.append(ParameterBlock(name: name, ranges: [tensor.range]))
                }
            }
            return blocks
        case .qkv:
            return layout.tensors.flatMap { tensor in
                let parts = ["q", "k", "v"].compactMap { part in
                    (try? ParameterSelection("\(tensor.name):\(part)", of: layout, units: units))
                        .map { ParameterBlock(name: $0.text, ranges: $0.ranges) }
                }
                return parts.isEmpty
                    ? [ParameterBlock(name: tensor.name, ranges: [tensor.range])] : parts
            }
        case .head:
            let found = units.flatMap { unit in
                (0..<(unit.headCount ?? 0)).compactMap { head -> ParameterBlock? in
                    let own = layout.tensors.filter { $0.unit == unit.index }
                        .map { "\($0.name):head\(head)" }
                    let ranges = own.flatMap {
                        (try? ParameterSelection($0, of: layout, units: units))?.ranges ?? []
                    }
                    return ranges.isEmpty
                        ? nil : ParameterBlock(name: "\(unit.name):head\(head)", ranges: ranges)
                }
            }
            guard !found.isEmpty else {
                throw NetworkError(
                    "the network has no attention heads; take blocks by unit or by tensor")
            }
            return found
        }
    }
}

extension Experiment {
    /// The study of the curvature of all blocks of the matrix.
    ///
    /// - Parameter configure: changes the numbers.
    /// - Throws: `ObjectiveError`, and what compiling throws.
    public func blocks(
        by grouping: BlockGrouping = .unit,
        configure: (inout BlockMeasurement) -> Void = { _ in }
    ) throws -> BlockStudy {
        var measurement = BlockMeasurement(
            blocks: try grouping.blocks(of: weights.layout, units: network.units()), seed: seed)
        configure(&measurement)
        let largest = measurement.blocks.map(\.count).max() ?? 0
        let kept = min(measurement.maximumProducts, largest)
        let objective = try objective()
        var study = BlockStudy(
            measurement, l2: curvatureL2, target: curvatureOperator(of: objective))
        // The basis has vectors of the block's length.
        let basis = kept * largest / max(weights.layout.count, 1) + 1
        study.foresee = {
            try memory(of: objective, for: curvature.question, vectors: basis + 5)
        }
        return study
    }
}

extension Analysis {
    static let blocks = measured(BlockResult.self) { try CurveFigure(.blocks, $0, $1) }
}
