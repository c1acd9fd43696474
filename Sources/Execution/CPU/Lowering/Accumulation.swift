/// How a result meets what its destination holds.
enum Accumulation {
    case overwrite
    case add
    /// Overwrites for the first group of examples, adds for later ones.
    case addUnlessFirst

    func adds(_ frame: Frame) -> Bool {
        switch self {
        case .overwrite: return false
        case .add: return true
        case .addUnlessFirst: return !frame.startsSums
        }
    }

    /// For what is added after a first term went to the same place.
    var next: Accumulation { .add }
}
