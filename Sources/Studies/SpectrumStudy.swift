import Execution
import Results
import Spectra

/// Max-eigenvalue spectra of one or several batch sizes: minibatches are items.
public struct SpectrumStudy: Study {
    /// One per batch size.
    public let measurements: [SpectrumMeasurement]
    private let hessian: (_ spectrum: Int, _ minibatch: Int) throws -> any SymmetricOperator
    /// How long the Krylov basis may be, where there is one.
    public internal(set) var basis: KrylovBasis?
    /// What tells the memory that is foreseen.
    var foresee: () throws -> MemoryForecast? = { nil }

    /// A study of spectra.
    ///
    /// - Parameters:
    ///   - measurements: one per batch size.
    ///   - hessian: the Hessian of NLL on a minibatch of the spectrum with the given number.
    public init(
        _ measurements: [SpectrumMeasurement],
        hessian: @escaping (_ spectrum: Int, _ minibatch: Int) throws -> any SymmetricOperator
    ) {
        self.measurements = measurements
        self.hessian = hessian
        header = SpectrumCollection(measurements.map(\.emptyResult))
    }

    public let header: SpectrumCollection

    public var itemCount: Int { measurements.reduce(0) { $0 + $1.minibatchCount } }

    public var valuesPerItem: Int {
        MinibatchSpectrum.rowLength(
            samples: measurements.map { $0.largest + $0.smallest }.max() ?? 0)
    }

    public var settings: [String: String] {
        measurements.reduce(into: [:]) { settings, measurement in
            settings["spectrum_batch_\(measurement.batchSize)"] =
                "\(measurement.minibatchCount) minibatches, preset \(measurement.preset.rawValue)"
                + ", \(measurement.largest) + \(measurement.smallest) eigenvalues, tolerance "
                + "\(measurement.tolerance), \(measurement.maximumProducts) products, l2 "
                + "\(measurement.l2), seed \(measurement.seed)"
            if measurement.method == .lanczos {
                settings[KrylovBasis.setting] = "\(measurement.basisLimit)"
            }
        }
    }

    public func memory() throws -> MemoryForecast? { try foresee() }

    public func measure(
        _ item: Int, after rows: [[Double]?]
    ) throws -> (values: [Double], note: String)? {
        let (spectrum, minibatch) = header.place(ofItem: item)
        let part = try measurements[spectrum].measure(minibatch, of: hessian(spectrum, minibatch))
        let highest = part.samples.map(\.value).max() ?? .nan
        return (part.row, "largest \(Readable.number(highest))")
    }
}
