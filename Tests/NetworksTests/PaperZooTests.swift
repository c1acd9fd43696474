import Autodiff
import Execution
import Foundation
import Golden
import Networks
import Testing

/// The networks at the papers' sizes, in the numbers of the originals.
///
/// They take minutes and gigabytes, so that they run only when asked for.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["SADDLE_ZOO"] == "1",
        "needs `make test-zoo` (up to 30 minutes)"))
struct PaperZooTests {
    /// Networks for which the originals give a Hessian-vector product are held to it, too.
    @Test(arguments: try GoldenCase.all("models_paper.json"))
    func valuesEqualOriginal(_ reference: GoldenCase) throws {
        let start = ContinuousClock.now
        let result = try Evaluator(machine: CPUMachine(precision: .double)).evaluate(
            reference.network(), batch: reference.inputShape[0], options: TraceOptions(),
            withProduct: reference.numbers["vHv"] != nil)
        let error = reference.check(result, relative: 1e-8)
        let seconds = (ContinuousClock.now - start).components.seconds
        print("\(reference.name): largest relative error \(error), \(seconds) s")
        fflush(nil)
    }
}
