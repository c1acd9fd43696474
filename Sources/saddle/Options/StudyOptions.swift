import ArgumentParser
import Studies

/// Which items of a study are measured here, or which files of parts are joined.
struct StudyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Measure the k-th of n parts, k from 1 to n: every n-th item, to share the work; \
            default: all.
            """, valueName: "k/n"))
    var part: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Join these files of parts into --out; default: measure.", valueName: "file"))
    var merge: [String] = []

    /// Refuses files of parts for what has none.
    ///
    /// - Parameter subject: such as `a trace is`.
    /// - Throws: `ValidationError` where there are some.
    func refuseMerge(_ subject: String) throws {
        guard let file = merge.first else { return }
        throw ValidationError("--merge \(file): \(subject) not measured in parts; leave it out")
    }

    /// The items that this run is to measure: all, or its part of them.
    ///
    /// - Throws: `UsageError` where the part is none.
    func items<S: Study>(of study: S) throws -> [Int] {
        guard let part else { return study.items }
        if S.Outcome.isSequential {
            throw UsageError(
                "--part", part,
                "each \(S.Outcome.item) builds on the one before; leave it out")
        }
        guard let chosen = StudyPart(part) else {
            throw UsageError("--part", part, "expected K/N with K from 1 to N, such as 1/2 and 2/2")
        }
        return chosen.of(study.items)
    }
}
