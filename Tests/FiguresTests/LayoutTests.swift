import Foundation
import Landscapes
import Spectra
import Testing

@testable import Figures

/// One picture of the table: a name and how it is made.
private struct Case: CustomTestStringConvertible {
    var name: String
    var make: @Sendable () throws -> any Figure
    var testDescription: String { name }
}

/// Names of results, of the length that a path has, and longer than any page.
private enum Names: String, CaseIterable {
    case short
    case long
    case endless

    func all(_ count: Int) -> [String] {
        (1...count).map { number in
            switch self {
            case .short: "ViT \(number)"
            case .long: "resnet110-without-augmentation-run-\(number) of Müller WWW"
            case .endless: String(repeating: "name \(number) ", count: 12_000)
            }
        }
    }
}

private let grids = [
    Samples.grid(count: 5), Samples.grid(steepness: 4e4, count: 5),
    Samples.grid(steepness: 1e-3, count: 4),
]

private func landscapes(
    _ names: [String], _ width: FigureWidth, _ change: (inout LandscapeOptions) -> Void
) throws -> LandscapeFigure {
    var options = LandscapeOptions()
    options.width = width
    change(&options)
    return try LandscapeFigure(
        grids: zip(names, grids).map { (FigureTitle.short($0), $1) }, metric: .lossPark2022,
        options: options)
}

private func titled<Result>(
    _ names: [String], _ results: [Result]
) -> [(title: String, result: Result)] {
    zip(names, results).map { (FigureTitle.short($0), $1) }
}

/// Every kind of figure in every style, on every width, for one to three results of short and long
/// names.
private let table: [Case] = FigureWidth.allCases.flatMap { width in
    (1...3).flatMap { count in
        Names.allCases.flatMap { length in
            let names = length.all(count)
            let tag = "\(width.rawValue), \(count), \(length.rawValue)"
            var cases: [Case] = []
            for style in LandscapeOptions.Style.allCases {
                for scale in AxisScale.allCases {
                    cases.append(
                        Case(name: "\(style.rawValue) \(scale.rawValue), \(tag)") {
                            try landscapes(names, width) {
                                $0.style = style
                                $0.scale = scale
                                $0.subtractsMinimum = scale == .linear
                            }
                        })
                }
            }
            let angles = [
                (0.0, 0.0), (0, 45), (0, 89), (30, 30), (60, 45), (75, 15), (90, 0), (90, 45),
                (90, 89),
            ]
            for (elevation, azimuth) in length == .long ? angles : [] {
                cases.append(
                    Case(name: "surface from \(elevation), \(azimuth), \(tag)") {
                        try landscapes(names, width) {
                            $0.elevation = elevation
                            $0.azimuth = azimuth
                        }
                    })
            }
            for scale in AxisScale.allCases {
                cases.append(
                    Case(name: "profile \(scale.rawValue), \(tag)") {
                        try ProfileFigure(
                            profiles: titled(
                                names, [1, 1e6, 1e-4].map { Samples.profile(steepness: $0) }
                            ).map { ($0.title, $0.result) }, scale: scale, width: width)
                    })
            }
            for (style, top) in zip(SpectrumFigure.Style.allCases, [4e7, 2e-6, 300.0]) {
                cases.append(
                    Case(name: "spectrum \(style.rawValue) to \(top), \(tag)") {
                        try SpectrumFigure(
                            spectra: titled(
                                names, [1, 0.3, 0.1].map { Samples.spectrum(top: $0 * top) }),
                            style: style, width: width)
                    })
            }
            let lesions = [
                Samples.lesion([.convolution, .subsampling, .attention, .mlp]),
                Samples.lesion([.convolution]), Samples.lesion([.attention, .mlp]),
            ]
            cases.append(
                Case(name: "lesion, \(tag)") {
                    try LesionFigure(studies: titled(names, lesions), width: width)
                })
            cases.append(
                Case(name: "eigenvalues, \(tag)") {
                    try EigenvalueFigure(
                        results: titled(names, [3, 10, 40].map { Samples.eigenvalues($0) }),
                        width: width)
                })
            let scales = Array([1, 1e7, 3e-6].prefix(count))
            var request = FigureRequest()
            request.width = width
            cases += [
                Case(name: "density, \(tag)") { [request] in
                    try CurveFigure(.density, titled(names, scales.map(Samples.density)), request)
                },
                Case(name: "trace, \(tag)") { [request] in
                    try CurveFigure(.trace, titled(names, scales.map(Samples.trace)), request)
                },
                Case(name: "blocks, \(tag)") { [request] in
                    try CurveFigure(.blocks, titled(names, scales.map(Samples.blocks)), request)
                },
                Case(name: "minibatch bias, \(tag)") { [request] in
                    try CurveFigure(
                        .minibatchBias, titled(names, scales.map(Samples.bias)), request)
                },
                Case(name: "sharpness, \(tag)") { [request] in
                    try CurveFigure(
                        .sharpness, titled(names, scales.map(Samples.sharpness)), request)
                },
            ]
            cases.append(
                Case(name: "corruptions, \(tag)") {
                    var request = FigureRequest()
                    request.width = width
                    return try CorruptionFigure(
                        titled(
                            names, [true, false, true].map { try Samples.corruptions(extras: $0) }),
                        request)
                })
            for interval in [CurveStatement.Interval.bars, .band] {
                cases.append(
                    Case(name: "curves \(interval), \(tag)") {
                        var request = FigureRequest()
                        request.width = width
                        return try CurveFigure(
                            Samples.curves(interval), titled(names, lesions), request)
                    })
            }
            let asked = request
            cases += [
                Case(name: "fourier, \(tag)") {
                    try FamilyFigure.fourier(
                        titled(names, [2, 1, 12].map { try Samples.fourier(depth: $0) }), asked)
                },
                Case(name: "oversmoothing, \(tag)") {
                    try OversmoothingFigure(
                        titled(names, [2, 1, 12].map { try Samples.oversmoothing(depth: $0) }),
                        asked)
                },
                Case(name: "variance, \(tag)") {
                    try CurveFigure(
                        .variance, titled(names, [2, 1, 12].map { try Samples.variance(depth: $0) }),
                        asked)
                },
                Case(name: "calibration, \(tag)") {
                    try CurveFigure(
                        .calibration, titled(names, [10, 3, 40].map { try Samples.calibration($0) }),
                        asked)
                },
                Case(name: "similarity, \(tag)") {
                    try SimilarityFigure(
                        titled(
                            names,
                            [(["network"], 2), (names + ["other"], 12), (["network"], 30)].map {
                                try Samples.similarity(
                                    $0.0.prefix(2).map(FigureTitle.short), depth: $0.1)
                            }), asked)
                },
            ]
            if width == .page {
                for style in LandscapeOptions.Style.allCases {
                    cases.append(
                        Case(name: "overview \(style.rawValue), \(tag)") {
                            try OverviewFigure(
                                landscape: landscapes(names, width) { $0.style = style },
                                below: [
                                    SpectrumFigure(
                                        spectra: titled(
                                            names, [300, 90, 30].map { Samples.spectrum(top: $0) })
                                    ), LesionFigure(studies: titled(names, lesions)),
                                    EigenvalueFigure(
                                        results: titled(
                                            names, [3, 10, 40].map { Samples.eigenvalues($0) })),
                                ])
                        })
                }
            }
            return cases
        }
    }
}

@Suite("No text is cut or lies on another")
struct LayoutTests {
    /// The font of the figures, where this machine has it.
    static let font = try? FontFile(named: FontMetrics.family)

    @Test func widthsAreThoseOfTheFont() throws {
        let font = try #require(Self.font, "needs fc-match and \(FontMetrics.family)")
        for value in Array(0x20..<0x7f) + "×−…·λΣ‖²³¹⁰⁴⁵⁶⁷⁸⁹⁻–—".unicodeScalars.map({ Int($0.value) }) {
            let scalar = try #require(Unicode.Scalar(value))
            #expect(FontMetrics.advance(Character(scalar)) == font.advance(scalar), "\(scalar)")
        }
        // What the table lacks is not wider than is taken for it.
        for scalar in "ßøœŁΩжф∇≤→°€™".unicodeScalars {
            let advance = try #require(font.advance(scalar))
            #expect(FontMetrics.advance(Character(scalar)) >= advance, "\(scalar)")
        }
        #expect(FontMetrics.advance("é") == FontMetrics.advance("e"))
    }

    @Test(arguments: table.indices) func ofTheTable(index: Int) throws {
        let font = try #require(Self.font, "needs fc-match and \(FontMetrics.family)")
        let entry = table[index]
        let figure = try entry.make()
        let script = try figure.script(named: "figure")
        let folder = NSTemporaryDirectory() + "saddle-layout-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Pixels are looked at where names are endless: what is too wide meets the edge there.
        let formats: [ImageFormat] = entry.name.hasSuffix("2, endless") ? [.svg, .png] : [.svg]
        let product = try FigureRenderer().render(
            script: script, to: formats, basePath: folder + "/figure")
        #expect(product.warnings == [], "\(entry.name)")
        let svg = try String(contentsOfFile: folder + "/figure.svg", encoding: .utf8)
        let page = try PageTexts(svg: svg) { font.advance($0) ?? 1 }
        #expect(page.texts.count > 8, "\(entry.name)")
        #expect(page.faults(on: bars(script, page)) == [], "\(entry.name)")
        if formats.contains(.png) {
            let png = try Data(contentsOf: URL(fileURLWithPath: folder + "/figure.png"))
            #expect(try !inkAtTheEdge(png), "\(entry.name)")
        }
    }

    /// The rectangles of colour bars in a script.
    private func bars(_ script: String, _ page: PageTexts) -> [Frame] {
        script.matches(
            of: #/user origin screen ([\d.]+),([\d.]+) size screen ([\d.]+),([\d.]+)/#
        ).compactMap { match in
            guard let x = Double(match.1), let y = Double(match.2), let w = Double(match.3),
                let h = Double(match.4)
            else { return nil }
            return Frame(
                left: x * page.width, bottom: y * page.height, right: (x + w) * page.width,
                top: (y + h) * page.height)
        }
    }

    /// The test sees what it is to see.
    @Test func faultsAreFound() throws {
        let svg = """
            <svg viewBox="0 0 200 100">
            <g transform="translate(10,20)" font-family="A" font-size="10.0"  text-anchor="start">
            <text>one text</text></g>
            <g transform="translate(30,22)" font-family="A" font-size="10.0"  text-anchor="start">
            <text>another</text></g>
            <g transform="translate(198,80)" font-family="A" font-size="10.0"  text-anchor="middle">
            <text>cut</text></g>
            """
        let faults = try PageTexts(svg: svg) { _ in 0.5 }.faults()
        #expect(faults.count == 2)
        #expect(faults.contains { $0.hasPrefix("cut: cut") })
        #expect(faults.contains("overlap: one text | another"))
    }
}
