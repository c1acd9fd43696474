import Datasets
import Records
import Results
import Storage
import Studies

/// What all commands do with a study: measure it, or join its parts, and tell the outcome.
struct StudySession {
    /// The command, such as `hessian spectrum`.
    let command: String
    let options: StudyOptions
    let output: OutputOptions

    /// A further number of the run: its name in the document, its name for people, empty where it is
    /// not for them, and both forms.
    typealias Extra = (name: String, title: String, text: String, value: JSONValue)

    /// Opens the file of a study, new or to go on, as the only process that writes it.
    ///
    /// - Parameters:
    ///   - experiment: what is measured; it goes on with the order of sums of an earlier run.
    ///   - study: makes the study.
    /// - Throws: `UsageError` where the part is none; `StorageError` where the file is of another
    ///   run or cannot be written; what making the study throws.
    func open<S: Study>(
        _ file: OutputFile, _ experiment: inout Experiment,
        _ study: (inout Experiment) throws -> S
    ) throws -> StudyRun<S> {
        try file.begin(CommandText.current)
        let fresh = experiment
        func run() throws -> StudyRun<S> {
            experiment.goOn(with: file.working)
            var description = experiment.description
            description.part = options.part.flatMap(StudyPart.init)?.description ?? ""
            let made = try study(&experiment)
            _ = try options.items(of: made)
            return try StudyRun(made, file.working, description)
        }
        do { return try run() } catch let error as StorageError where error.kind == .mismatch && output.force {
            // Another run was to replace the file and did not come to its end.
            try file.discardUnfinished()
            experiment = fresh
            return try run()
        }
    }

    /// Measures what is missing, stores and tells the outcome.
    ///
    /// - Parameters:
    ///   - counter: what progress is counted in; nil counts items.
    ///   - extras: what else is told, given the seconds that measuring took.
    /// - Throws: `RunFailure` where the run was stopped before all its items were measured.
    func measure<S: Study>(
        _ run: StudyRun<S>, _ file: OutputFile, _ description: RunDescription,
        counter: WorkCounter? = nil,
        extras: (_ seconds: Double) -> [Extra] = { _ in [] }
    ) throws {
        Interruption.watch(finishing: "this \(counter?.unit ?? S.Outcome.item)")
        let items = try options.items(of: run.study)
        let unit = counter?.unit ?? S.Outcome.item
        func done() -> Int { counter?.done(run.rows) ?? run.measuredCount(of: items) }
        let already = done()
        if let remark = run.remark { output.report.say("  \(remark)") }
        func extent(_ done: Int) -> String {
            counter == nil
                ? "\(done) of \(Readable.count(items.count, unit))" : Readable.count(done, unit)
        }
        if already > 0 {
            output.report.say("going on: \(extent(already)) \(already == 1 ? "is" : "are") there")
        }
        if !run.isFinished(items), let memory = try run.study.memory() {
            output.report.say(memory)
        }
        let progress = ProgressLine(
            S.Outcome.kind, unit: unit, total: counter == nil ? items.count : nil, already: already)
        counter?.progress = progress
        let (outcome, left) = try progress.watching {
            try run.measure(
                items, shouldStop: { Interruption.isRequested },
                progress: { note in if counter == nil { progress.advance(note: note) } })
        }
        let seconds = progress.seconds
        if left == 0 { try file.finish() }
        tell(
            outcome.record, description, left == 0 ? file.path : run.path,
            [("seconds", "time", Readable.duration(seconds), .number(seconds))] + extras(seconds))
        if left > 0 {
            throw RunFailure(
                "\(run.path): stopped with \(extent(done())); run the same command again to"
                    + " go on")
        }
    }

    /// Measures an experiment: opens its file, says the plan, measures, stores and tells.
    ///
    /// - Parameters:
    ///   - name: what the file is named after where the command line names none; the last word of the
    ///     command where it is nil.
    ///   - settings: what else than the experiment decides the result, for that name.
    ///   - more: further files that are read.
    ///   - counter: what progress is counted in; nil counts items.
    ///   - study: makes the study, with what the plan says of it.
    /// - Throws: what opening and measuring throw.
    func measure<S: Study>(
        _ experiment: Experiment, _ options: ExperimentOptions, named name: String? = nil,
        settings: [String] = [], reading more: [String] = [], counter: WorkCounter? = nil,
        _ study: (inout Experiment) throws -> (study: S, plan: [(String, String)])
    ) throws {
        var experiment = experiment
        let name = name ?? command.split(separator: " ").last.map(String.init) ?? command
        let path = try output.path(of: experiment, name, settings, part: self.options.part)
        let file = try output.file(
            path, inputs: options.inputs(experiment) + more, continues: true)
        var plan: [(String, String)] = []
        let run = try open(file, &experiment) { experiment in
            let made = try study(&experiment)
            plan = made.plan
            return made.study
        }
        output.report.say("saddle \(command)", experiment.plan + plan + [("out", path)])
        try measure(run, file, experiment.description, counter: counter)
    }

    /// Joins files of parts into --out and tells what they hold together.
    func merge() throws {
        guard let path = output.out else {
            throw UsageError("--merge", "", "name the joined file with --out")
        }
        output.report.say(
            "saddle \(command) --merge",
            [("files", options.merge.joined(separator: ", ")), ("out", path)])
        var merged: StudyMerge?
        try output.file(path, inputs: options.merge).replace { aside in
            merged = try Analysis.merge(
                options.merge, into: aside, commandLine: CommandText.current)
        }
        guard let merged else { return }
        let shown = merged.missing.prefix(5).joined(separator: ", ")
        let rest = merged.missing.count > 5 ? " and \(merged.missing.count - 5) more" : ""
        let parts = merged.missingParts.map(\.description)
        let named = parts.isEmpty
            ? "" : "\(parts.count == 1 ? "part" : "parts") \(parts.joined(separator: ", ")): "
        tell(
            merged.file.record, merged.file.run, path,
            [
                ("missing_parts", "", "", .array(parts.map { .text($0) })),
                (
                    "missing", "missing", merged.missing.isEmpty ? "nothing" : named + shown + rest,
                    .array(merged.missing.map { .text($0) })
                )
            ])
    }

    private func tell(
        _ record: Record, _ run: RunDescription, _ path: String, _ extras: [Extra]
    ) {
        Self.tell(command, record, run, path, extras, output.report)
    }

    /// Says a result and where it is, or prints all of it as JSON.
    static func tell(
        _ command: String, _ record: Record, _ run: RunDescription, _ path: String,
        _ extras: [Extra], _ report: Report
    ) {
        report.say("result", record, extras.filter { !$0.title.isEmpty }.map { ($0.title, $0.text) } + [("stored", path)])
        report.document(
            JSONValue.object(
                [("command", .text(command)), ("out", .text(path)), ("run", run.document)]
                    + extras.map { ($0.name, $0.value) }
            ).adding(record.document))
    }
}

/// Progress that is counted in something else than items, such as products, of which nobody knows
/// beforehand how many it takes.
final class WorkCounter {
    let unit: String
    /// How much is behind the given rows.
    let done: (_ rows: [[Double]?]) -> Int
    /// What shows it, once it has begun.
    fileprivate(set) var progress: ProgressLine?

    init(_ unit: String, done: @escaping (_ rows: [[Double]?]) -> Int) {
        (self.unit, self.done) = (unit, done)
    }
}
