import Foundation

/// What a search for eigenvalues asks and tells between two products.
public struct SearchObserver {
    /// Whether the search is to stop before its next product; what it has found is kept.
    public var shouldStop: () -> Bool
    /// Is told how many products are probably left; nil while that cannot be told.
    public var onForecast: (_ left: Int?) -> Void

    /// An observer; by default one that never stops and hears nothing.
    public init(
        shouldStop: @escaping () -> Bool = { false },
        onForecast: @escaping (_ left: Int?) -> Void = { _ in }
    ) {
        (self.shouldStop, self.onForecast) = (shouldStop, onForecast)
    }
}

/// How many steps convergence probably still takes.
///
/// Residuals of Krylov methods fall geometrically before long: the decades between residuals and
/// bounds, summed over all pairs, are continued along a straight line through the last half of the
/// steps.
struct ConvergenceForecast {
    private var history: [(step: Double, decades: Double)] = []

    /// Takes the residuals after a step.
    mutating func add(step: Int, _ pairs: [Eigenpair]) {
        let decades = pairs.reduce(0) { $0 + max(log10($1.residual / $1.bound), 0) }
        if decades.isFinite { history.append((Double(step), decades)) }
    }

    /// The steps that are probably left; nil where the decades do not fall.
    var left: Int? {
        let recent = history.suffix(max(history.count / 2, 3))
        guard recent.count >= 3, let last = recent.last else { return nil }
        let count = Double(recent.count)
        let step = recent.reduce(0) { $0 + $1.step } / count
        let decades = recent.reduce(0) { $0 + $1.decades } / count
        let slope = recent.reduce(0) { $0 + ($1.step - step) * ($1.decades - decades) }
            / recent.reduce(0) { $0 + ($1.step - step) * ($1.step - step) }
        guard slope < 0 else { return nil }
        return Int(min((-last.decades / slope).rounded(.up), 1e9))
    }
}
