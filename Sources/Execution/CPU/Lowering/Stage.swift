import Autodiff

/// When a node must be computed again: set by the inputs that it depends on.
///
/// Stages run in the order of their cases; a later stage reads what earlier ones left.
enum Stage: Int, CaseIterable, Comparable {
    /// Weights alone: once for each point in weight space, shared by all workers.
    case parameters
    /// A vector, perhaps with weights: once for each product, shared by all workers.
    case vector
    /// Examples, perhaps with weights: once for each group of examples.
    case examples
    /// Examples and a vector: the linear program, for each group of examples and each product.
    case linear

    /// Whether it runs for each group of examples.
    var isPerGroup: Bool { self == .examples || self == .linear }

    static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }

    /// The stage of each node.
    static func assignments(_ graph: Graph) -> [Stage] {
        let moving = graph.dependents { $0.role == .vector }
        let perExample = graph.dependents { $0.role == .examples }
        return zip(moving, perExample).map { vector, examples in
            switch (vector, examples) {
            case (false, false): return .parameters
            case (true, false): return .vector
            case (false, true): return .examples
            case (true, true): return .linear
            }
        }
    }
}

/// The memory in which a buffer lies; each has a base address that can differ between workers.
enum Region: Int, CaseIterable {
    /// Weights and what follows from them alone.
    case parameters
    /// The vector and what follows from it and the weights alone.
    case vector
    /// The vector itself where its caller keeps it, for the time of a product.
    case callersVector
    /// A weight or a part of the vector on its way to the layouts in which it is read, one at a
    /// time for each worker, which leaves nothing here.
    case staging
    /// The examples of the group at hand.
    case examples
    /// What the linear program needs of the primal one, for the group at hand.
    case residuals
    /// Working memory of one worker; nothing survives a stage here.
    case scratch
    /// One worker's sums over its examples.
    case sums
    /// Results for each example of the group at hand.
    case rows
}

/// A buffer of a program under construction.
struct BufferID: Hashable {
    let index: Int
}

/// Where a buffer lies when the program runs.
struct Slot {
    let region: Region
    /// Bytes from the region's base.
    let offset: Int
}
