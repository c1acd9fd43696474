import Execution

/// Computes a landscape's certificate: derivatives by differences against derivatives by rule.
public struct Certification: Sendable {
    /// The largest step, in lengths of the direction.
    public var largestStep: Double
    /// The factor between one step and the next smaller one.
    public var factor: Double
    /// The number of steps; each costs two losses per direction.
    public var steps: Int

    /// A certification with the given steps.
    public init(largestStep: Double = 0.05, factor: Double = 2, steps: Int = 6) {
        self.largestStep = largestStep
        self.factor = factor
        self.steps = steps
    }

    /// Compares g·d and d'Hd with differences of the loss along each direction.
    ///
    /// - Parameters:
    ///   - directions: the flat directions, one or two.
    ///   - loss: the loss at an offset along the direction with the given number.
    ///   - gradient: the flat gradient of the same loss at the centre.
    ///   - hessianVector: the product of its Hessian at the centre with a flat vector.
    /// - Throws: what the closures throw.
    public func certify(
        directions: [ParameterVector], loss: (_ direction: Int, _ offset: Double) throws -> Double,
        gradient: () throws -> ParameterVector,
        hessianVector: (ParameterVector) throws -> ParameterVector
    ) throws -> Certificate {
        let slope = try gradient()
        let products = try directions.map(hessianVector)
        var slopes: [Certificate.Comparison] = []
        var curvatures: [Certificate.Comparison] = []
        for (number, direction) in directions.enumerated() {
            let differences = try derivatives { try loss(number, $0) }
            slopes.append(
                Certificate.Comparison(
                    name: "g·d\(number)", difference: differences.first.value,
                    differenceError: differences.first.error,
                    derivative: slope.dot(direction)))
            curvatures.append(
                Certificate.Comparison(
                    name: "d\(number)'Hd\(number)", difference: differences.second.value,
                    differenceError: differences.second.error,
                    derivative: direction.dot(products[number])))
        }
        var asymmetry: Double?
        if directions.count > 1 {
            let scale = directions[0].norm() * products[1].norm()
            let difference = directions[0].dot(products[1]) - directions[1].dot(products[0])
            asymmetry = scale == 0 ? 0 : abs(difference) / scale
        }
        return Certificate(slopes: slopes, curvatures: curvatures, asymmetry: asymmetry)
    }

    /// First and second derivative at 0 of a function of one variable.
    ///
    /// Central differences at shrinking steps are extrapolated to step 0, and the entry of the
    /// tableau with the smallest difference from its neighbours is taken: large steps suffer from
    /// higher derivatives, small ones from rounding, and the tableau finds the place between.
    ///
    /// - Source: Ridders 1982, "Accurate computation of F'(x) and F'(x)F''(x)".
    func derivatives(
        of function: (Double) throws -> Double
    ) throws -> (first: (value: Double, error: Double), second: (value: Double, error: Double)) {
        let middle = try function(0)
        var first: [Double] = []
        var second: [Double] = []
        var step = largestStep
        for _ in 0..<steps {
            let forward = try function(step)
            let backward = try function(-step)
            first.append((forward - backward) / (2 * step))
            second.append(((forward - middle) + (backward - middle)) / (step * step))
            step /= factor
        }
        return (extrapolate(first), extrapolate(second))
    }

    /// Extrapolates central differences, whose error is a series in the squared step.
    private func extrapolate(_ differences: [Double]) -> (value: Double, error: Double) {
        var previous: [Double] = []
        var best = (value: differences.first ?? .nan, error: Double.infinity)
        for difference in differences {
            var row = [difference]
            var power = factor * factor
            for (column, above) in previous.enumerated() {
                let value = (row[column] * power - above) / (power - 1)
                let error = max(abs(value - row[column]), abs(value - above))
                if error < best.error { best = (value, error) }
                row.append(value)
                power *= factor * factor
            }
            previous = row
        }
        return best
    }
}
