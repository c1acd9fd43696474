import Execution
import Results

/// A loss as a function of flat weights, with its gradient.
public struct DifferentiableLoss {
    /// L(w).
    public var value: (ParameterVector) throws -> Double
    /// L(w) and ∇L(w).
    public var gradient: (ParameterVector) throws -> (value: Double, gradient: ParameterVector)

    /// A loss and its gradient.
    public init(
        value: @escaping (ParameterVector) throws -> Double,
        gradient: @escaping (ParameterVector) throws -> (
            value: Double, gradient: ParameterVector
        )
    ) {
        (self.value, self.gradient) = (value, gradient)
    }
}

/// Ways of telling how much the loss rises near a point.
public enum SharpnessMeasure: String, StoredLabel, Sendable, Hashable, CaseIterable {
    /// The largest rise within a ball.
    case worstCase = "worst case"
    /// The largest rise within an ellipsoid whose axes are the magnitudes of the weights.
    case adaptive

    /// The definition, as files hold it.
    public var definition: String {
        switch self {
        case .worstCase: "max L(w + e) - L(w) over |e| <= radius (Foret et al. 2021, arXiv 2010.01412)"
        case .adaptive:
            "max L(w + e) - L(w) over |e / |w|| <= radius, entry by entry"
                + " (Kwon et al. 2021, arXiv 2102.11600)"
        }
    }

    /// T in e = Tδ with ‖δ‖ ≤ radius: entries of ones, or the magnitudes of the weights.
    func scaled(_ vector: ParameterVector, by weights: ParameterVector) -> ParameterVector {
        switch self {
        case .worstCase: return vector
        case .adaptive:
            var result = vector
            for (index, weight) in weights.enumerated() { result[index] *= abs(weight) }
            return result
        }
    }
}

/// How sharpness is measured: by ascents, and by a line search for the critical learning rate.
///
/// The first step of an ascent is that of SAM, e = ρ Tᵀ∇L/‖Tᵀ∇L‖ in the coordinates of the ball; each
/// further one goes as far along the gradient where the ascent is and is drawn back into the ball.
/// The largest loss met counts, so that more steps never give less.
///
/// The critical learning rate η is the smallest one at which a step of gradient descent does not lower
/// the loss; 2/η is the curvature along the gradient if the loss were quadratic.
///
/// - Source: "A Scalable Measure of Loss Landscape Curvature" (arXiv 2601.16979), section 3.
public struct SharpnessMeasurement: Sendable, Hashable {
    /// The radii ρ: in units of weights, or of their magnitudes (adaptive).
    public var radii: [Double]
    /// The steps of an ascent.
    public var steps: Int
    /// How closely the critical learning rate is bracketed: the ends of the bracket differ by this
    /// factor less 1 at most.
    public var precision: Double

    /// A measurement with the radius that SAM's authors use.
    public init(radii: [Double] = [0.05], steps: Int = 10, precision: Double = 1.0 / 64) {
        (self.radii, self.steps, self.precision) = (radii, steps, precision)
    }

    /// Steps at most for the bracket, doublings and bisections together.
    static let searchLimit = 64

    /// Ascents of each measure and radius, then the line search.
    public var itemCount: Int { SharpnessMeasure.allCases.count * radii.count + 1 }
    /// The largest number of values of an item.
    public var rowLength: Int { max(steps + 1, 2 * Self.searchLimit + 2) }

    /// The measure and the radius of an item; nil for the line search.
    func place(ofItem item: Int) -> (measure: SharpnessMeasure, radius: Double)? {
        let (measure, radius) = item.quotientAndRemainder(dividingBy: radii.count)
        guard SharpnessMeasure.allCases.indices.contains(measure) else { return nil }
        return (SharpnessMeasure.allCases[measure], radii[radius])
    }

    /// Measures one item at the weights w.
    ///
    /// - Returns: the losses along an ascent, its start first; or for the line search the loss at w,
    ///   the norm of the gradient, then learning rate and loss of each try.
    /// - Throws: what the loss throws.
    public func measure(
        _ item: Int, of loss: DifferentiableLoss, at w: ParameterVector
    ) throws -> [Double] {
        guard let (measure, radius) = place(ofItem: item) else {
            return try lineSearch(loss, w)
        }
        return try ascent(measure, radius, loss, w)
    }

    private func ascent(
        _ measure: SharpnessMeasure, _ radius: Double, _ loss: DifferentiableLoss,
        _ w: ParameterVector
    ) throws -> [Double] {
        // δ, within the ball.
        var offset = ParameterVector(zeros: w.count, storage: w.storage)
        var losses: [Double] = []
        for _ in 0..<steps {
            var place = w
            place.add(1, measure.scaled(offset, by: w))
            let (value, gradient) = try loss.gradient(place)
            losses.append(value)
            var step = measure.scaled(gradient, by: w)
            let length = step.norm()
            guard value.isFinite, length > 0, length.isFinite else { return losses }
            step.scale(by: radius / length)
            offset.add(1, step)
            let distance = offset.norm()
            if distance > radius { offset.scale(by: radius / distance) }
        }
        var place = w
        place.add(1, measure.scaled(offset, by: w))
        losses.append(try loss.value(place))
        return losses
    }

    private func lineSearch(_ loss: DifferentiableLoss, _ w: ParameterVector) throws -> [Double] {
        let (start, gradient) = try loss.gradient(w)
        var tries: [Double] = []
        /// Whether a step of this learning rate does not lower the loss.
        func fails(_ rate: Double) throws -> Bool {
            var place = w
            place.add(-rate, gradient)
            let value = try loss.value(place)
            tries += [rate, value]
            return !(value < start)
        }
        let norm = gradient.norm()
        guard norm > 0, norm.isFinite, start.isFinite else { return [start, norm] }
        var left = Self.searchLimit
        func isLeft() -> Bool {
            left -= 1
            return left >= 0
        }
        // From 1 by factors of 4 to a bracket, which bisections of the logarithm narrow.
        var (low, high): (Double?, Double?) = (nil, nil)
        var rate = 1.0
        while low == nil || high == nil, isLeft() {
            if try fails(rate) {
                high = rate
                rate /= 4
            } else {
                low = rate
                rate *= 4
            }
        }
        while let below = low, let above = high, above / below > 1 + precision, isLeft() {
            let middle = (below * above).squareRoot()
            if try fails(middle) { high = middle } else { low = middle }
        }
        return [start, norm] + tries
    }

    /// The result before anything has been measured.
    public var emptyResult: SharpnessResult {
        var result = SharpnessResult()
        (result.steps, result.precision) = (steps, precision)
        result.rises = SharpnessMeasure.allCases.flatMap { measure in
            radii.map { radius in
                var rise = SharpnessResult.Rise()
                (rise.measure, rise.radius) = (measure, radius)
                rise.definition = measure.definition
                return rise
            }
        }
        return result
    }
}
