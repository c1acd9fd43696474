import ArgumentParser
import Execution
import Training

extension Precision: ExpressibleByArgument {}
extension L2Convention: ExpressibleByArgument {}
extension BatchNormMode: ExpressibleByArgument {}

/// What is computed of each example, and how.
struct LossOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The coefficient of the L2 penalty.", valueName: "lambda"))
    var l2 = 0.0

    @Option(
        help: """
            The penalty: optimizer is (lambda/2) times the squared norm of the decayed \
            weights, park2022 lambda times the sum of the tensors' norms.
            """)
    var l2Convention = L2Convention.optimizer

    @Option(help: "The number type in which programs run.")
    var precision = Precision.single

    @Option(
        help: """
            What batch norm normalises with: stored statistics, those of each minibatch, or \
            statistics estimated anew at each point.
            """)
    var batchNorm = BatchNormMode.running

    @Option(
        help: """
            The number type in which weights, gradients, products and directions are kept; \
            default: that of --precision.
            """)
    var vectors: Precision?

    func validate() throws { try NumberRange.l2.check(l2) }

    /// How the objective is computed, the machine's part left as it is.
    ///
    /// - Throws: `UsageError`.
    func objectiveOptions() throws -> ObjectiveOptions {
        if precision == .double, vectors == .single {
            throw UsageError(
                "--vectors", "f32", "programs of --precision f64 keep vectors in f64; leave it out")
        }
        var options = ObjectiveOptions()
        options.l2 = l2
        options.l2Convention = l2Convention
        options.batchNorm = batchNorm
        options.vectors = vectors
        return options
    }
}
