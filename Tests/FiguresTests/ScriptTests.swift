import Foundation
import Landscapes
import Spectra
import Testing

@testable import Figures

/// The rows of the data block number `number` of a script, without comments.
private func block(_ name: String, of script: String) -> [String] {
    let lines = script.components(separatedBy: "\n")
    guard let start = lines.firstIndex(of: "\(name) << EOD") else { return [] }
    return lines[(start + 1)...].prefix { $0 != "EOD" }.filter { !$0.hasPrefix("#") }
}

@Suite("Scripts of figures as text")
struct ScriptTests {
    @Test func aSurfaceHoldsItsDataWithGapsForWhatIsNotFinite() throws {
        let grid = Samples.grid(count: 3, holes: [8], missing: [0])
        let figure = try LandscapeFigure(
            grids: [("ResNet", grid)], metric: .negativeLogLikelihood)
        let script = try figure.script(named: "surface")
        let rows = block("$surface1", of: script)
        #expect(rows == [
            "-1.0 -1.0 NaN", "0.0 -1.0 3.5", "1.0 -1.0 8.5", "",
            "-1.0 0.0 6.0", "0.0 0.0 1.0", "1.0 0.0 6.0", "",
            "-1.0 1.0 8.5", "0.0 1.0 3.5", "1.0 1.0 NaN", "",
        ])
        #expect(!script.lowercased().contains("inf "))
        #expect(script.contains("set view 75.0,105.0,"))
        #expect(script.contains("set palette maxcolors 256 defined (0 '#440154'"))
        #expect(script.contains("ResNet: 1 not finite, 1 not computed of 9 points"))
        #expect(script.contains("direction 1 (× filter norm)"))
    }

    @Test func severalModelsShareOneRangeOfValuesAndColours() throws {
        let figure = try LandscapeFigure(
            grids: [("a", Samples.grid(steepness: 8)), ("b", Samples.grid(steepness: 1))],
            metric: .negativeLogLikelihood)
        let script = try figure.script(named: "two")
        #expect(script.contains("set cbrange [1.0:13.0]"))
        #expect(script.components(separatedBy: "set zrange [1.0:13.0]").count == 3)
        #expect(script.components(separatedBy: "unset colorbox").count == 2)
    }

    @Test func theCaptionStatesTheShareOfThePenalty() throws {
        // At the centre NLL is 1: with L2 = 3 the share is 3/4, with λΣ‖w‖ = 19 it is 19/20.
        let l2 = try LandscapeFigure(grids: [("m", Samples.grid())], metric: .lossWithL2)
        #expect(l2.caption.contains("penalty in the plotted loss at the centre: 75%."))
        let published = try LandscapeFigure(grids: [("m", Samples.grid())], metric: .lossPark2022)
        #expect(published.caption.contains("penalty in the plotted loss at the centre: 95%."))
        let plain = try LandscapeFigure(
            grids: [("m", Samples.grid())], metric: .negativeLogLikelihood)
        #expect(!plain.caption.contains("penalty"))
    }

    @Test func subtractionAndCeilingChangeTheNumbersAndAreStated() throws {
        var options = LandscapeOptions()
        options.style = .heatMap
        options.subtractsMinimum = true
        options.ceiling = 6
        let figure = try LandscapeFigure(
            grids: [("m", Samples.grid(count: 3))], metric: .negativeLogLikelihood,
            options: options)
        let rows = block("$map1", of: try figure.script(named: "m"))
        #expect(rows.prefix(3) == ["-1.0 -1.0 NaN", "0.0 -1.0 2.5", "1.0 -1.0 NaN"])
        #expect(rows[5] == "0.0 0.0 0.0")
        #expect(figure.caption.contains("Subtracted minimum: m 1.00."))
        #expect(figure.caption.contains("4 above the ceiling of 9 points"))
    }

    @Test func theAxisNamesTheNormalisation() throws {
        for (name, unit) in [
            ("filter", "filter norm"), ("layer", "layer norm"), ("none", "direction"),
            ("park2022", "norm (park2022)"),
        ] {
            let figure = try LandscapeFigure(
                grids: [("m", Samples.grid(normalization: name))])
            #expect(figure.axesLabel == "x: direction 0, y: direction 1 (× \(unit))")
        }
    }

    @Test func lesionsDifferByColourAndPatternAndShowIntervals() throws {
        let figure = try LesionFigure(studies: [
            ("ResNet", Samples.lesion([.convolution, .subsampling, .convolution])),
            ("ViT", Samples.lesion([.attention, .mlp])),
        ])
        let script = try figure.script(named: "lesion")
        #expect(block("$lesion1", of: script) == ["0.0 12.5 6.25 18.75", "1.0 12.5 6.25 18.75"])
        #expect(block("$lesion2", of: script) == ["0.5 3.125 -3.125 9.375"])
        #expect(script.components(separatedBy: "set object rectangle").count == 5)
        let kinds = figure.kinds
        #expect(Set(kinds.map(\.colour)).count == 4)
        #expect(Set(kinds.map(\.fill)).count == 4)
    }

    @Test func curvesAreTheColumnsThatAreNamed() throws {
        var result = Samples.lesion([.convolution, .mlp, .convolution])
        result.units[1].accuracyDrop = .init()
        let one = try CurveFigure(Samples.curves(.bars), [("m", result)], FigureRequest())
        #expect(one.kinds == ["convolution", "mlp"])
        let script = try one.script(named: "curves")
        // Shares are drawn in percent; what was not measured is a gap in the line, and no mark.
        #expect(
            block("$curve1", of: script)
                == ["0.0 12.5 6.25 18.75", "0.5 NaN NaN NaN", "1.0 12.5 6.25 18.75"])
        #expect(block("$curve2", of: script) == ["0.0 12.5 6.25 18.75", "1.0 12.5 6.25 18.75"])
        #expect(script.contains("accuracy lost (%)"))
        #expect(script.contains("set logscale y 10"))
        #expect(one.title == "Accuracy and loss of m")
        #expect(one.caption.contains("Each unit removed in turn."))
        // One result: kinds differ by colour and mark. Two: results by colour and dash.
        #expect(one.colour(result: 0, kind: 0) != one.colour(result: 0, kind: 1))
        let two = try CurveFigure(
            Samples.curves(.band), [("m", result), ("n", result)], FigureRequest())
        #expect(two.colour(result: 0, kind: 0) == two.colour(result: 0, kind: 1))
        #expect(two.colour(result: 0, kind: 0) != two.colour(result: 1, kind: 0))
        let bands = try two.script(named: "two")
        #expect(bands.components(separatedBy: "using 1:3:4 with filledcurves").count == 3)
        #expect(!bands.contains("with vectors"))
        var missing = Samples.curves(.bars)
        missing.panels[0].column = "variance"
        #expect {
            try CurveFigure(missing, [("m", result)], FigureRequest())
        } throws: { "\($0)".contains("no numbers depth and variance in units") }
        missing.table = "blocks"
        #expect {
            try CurveFigure(missing, [("m", result)], FigureRequest())
        } throws: { "\($0)".contains("no table blocks") }
    }

    @Test func spectraKeepSignsApartAndCountWhatDidNotConverge() throws {
        let figure = try SpectrumFigure(spectra: [("ViT", Samples.spectrum())])
        let script = try figure.script(named: "spectrum")
        #expect(figure.series[0].negative.count == 19)
        #expect(figure.series[0].positive.count == 20)
        #expect(script.contains("Not converged and left out: ViT 1 of 40."))
        #expect(script.contains("20 minibatches of 16."))
        #expect(script.contains("NEP 49% [41%, 55%]  APE 158 [131, 180]"))
        let counts = block("$count3", of: script) + block("$count4", of: script)
        let total = counts.compactMap { Double($0.split(separator: " ")[1]) }.reduce(0, +) / 2
        #expect(total == 39)
    }

    @Test func differentBatchSizesAreCalledIncomparable() throws {
        let figure = try SpectrumFigure(spectra: [
            ("a", Samples.spectrum(batchSize: 16)), ("b", Samples.spectrum(batchSize: 64)),
        ])
        #expect(figure.caption.contains("do not compare the models"))
    }

    @Test func namesCannotLeaveTheirQuotes() throws {
        let name = "it's\n\"x\"; !rm _a^b{c}"
        let figure = try LandscapeFigure(grids: [(name, Samples.grid())])
        let script = try figure.script(named: "quote")
        #expect(script.contains("'it''s \"x\"; !rm _a^b{c}'"))
        #expect(!script.components(separatedBy: "\n").contains { $0.hasPrefix("\"x\"") })
    }
}

@Suite("What maps and surfaces say")
struct LandscapeContentTests {
    private func figure(
        _ grids: [LandscapeGrid], _ metric: LandscapeMetric = .negativeLogLikelihood,
        _ change: (inout LandscapeOptions) -> Void
    ) throws -> LandscapeFigure {
        var options = LandscapeOptions()
        change(&options)
        return try LandscapeFigure(
            grids: grids.enumerated().map { ("m\($0.offset)", $0.element) }, metric: metric,
            options: options)
    }

    /// Beside a panel whose range is ten million times as large, a flat one has its lines too.
    @Test(arguments: AxisScale.allCases, [1e-3, 0.3, 1, 20, 3e3, 1e9])
    func eachPanelHasLinesWithTheirNumbers(_ scale: AxisScale, _ steepness: Double) throws {
        let grids = [Samples.grid(steepness: steepness, count: 21), Samples.grid(count: 21)]
        let figure = try figure(grids) {
            $0.style = .contour
            $0.scale = scale
        }
        for panel in figure.panels {
            let lines = figure.contourLines(of: panel)
            let levels = Set(lines.pieces.map(\.level)).sorted()
            #expect((5...20).contains(levels.count), "\(panel.title): \(levels)")
        }
        let script = try figure.script(named: "c")
        let numbers = script.components(separatedBy: " boxed\n").count - 1
        #expect(numbers >= 6, "\(numbers) of both panels")
        #expect(script.contains("'trained weights'") && script.contains("'measured points'"))
    }

    @Test(arguments: [1.001...1.002, 1...1.3, 1...3, 2...9, 7...80, 1...1e3, 1e-9...1e12])
    func aColourBarHasThreeTicksOrMore(_ range: ClosedRange<Double>) throws {
        for scale in AxisScale.allCases {
            let figure = try figure([Samples.grid()]) {
                $0.range = range
                $0.scale = scale
            }
            #expect((3...16).contains(figure.valueAxis.ticks.count), "\(scale) \(range)")
        }
    }

    /// A surface ends at the ceiling: its points above are kept, gnuplot cuts between them.
    @Test func aCeilingCutsTheSurfaceAndLeavesNoShards() throws {
        let figure = try figure([Samples.grid(count: 3)]) { $0.ceiling = 6 }
        let script = try figure.script(named: "s")
        #expect(block("$surface1", of: script).prefix(3) == ["-1.0 -1.0 8.5", "0.0 -1.0 3.5", "1.0 -1.0 8.5"])
        #expect(script.contains("set zrange [1.0:6.0]"))
        #expect(script.contains("set pm3d depthorder clip z"))
        #expect(figure.caption.contains("Points above the ceiling: m0 4 of 9."))
    }

    @Test(arguments: LandscapeOptions.Style.allCases)
    func withoutL2NothingSpeaksOfIt(_ style: LandscapeOptions.Style) throws {
        var grid = Samples.grid()
        grid.l2 = 0
        var line = Samples.profile()
        line.l2 = 0
        var spectrum = Samples.spectrum()
        spectrum.l2 = 0
        let figures: [any Figure] = [
            try figure([grid, grid], .lossWithL2) { $0.style = style },
            try figure([grid], .lossPark2022) { $0.style = style },
            try ProfileFigure(profiles: [("m", line)]),
            try SpectrumFigure(spectra: [("m", spectrum)]),
            try EigenvalueFigure(results: [("m", Samples.eigenvalues(3, l2: 0))]),
        ]
        for figure in figures {
            let text = try figure.script(named: "f") + figure.caption + (figure.notebook?.drawing ?? "")
            #expect(!text.contains("L2") && !text.contains("‖w‖"), "\(figure.title)")
        }
        // Where one of the results has a penalty, it is there.
        let mixed = try figure([grid, Samples.grid()], .lossWithL2) { $0.style = style }
        #expect(mixed.caption.contains("NLL + L2"))
    }

    /// A direction has the number of its settings in the file, and the axis that it is.
    @Test func directionsAreNumberedAsInFiles() throws {
        var grid = Samples.grid()
        grid.directions[1].source = "eigenvector e.h5#3"
        grid.directions[1].normalization = "none"
        #expect(
            grid.axesLabel
                == "x: direction 0 (× filter norm), y: direction 1, eigenvector e.h5#3 (× direction)")
        #expect(Samples.profile().axesLabel == "x: direction 0 (× filter norm)")
    }
}

@Suite("All batch sizes of a spectrum")
struct BatchSizeTests {
    private let collection = SpectrumCollection([
        Samples.spectrum(batchSize: 16), Samples.spectrum(top: 90, batchSize: 64),
    ])

    @Test func oneOrAllAreDrawn() throws {
        var request = FigureRequest()
        #expect(try SpectrumFigure([("m", collection)], request).series.map(\.title) == ["m"])
        request.batchSizes = .one(64)
        #expect(try SpectrumFigure([("m", collection)], request).series[0].batchSize == 64)
        request.batchSizes = .all
        let all = try SpectrumFigure([("m", collection), ("n", collection)], request)
        #expect(
            all.series.map(\.title) == ["m, batch 16", "m, batch 64", "n, batch 16", "n, batch 64"])
        #expect(all.caption.contains("spectra of different sizes do not compare the models"))
        let one = try SpectrumFigure([("m", collection)], request)
        #expect(!one.caption.contains("compare the models"))
        request.batchSizes = .one(7)
        #expect {
            try SpectrumFigure([("m", collection)], request)
        } throws: { "\($0)".contains("batch sizes 16, 64") }
    }
}

@Suite("Results that a figure cannot show")
struct RefusalTests {
    @Test func aProfileIsNotAMapAndTheReverse() {
        #expect(throws: FigureError.self) {
            try LandscapeFigure(grids: [("m", Samples.profile())])
        }
        #expect(throws: FigureError.self) {
            try ProfileFigure(profiles: [("m", Samples.grid())])
        }
    }

    @Test func nothingFiniteIsAnErrorThatNamesTheModel() {
        let grid = Samples.grid(count: 3, holes: Set(0..<9))
        let error = #expect(throws: FigureError.self) {
            try LandscapeFigure(grids: [("broken", grid)])
        }
        #expect(error?.description.contains("broken") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test func aLogarithmNeedsPositiveValues() {
        var options = LandscapeOptions()
        options.scale = .logarithmic
        options.subtractsMinimum = true
        #expect(throws: FigureError.self) {
            try LandscapeFigure(grids: [("m", Samples.grid())], options: options)
        }
    }

    @Test func viewAnglesAndCeilingAreChecked() {
        var options = LandscapeOptions()
        options.elevation = 120
        #expect(throws: FigureError.self) {
            try LandscapeFigure(grids: [("m", Samples.grid())], options: options)
        }
        options.elevation = 15
        options.ceiling = -5
        #expect(throws: FigureError.self) {
            try LandscapeFigure(grids: [("m", Samples.grid())], options: options)
        }
    }

    @Test func aSpectrumWithoutConvergedValuesIsRefused() {
        var result = Samples.spectrum()
        for index in result.samples.indices {
            result.samples[index].converged = false
            result.samples[index].convergedWithL2 = false
        }
        #expect(throws: FigureError.self) { try SpectrumFigure(spectra: [("m", result)]) }
    }
}
