import ArgumentParser
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

    /// The objective as a formula.
    var formula: String {
        if l2 == 0 || l2Convention == .none { return "NLL" }
        return l2Convention == .optimizer
            ? "NLL + (\(l2)/2) * sum of squared decayed weights"
            : "NLL + \(l2) * sum of the norms of all tensors"
    }
}
