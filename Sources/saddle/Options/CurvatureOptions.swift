import ArgumentParser
import Studies
import Training

extension CurvatureMatrix: ExpressibleByArgument {}

/// Which curvature matrix is measured.
struct MatrixOption: ParsableArguments {
    @Option(
        name: .customLong("operator"),
        help: """
            The matrix: hessian, ggn (Gauss-Newton), fisher, empirical-fisher, or functional (the \
            Hessian less the Gauss-Newton matrix).
            """)
    var matrix = CurvatureMatrix.hessian
}

/// Which curvature matrix is measured, and of which parameters.
struct CurvatureOptions: ParsableArguments {
    @OptionGroup var choice: MatrixOption

    @Option(
        help: ArgumentHelp(
            """
            Hold all other parameters fixed: state-dict keys with * and ?, separated by commas; \
            :q, :k, :v, :q0 or :head0 after a key takes queries, keys, values or one head of them; default: all move.
            """, valueName: "glob,..."))
    var parameters: String?

    /// The experiment with what is asked for.
    ///
    /// - Throws: `ParameterSelectionError` where a pattern chooses no parameter.
    func apply(to experiment: Experiment) throws -> Experiment {
        let selection = try parameters.map {
            try ParameterSelection(
                $0, of: experiment.weights.layout, units: experiment.network.units())
        }
        return experiment.measuring(CurvatureTarget(choice.matrix, parameters: selection))
    }
}
