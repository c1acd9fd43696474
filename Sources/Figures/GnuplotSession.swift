import CGnuplot
import Foundation

/// One run of gnuplot, fed through gnuplot-iostream.
struct GnuplotSession {
    /// What gnuplot said and how it ended.
    struct Outcome {
        /// 0 for success.
        var status: Int
        /// What it printed to standard output and standard error, line by line.
        var diagnostics: [String]
    }

    /// Runs a script to its end.
    ///
    /// - Parameters:
    ///   - script: the commands.
    ///   - program: the name or path of gnuplot.
    /// - Throws: `FigureError.gnuplotMissing` where the program cannot be started.
    static func run(_ script: String, program: String) throws(FigureError) -> Outcome {
        let diagnostics = FileManager.default.temporaryDirectory
            .appendingPathComponent("saddle-gnuplot-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: diagnostics) }
        guard let session = cgnuplot_open(program, diagnostics.path) else {
            throw .gnuplotMissing(program: program)
        }
        // A failed send means that gnuplot stopped early; the status and its words say why.
        _ = cgnuplot_send(session, script, script.utf8.count)
        let status = Int(cgnuplot_close(session))
        if status == 126 || status == 127 { throw .gnuplotMissing(program: program) }
        let said = (try? String(contentsOf: diagnostics, encoding: .utf8)) ?? ""
        let lines = said.split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        return Outcome(status: status, diagnostics: lines)
    }
}

extension GnuplotSession.Outcome {
    /// The line of the diagnostics that names the error.
    ///
    /// gnuplot echoes the offending command, marks the place with `^`, and then says what is wrong.
    var message: String {
        let place = diagnostics.firstIndex { $0 == "^" }.map { diagnostics.index(after: $0) }
        let line = place.flatMap { diagnostics.indices.contains($0) ? diagnostics[$0] : nil }
        return line ?? diagnostics.first ?? "it said nothing"
    }
}
