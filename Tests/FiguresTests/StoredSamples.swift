import Records
import Results
import Spectra

@testable import Figures

/// The samples as figures, and as HDF5 files, written as the program writes them.
enum StoredSamples {
    /// Every figure that has a notebook, of two results that are one, and what writes the file.
    static func all() throws -> [(figure: any Figure, write: (String) throws -> Void)] {
        func two<Result: StoredResult>(
            _ result: Result, _ draw: ([TitledResult<Result>]) throws -> any Figure
        ) throws -> (figure: any Figure, write: (String) throws -> Void) {
            (
                try draw(titles.map { ($0, result) }),
                { try RecordFile(result, RunDescription()).write(to: $0) }
            )
        }
        func request(_ change: (inout FigureRequest) -> Void) -> FigureRequest {
            var request = FigureRequest()
            change(&request)
            return request
        }
        let grid = Samples.grid(holes: [3], missing: [20])
        let lesion = Samples.lesion([.convolution, .subsampling, .attention, .mlp])
        let spectra = SpectrumCollection([
            Samples.spectrum(), Samples.spectrum(top: 90, batchSize: 64),
        ])
        let styles = try LandscapeOptions.Style.allCases.map { style in
            try two(grid) {
                try LandscapeFigure($0, request {
                    $0.landscape.style = style
                    $0.landscape.subtractsMinimum = style == .surface
                    $0.landscape.ceiling = 6
                    $0.landscape.scale = style == .surface ? .linear : .logarithmic
                })
            }
        }
        return try styles + [
            two(grid) {
                try LandscapeFigure($0, request {
                    $0.metric = .lossPark2022
                    $0.landscape.style = .heatMap
                })
            },
            two(Samples.profile(holes: [2])) {
                try ProfileFigure($0, request { $0.metric = .negativeLogLikelihood })
            },
            two(spectra) { try SpectrumFigure($0, FigureRequest()) },
            two(spectra) { try SpectrumFigure($0, request { $0.withL2 = false }) },
            two(spectra) { try SpectrumFigure($0, request { $0.batchSizes = .all }) },
            two(Samples.eigenvalues(5)) { try EigenvalueFigure($0, FigureRequest()) },
            two(lesion) { try LesionFigure($0, FigureRequest()) },
            two(Samples.corruptions()) { try CorruptionFigure($0, FigureRequest()) },
            two(lesion) { try CurveFigure(Samples.curves(.bars), $0, FigureRequest()) },
            two(Samples.density()) { try CurveFigure(.density, $0, FigureRequest()) },
            two(Samples.trace()) { try CurveFigure(.trace, $0, FigureRequest()) },
            two(Samples.blocks()) { try CurveFigure(.blocks, $0, FigureRequest()) },
            two(Samples.bias()) { try CurveFigure(.minibatchBias, $0, FigureRequest()) },
            two(Samples.sharpness()) { try CurveFigure(.sharpness, $0, FigureRequest()) },
            two(lesion) {
                try CurveFigure(Samples.curves(.band, kind: nil), $0, FigureRequest())
            },
        ]
    }

    static let titles = ["ResNet \"20\"", "ViT"]

    /// The notebook of a figure whose two sources are one file.
    static func notebook(_ figure: any Figure, path: String) throws -> RecordNotebook {
        let sources = titles.map { RecordNotebook.Source(title: $0, path: path) }
        guard let notebook = RecordNotebook(sources: sources, figure: figure) else {
            throw FigureError.nothingToDraw(figure: path, reason: "no notebook", remedy: "")
        }
        return notebook
    }
}
