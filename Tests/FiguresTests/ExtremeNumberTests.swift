import Results
import Spectra
import Testing

@testable import Figures
@testable import Landscapes

/// Numbers that no measurement gives, but that a file can hold: they are refused where a result is
/// read, or drawn, and end the program in no case.
@Suite("Extreme numbers in stored results")
struct ExtremeNumberTests {
    private static let reals = [.nan, .infinity, -.infinity, 1e308, -1e308, Double.leastNonzeroMagnitude, 0, 1e100]
    private static let integers = [Int.max, Int.min, -1, 0]

    /// Copies of a record in which one field, axis or column has one extreme number.
    private func extremes(_ record: Record) -> [Record] {
        var found: [Record] = []
        func add(_ change: (inout Record) -> Void) {
            var copy = record
            change(&copy)
            found.append(copy)
        }
        for (place, field) in record.fields.enumerated() {
            let values: [StoredScalar] =
                switch field.value {
                case .real: Self.reals.map { .real($0) }
                case .integer: Self.integers.map { .integer($0) }
                case .text: [.text(String(repeating: "W", count: 60_000)), .text("")]
                case .flag: []
                }
            for value in values { add { $0.fields[place].value = value } }
        }
        for place in record.axes.indices {
            for value in Self.reals {
                add { $0.axes[place].start = value }
                add { $0.axes[place].end = value }
                add { $0.axes[place].coordinates[0] = value }
                add {
                    $0.axes[place].start = -value
                    $0.axes[place].end = value
                }
            }
        }
        for table in record.tables.indices {
            for column in record.tables[table].columns.indices {
                let count = record.tables[table].count
                let values: [ColumnValues] =
                    switch record.tables[table].columns[column].values {
                    case .reals: Self.reals.map { .reals(.init(repeating: $0, count: count)) }
                    case .integers:
                        Self.integers.map { .integers(.init(repeating: $0, count: count)) }
                    case .texts:
                        [.texts(.init(repeating: .init(repeating: "W", count: 60_000), count: count))]
                    case .flags: []
                    }
                for values in values {
                    add { $0.tables[table].columns[column].values = values }
                }
                // A column of another length than its table.
                add { record in
                    record.tables[table].columns[column].values = .reals([1])
                }
            }
        }
        for child in record.children.indices {
            for member in record.children[child].members.indices {
                for changed in extremes(record.children[child].members[member].record) {
                    add { $0.children[child].members[member].record = changed }
                }
            }
        }
        return found
    }

    /// Reads and draws all of them, and tells how many could be read.
    private func draw<Result: StoredResult>(
        _ result: Result, _ figure: ([TitledResult<Result>]) throws -> any Figure
    ) throws -> Int {
        var readable = 0
        for record in extremes(result.record) {
            guard let read = try? Result(record) else { continue }
            readable += 1
            _ = (read.finding, read.record)
            // Some have nothing to draw, which the figure says.
            _ = try? figure([("first", read), ("second", result)]).script(named: "figure")
        }
        return readable
    }

    @Test(arguments: LandscapeOptions.Style.allCases, AxisScale.allCases)
    func landscapes(_ style: LandscapeOptions.Style, _ scale: AxisScale) throws {
        var request = FigureRequest()
        request.landscape.style = style
        request.landscape.scale = scale
        let readable = try draw(Samples.grid(count: 3)) { try LandscapeFigure($0, request) }
        #expect(readable > 20)
    }

    @Test func profiles() throws {
        #expect(try draw(Samples.profile()) { try ProfileFigure($0, FigureRequest()) } > 20)
    }

    @Test func spectra() throws {
        let spectra = SpectrumCollection([Samples.spectrum(minibatchCount: 3)])
        #expect(try draw(spectra) { try SpectrumFigure($0, FigureRequest()) } > 20)
    }

    @Test func noRangeIsEmpty() throws {
        let least = Double.leastNonzeroMagnitude
        for values in [[least], [0, least], [-least, least], [least, 9 * least]] {
            let range = try #require(Axis.range(of: values, margin: 0.1))
            #expect(range.upperBound - range.lowerBound > Axis.least)
            #expect(Axis.range(of: values, scale: .logarithmic) == nil)
        }
    }

    @Test func lesions() throws {
        let lesion = Samples.lesion([.convolution, .attention])
        #expect(try draw(lesion) { try LesionFigure($0, FigureRequest()) } > 20)
    }

    @Test func offsetsThatAreNoneAreRefused() throws {
        let record = Samples.grid(count: 3).record
        for value in [Double.nan, .infinity, 1e308] {
            var changed = record
            changed.axes[0].start = -value
            #expect(throws: (any Error).self) { try LandscapeGrid(changed) }
        }
    }
}
