import Records

/// The samples as HDF5 files, written as the program writes them.
enum StoredSamples {
    /// Writes the sample of a kind: `landscape`, `profile`, `spectrum` or `lesion`.
    static func write(_ kind: String, to path: String) throws {
        let description = RunDescription(model: "sample")
        switch kind {
        case "landscape":
            try LandscapeRecord.write(path, Samples.grid(holes: [3], missing: [20]), description)
        case "profile":
            try LandscapeRecord.write(path, Samples.profile(holes: [2]), description)
        case "spectrum":
            try SpectrumRecord.write(path, [Samples.spectrum()], description)
        default:
            try LesionRecord.write(
                path, Samples.lesion([.convolution, .subsampling, .attention, .mlp]), description)
        }
    }
}
