import Foundation

/// The formats in which figures are drawn.
public enum ImageFormat: String, Sendable, CaseIterable {
    /// Pixels, 300 to the inch.
    case png
    /// Scalable, for the web.
    case svg
    /// Scalable, for print.
    case pdf
}

/// Writes figures: the script, and the images that gnuplot draws from it.
public struct FigureRenderer: Sendable {
    /// The name or path of gnuplot.
    public var program: String

    /// A renderer that runs `program`.
    public init(program: String = "gnuplot") {
        self.program = program
    }

    /// What was written for one figure.
    public struct Product: Sendable, Hashable {
        /// The script, then the images in the order of their formats.
        public var files: [String]
        /// What gnuplot printed although it ended well; empty for a sound figure.
        public var warnings: [String]
    }

    /// Writes `basePath.gp` and one image per format.
    ///
    /// Each file is written aside and renamed, so an earlier picture stays where a later fails.
    /// - Parameters:
    ///   - figure: the figure.
    ///   - formats: the images to draw.
    ///   - basePath: folder and name without ending; the folder is made where it is missing.
    /// - Returns: the paths written, and what gnuplot warned of.
    /// - Throws: `FigureError`.
    @discardableResult
    public func write(
        _ figure: some Figure, to formats: [ImageFormat] = [.png, .svg], basePath: String
    ) throws -> Product {
        let name = URL(fileURLWithPath: basePath).lastPathComponent
        let script = try figure.script(named: name)
        var product = try render(script: script, to: formats, basePath: basePath)
        let path = basePath + ".gp"
        try FileReplacement.replace(path) { aside in
            try script.write(toFile: aside, atomically: false, encoding: .utf8)
        }
        product.files.insert(path, at: 0)
        return product
    }

    /// Draws the images of a script.
    ///
    /// - Parameters:
    ///   - script: a script that honours the variables `format` and `output`, as ours do.
    ///   - formats: the images to draw.
    ///   - basePath: folder and name without ending.
    /// - Returns: the paths written, and what gnuplot warned of.
    /// - Throws: `FigureError`: gnuplot missing or stopped, no image, or a folder not writable.
    public func render(
        script: String, to formats: [ImageFormat], basePath: String
    ) throws -> Product {
        let name = URL(fileURLWithPath: basePath).lastPathComponent
        var product = Product(files: [], warnings: [])
        for format in formats {
            let path = "\(basePath).\(format.rawValue)"
            try FileReplacement.replace(path) { aside in
                let preamble =
                    "format = '\(format.rawValue)'\noutput = \(Lettering.quoted(aside))\n"
                let outcome = try GnuplotSession.run(preamble + script, program: program)
                guard outcome.status == 0 else {
                    throw FigureError.gnuplotFailed(
                        figure: name, status: outcome.status, message: outcome.message)
                }
                product.warnings += outcome.diagnostics
                let attributes = try? FileManager.default.attributesOfItem(atPath: aside)
                guard let size = attributes?[.size] as? Int, size > 0 else {
                    throw FigureError.noImage(file: path)
                }
            }
            product.files.append(path)
        }
        return product
    }
}
