import Foundation
import Landscapes
import Testing

@testable import Figures

/// A folder that is removed when the test ends.
private final class Folder {
    let path = NSTemporaryDirectory() + "saddle-figures-\(UUID().uuidString)"
    init() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}

@Suite("gnuplot draws every figure without a warning")
struct RenderingTests {
    /// Draws all formats and checks that gnuplot was silent and that there is a picture.
    private func draw(_ figure: some Figure, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let folder = try Folder()
        let product = try FigureRenderer().write(
            figure, to: ImageFormat.allCases, basePath: folder.path + "/figure")
        #expect(product.warnings == [], sourceLocation: sourceLocation)
        #expect(
            folder.names == ["figure.gp", "figure.pdf", "figure.png", "figure.svg"],
            sourceLocation: sourceLocation)
        let png = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/figure.png"))
        #expect(png.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]), sourceLocation: sourceLocation)
        #expect(png.count > 10_000, sourceLocation: sourceLocation)
        let width = png[16..<20].reduce(0) { $0 << 8 | Int($1) }
        #expect(
            width == Int((figure.width.points * 300 / 72).rounded()),
            sourceLocation: sourceLocation)
        let svg = try String(contentsOfFile: folder.path + "/figure.svg", encoding: .utf8)
        #expect(svg.contains("</svg>"), sourceLocation: sourceLocation)
    }

    private func options(
        _ change: (inout LandscapeOptions) -> Void
    ) -> LandscapeOptions {
        var options = LandscapeOptions()
        change(&options)
        return options
    }

    @Test(arguments: LandscapeOptions.Style.allCases)
    func landscapesOfTwoModelsWithHoles(style: LandscapeOptions.Style) throws {
        try draw(LandscapeFigure(
            grids: [("ResNet-20", Samples.grid(count: 9, holes: [70, 71, 80])),
                ("ViT", Samples.grid(steepness: 2, count: 9))],
            options: options { $0.style = style }))
    }

    @Test(arguments: LandscapeOptions.Style.allCases)
    func aFlatLandscape(style: LandscapeOptions.Style) throws {
        try draw(LandscapeFigure(
            grids: [("flat", Samples.grid(steepness: 0))], options: options { $0.style = style }))
    }

    @Test(arguments: LandscapeOptions.Style.allCases)
    func aHugeRangeOnALogarithmicScale(style: LandscapeOptions.Style) throws {
        try draw(LandscapeFigure(
            grids: [("steep", Samples.grid(steepness: 1e9))], metric: .negativeLogLikelihood,
            options: options { $0.style = style; $0.scale = .logarithmic }))
    }

    @Test(arguments: LandscapeOptions.Style.allCases)
    func theSmallestGridAndALongName(style: LandscapeOptions.Style) throws {
        try draw(LandscapeFigure(
            grids: [(String(repeating: "long_name ", count: 12), Samples.grid(count: 2))],
            options: options { $0.style = style }))
    }

    @Test func sixModelsFillAPage() throws {
        let grids = (1...6).map {
            (title: "model \($0)", grid: Samples.grid(steepness: Double($0)))
        }
        try draw(LandscapeFigure(grids: grids))
    }

    @Test func profilesWithALonePoint() throws {
        try draw(ProfileFigure(profiles: [
            ("whole", Samples.profile()),
            ("lone", Samples.profile(holes: Set(0..<11).subtracting([5]))),
        ]))
    }

    @Test(arguments: SpectrumFigure.Style.allCases)
    func spectra(style: SpectrumFigure.Style) throws {
        try draw(SpectrumFigure(
            spectra: [("ResNet", Samples.spectrum()), ("ViT", Samples.spectrum(top: 60))],
            style: style))
    }

    @Test func aSpectrumOfOneSample() throws {
        var result = Samples.spectrum(minibatchCount: 1)
        result.samples.removeAll { $0.value < 0 }
        try draw(SpectrumFigure(spectra: [("one", result)]))
    }

    @Test func lesions() throws {
        try draw(LesionFigure(studies: [
            ("ResNet", Samples.lesion([.convolution, .subsampling, .convolution])),
            ("ViT", Samples.lesion([.attention, .mlp, .attention, .mlp])),
            ("one", Samples.lesion([.mlp])),
        ]))
    }

    @Test(arguments: [1, 2, 3]) func curves(count: Int) throws {
        let results = (1...count).map { number in
            (
                title: String(repeating: "long_name ", count: number * number),
                result: Samples.lesion([.convolution, .subsampling, .attention, .mlp])
            )
        }
        for (interval, kind) in [(CurveStatement.Interval.bars, "kind"), (.band, nil)] {
            try draw(
                CurveFigure(Samples.curves(interval, kind: kind), results, FigureRequest()))
        }
    }

    @Test func theOverview() throws {
        try draw(OverviewFigure(
            landscape: LandscapeFigure(
                grids: [("ResNet", Samples.grid()), ("ViT", Samples.grid(steepness: 2))],
                options: options { $0.width = .page }),
            below: [
                SpectrumFigure(
                    spectra: [("ResNet", Samples.spectrum()), ("ViT", Samples.spectrum(top: 60))]),
                LesionFigure(studies: [("ViT", Samples.lesion([.attention, .mlp]))]),
            ]))
    }

    @Test func theScriptAloneDrawsAPNG() throws {
        let folder = try Folder()
        let script = try LandscapeFigure(grids: [("m", Samples.grid())]).script(named: "alone")
        try script.write(toFile: folder.path + "/alone.gp", atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gnuplot", "alone.gp"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(said.isEmpty)
        #expect(folder.names == ["alone.gp", "alone.png"])
    }
}

@Suite("What gnuplot cannot do becomes one clear line")
struct RendererFailureTests {
    @Test func aMissingProgramNamesThePackage() throws {
        let folder = try Folder()
        let error = #expect(throws: FigureError.self) {
            try FigureRenderer(program: "gnuplot-that-is-not-there").render(
                script: "plot x", to: [.png], basePath: folder.path + "/none")
        }
        #expect(error?.description.contains("install gnuplot-nox") == true)
        #expect(folder.names == [])
    }

    @Test func aScriptErrorIsReportedAndTheOldPictureStays() throws {
        let folder = try Folder()
        let old = folder.path + "/kept.png"
        try "old".write(toFile: old, atomically: true, encoding: .utf8)
        // Much text after the error: gnuplot has gone by then, and the pipe breaks.
        let tail = String(repeating: "# more\n", count: 100_000)
        let error = #expect(throws: FigureError.self) {
            try FigureRenderer().render(
                script: "set terminal pngcairo\nplot nonsense(\n" + tail, to: [.png],
                basePath: folder.path + "/kept")
        }
        #expect(error?.description.contains("invalid expression") == true)
        #expect(error?.description.contains("\n") == false)
        #expect(try String(contentsOfFile: old, encoding: .utf8) == "old")
        #expect(folder.names == ["kept.png"])
    }

    @Test func aScriptThatDrawsNothingIsAnError() throws {
        let folder = try Folder()
        #expect(throws: FigureError.noImage(file: folder.path + "/none.png")) {
            try FigureRenderer().render(
                script: "x = 1\n", to: [.png], basePath: folder.path + "/none")
        }
        #expect(folder.names == [])
    }

    @Test func anUnwritableFolderIsNamed() throws {
        let error = #expect(throws: FigureError.self) {
            try FigureRenderer().render(
                script: "x = 1\n", to: [.png], basePath: "/dev/null/folder/figure")
        }
        #expect(error?.description.contains("/dev/null/folder/figure.png") == true)
    }

    @Test func complaintsOfAGoodRunAreKept() throws {
        let folder = try Folder()
        let script = """
            set terminal pngcairo
            set output output
            print 'take care'
            plot x
            set output

            """
        let product = try FigureRenderer().render(
            script: script, to: [.png], basePath: folder.path + "/figure")
        #expect(product.warnings == ["take care"])
    }
}
