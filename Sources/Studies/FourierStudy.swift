import Figures
import Networks
import Representations

extension Experiment {
    /// The study of the spectra of the network's feature maps.
    ///
    /// - Parameter form: which frequencies are taken.
    /// - Throws: `NetworkError` where the network has no feature map of several pixels;
    ///   `ObjectiveError`.
    public func fourier(
        _ form: HalfDiagonal.Form = .diagonal
    ) throws -> ExampleStudy<FourierResult> {
        let units = try featureUnits()
        return try study(
            FourierResult(
                units: units, form: form, exampleCount: examples.count,
                batchSize: examples.options.batchSize, seed: seed),
            subject: "spectra of feature maps along the \(form.rawValue)",
            DiagonalSpectrum(form: form), of: units)
    }
}

extension Analysis {
    static let fourier = measured(FourierResult.self) { try FamilyFigure.fourier($0, $1) }
}
