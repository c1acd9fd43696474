import Networks
import Randomness
import Results

extension HalfDiagonal.Form: StoredLabel {}

/// The log amplitude of a unit's feature map at its highest frequency.
public struct UnitAmplitude: Fillable, Codable, Hashable {
    /// The unit.
    public var place = UnitPlace()
    /// Relative to frequency 0.
    public var high = Estimate()

    public init() {}
}

/// The log amplitude of a unit's feature map at one frequency.
public struct FrequencyAmplitude: Fillable, Codable, Hashable {
    /// The unit's name.
    public var unit = ""
    /// The unit's normalised depth.
    public var depth = 0.0
    /// Along the half diagonal, in units of π.
    public var frequency = 0.0
    /// Relative to frequency 0.
    public var amplitude = Estimate()

    public init() {}
}

/// The spectra of feature maps, unit by unit: self-attentions are low-pass filters, convolutions
/// high-pass filters.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figures 2a and 8.
public struct FourierResult: Sendable, Codable, Hashable {
    public var exampleCount = 0
    public var measuredCount = 0
    public var batchSize = 1
    public var seed: UInt64 = 0
    /// Which frequencies were taken.
    public var form = HalfDiagonal.Form.diagonal
    /// The units in the order of computation.
    public var units: [UnitAmplitude] = []
    /// All frequencies of the first unit, then those of the next.
    public var spectra: [FrequencyAmplitude] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    public init(
        units: [UnitDescription], form: HalfDiagonal.Form, exampleCount: Int, batchSize: Int,
        seed: UInt64 = 0
    ) {
        self.form = form
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.seed = seed
        for place in UnitPlace.all(units) {
            var unit = UnitAmplitude()
            unit.place = place
            self.units.append(unit)
            let diagonal = HalfDiagonal(height: place.height, width: place.width, form: form)
            for position in diagonal.positions {
                var point = FrequencyAmplitude()
                (point.unit, point.depth, point.frequency) = (place.name, place.depth, position)
                spectra.append(point)
            }
        }
    }
}

extension FourierResult: ExampleResult {
    public static let kind = "fourier"

    public var finding: String {
        guard measuredCount > 0, let first = units.first, let last = units.last else {
            return "nothing measured"
        }
        func said(_ unit: UnitAmplitude) -> String {
            "\(Readable.number(unit.high.value)) after \(unit.place.name)"
        }
        return "Δ log amplitude \(said(first)), \(said(last))"
    }

    public static var schema: Schema<FourierResult> {
        counts
            + Schema(
                .field("form", \.form, "which frequencies are the half diagonal"),
                .table(
                    "units", axis: "unit", \.units,
                    UnitPlace.columns(\.place) + [
                        .column(
                            "delta_log_amplitude", \.high, unit: .one,
                            "log amplitude at the highest frequency of the half diagonal minus that"
                                + " at frequency 0, mean over channels and examples")
                    ]),
                .table(
                    "spectra", axis: "frequency", \.spectra,
                    [
                        .column("spectrum_unit", \.unit, "name of the unit"),
                        .column(
                            "spectrum_depth", \.depth, unit: .one,
                            "normalised depth of the unit, 0 to 1"),
                        .column(
                            "frequency", \.frequency, unit: StoredUnit("π"),
                            "place along the half diagonal of the spectrum"),
                        .column(
                            "log_amplitude", \.amplitude, unit: .one,
                            "log amplitude minus that at frequency 0, mean over channels and"
                                + " examples"),
                    ]))
    }

    /// The log amplitudes of all frequencies of all units.
    public var numbersPerExample: Int { spectra.count }

    public mutating func take(_ examples: [[Double]]) {
        for (index, mean) in means(of: examples).enumerated() { spectra[index].amplitude = mean }
        var end = 0
        for index in units.indices {
            let place = units[index].place
            end += HalfDiagonal(height: place.height, width: place.width, form: form)
                .positions.count
            units[index].high = spectra[end - 1].amplitude
        }
    }
}
