import ArgumentParser
import Robustness

/// Which corrupted images.
struct CorruptionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Their names, or all, or benchmark, which leaves the four extra ones out.",
            valueName: "a,b..."))
    var corruptions = "benchmark"

    @Option(help: ArgumentHelp("Their severities, from 1 to 5.", valueName: "n,n..."))
    var severities = "1,2,3,4,5"

    @Option(
        help: ArgumentHelp(
            "The folder of CIFAR-10-C's or CIFAR-100-C's .npy files; default: made by --seed.",
            valueName: "dir"))
    var corrupted: String?

    /// The corruptions that are asked for.
    ///
    /// - Throws: `UsageError` where a name is none or is given twice.
    func chosen() throws -> [Corruption] {
        switch corruptions {
        case "all": return Corruption.all
        case "benchmark": return Corruption.all.filter { !$0.isExtra }
        default: break
        }
        let names = try CommaList.items(corruptions, flag: "--corruptions")
        let all = Corruption.all.map(\.name)
        let found = try names.map { name in
            guard let corruption = Corruption.named(name) else {
                throw UsageError(
                    "--corruptions", name,
                    "there is no such corruption; expected all, benchmark, or names of "
                        + all.joined(separator: ", "))
            }
            return corruption
        }
        guard Set(names).count == names.count else {
            throw UsageError("--corruptions", corruptions, "a corruption is given twice")
        }
        return found
    }

    /// The severities that are asked for, in order.
    ///
    /// - Throws: `UsageError`.
    func levels() throws -> [Int] {
        let range = NumberRange("--severities", Corruption.severities)
        return Set(try CommaList.integers(severities, flag: "--severities", in: range)).sorted()
    }
}
