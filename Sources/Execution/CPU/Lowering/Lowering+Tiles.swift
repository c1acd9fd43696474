import Autodiff
import CVector

extension Lowering {
    /// Computes the sum of convolutions of one shape.
    func emitTiles(_ convolutions: [Int], into index: Int) throws {
        let parts = parts(convolutions[0])
        let target = scratch(Layouts.blockedCount(graph.nodes[index].shape), stages[index])
        let terms = try convolutions.map { node in
            let operands = graph.nodes[node].operands
            return (
                image: try blockedBuffer(operands[0]),
                filters: try packedFilters(operands[1], parts.filterLayout)
            )
        }
        addTiles(parts, terms: terms, output: target, stages[index])
        blocked[index] = target
    }

    /// Adds the step for a sum of convolutions and what follows it.
    func addTiles(
        _ parts: ConvolutionParts, name: String? = nil,
        terms: [(image: BufferID, filters: BufferID)], bias: BufferID? = nil,
        shortcut: BufferID? = nil, isRectified: Bool = false, output: BufferID, _ stage: Stage
    ) {
        guard case .tiles(var shape) = parts.method else {
            preconditionFailure("There are no tiles.")
        }
        let working = plan.buffer(
            bytes: Int(cv_winograd_scratch_bytes(&shape, 0)), stage: stage)
        let ending = [bias, shortcut].compactMap { $0 }
        plan.add(
            Plan.Step(
                name: name ?? parts.name,
                reads: terms.flatMap { [$0.image, $0.filters] } + ending,
                writes: [output, working], operations: Double(terms.count) * parts.operations
            ) { [shape] placement in
                WinogradKernel(
                    shape, terms: terms.map { (placement[$0.image], placement[$0.filters]) },
                    bias: bias.map { placement[$0] }, shortcut: shortcut.map { placement[$0] },
                    isRectified: isRectified, output: placement[output],
                    scratch: placement[working])
            }, to: stage)
    }

    func addTileGradient(
        _ parts: ConvolutionParts, image: BufferID, output: BufferID, _ target: BufferID,
        _ mode: Accumulation, _ stage: Stage
    ) {
        guard case .tiles(var shape) = parts.method else {
            preconditionFailure("There are no tiles.")
        }
        let working = plan.buffer(
            bytes: Int(cv_winograd_scratch_bytes(&shape, 1)), stage: stage)
        plan.add(
            Plan.Step(
                name: parts.name, reads: [image, output], writes: [target, working],
                operations: parts.operations
            ) { [shape] placement in
                WinogradGradientKernel(
                    shape, image: placement[image], cotangent: placement[output],
                    sums: placement[target], scratch: placement[working], mode: mode)
            }, to: stage)
    }
}
