extension SpectrumFigure {
    public var notebook: NotebookCells? {
        NotebookCells(reading: pythonReading, drawing: pythonDrawing)
    }

    /// Python that reads the converged eigenvalues of each file.
    private var pythonReading: String {
        let suffix = withL2 ? "_l2" : ""
        return """
            def read(path):
                with h5py.File(path, "r") as file:
                    samples = file["spectra/batch_\(batchSize)"]
                    value = samples["eigenvalue\(suffix)"][...]
                    converged = samples["converged\(suffix)"][...].astype(bool)
                    pooled = samples["pooled\(suffix)"][...].astype(bool)
                return value[pooled], converged[pooled]


            results = {name: read(path) for name, path in files.items()}
            for name, (value, converged) in results.items():
                kept = value[converged]
                positive = kept[kept >= 0]
                print(f"{name}: {kept.size} eigenvalues, {np.sum(~converged)} not converged, "
                      f"NEP {np.mean(kept < 0):.3f}, "
                      f"APE {positive.mean() if positive.size else np.nan:.4g}")
            """
    }

    /// Python that draws densities and counts, the two signs on axes of their own.
    private var pythonDrawing: String {
        """
        def density(samples, places, share):
            # Gaussian kernels by Silverman's rule, reflected at 0.
            if samples.size == 0:
                return np.zeros_like(places)
            quartiles = np.percentile(samples, [25, 75])
            spreads = [np.std(samples, ddof=1) if samples.size > 1 else 0,
                       (quartiles[1] - quartiles[0]) / 1.34]
            fallback = 0.05 * np.abs(samples).max()
            spread = min([s for s in spreads if s > 1e-9 * fallback], default=fallback)
            width = 0.9 * spread * samples.size ** -0.2 if samples.size > 1 else fallback
            near = (places[:, None] - samples) / width
            mirrored = (places[:, None] + samples) / width
            kernels = np.exp(-near ** 2 / 2) + np.exp(-mirrored ** 2 / 2)
            return share * kernels.sum(axis=1) / (samples.size * width * np.sqrt(2 * np.pi))


        kept = {name: value[converged] for name, (value, converged) in results.items()}
        everything = np.concatenate(list(kept.values()))
        low, high = min(everything.min(), 0) * 1.08, max(everything.max(), 0) * 1.08
        sides = [(low or -high / 8, 0), (0, high or -low)]
        figure, axes = plt.subplots(2, 2, figsize=(6.8, 4.6), width_ratios=[1, 2],
                                    layout="constrained")
        for column, (left, right) in enumerate(sides):
            places = np.linspace(left, right, 200)
            for name, value in kept.items():
                side = value[value < 0] if column == 0 else value[value >= 0]
                share = side.size / max(value.size, 1)
                axes[0, column].plot(places, density(side, places, share), label=name)
                axes[1, column].hist(side, bins=24, range=(left, right), histtype="step")
            axes[0, column].set_ylim(bottom=0)
            axes[1, column].set_yscale("log")
            axes[1, column].set_ylim(bottom=0.5)
            axes[1, column].set_xlabel("eigenvalue λ (loss / weight²)")
        axes[0, 0].set_ylabel("density")
        axes[1, 0].set_ylabel("count")
        axes[0, 1].legend(frameon=False)
        plt.show()
        """
    }
}
