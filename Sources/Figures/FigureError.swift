/// What can go wrong between a result and its picture.
public enum FigureError: Error, CustomStringConvertible, Hashable {
    /// gnuplot could not be started.
    case gnuplotMissing(program: String)
    /// gnuplot stopped or complained; `message` is the first line that says why.
    case gnuplotFailed(figure: String, status: Int, message: String)
    /// gnuplot ended well without a picture in the file.
    case noImage(file: String)
    /// A file could not be written or moved into place.
    case unwritable(file: String, reason: String)
    /// The result holds nothing that can be drawn in this way.
    case nothingToDraw(figure: String, reason: String, remedy: String)
    /// An option contradicts the data or is out of its range.
    case option(name: String, value: String, remedy: String)
    /// An option that the figure would leave out of account; `taken` are those that it heeds.
    case ignored(option: String, figure: String, taken: [String])

    /// One line: what, where, actual values, remedy.
    public var description: String {
        switch self {
        case .gnuplotMissing(let program):
            "figure: cannot run '\(program)'; install gnuplot-nox (apt-get install gnuplot-nox)"
        case .gnuplotFailed(let figure, let status, let message):
            "figure \(figure): gnuplot ended with status \(status): \(message); "
                + "run `gnuplot \(figure).gp` to see the place"
        case .noImage(let file):
            "figure \(file): gnuplot reported success but wrote no picture; "
                + "check the free space and that gnuplot has cairo terminals (gnuplot-nox)"
        case .unwritable(let file, let reason):
            "figure \(file): cannot write: \(reason); choose a writable folder with free space"
        case .nothingToDraw(let figure, let reason, let remedy):
            "figure \(figure): nothing to draw: \(reason); \(remedy)"
        case .option(let name, let value, let remedy):
            "figure option \(name): \(value) is not usable; \(remedy)"
        case .ignored(let option, let figure, let taken):
            "figure option \(option): changes nothing in this figure (\(figure)); leave it out"
                + " or take of \(taken.joined(separator: ", "))"
        }
    }
}
