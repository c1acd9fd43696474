extension SpectrumFigure {
    public var notebook: NotebookCells? {
        NotebookCells(reading: pythonReading, drawing: pythonDrawing)
    }

    /// Python that reads the converged eigenvalues of each file.
    private var pythonReading: String {
        let suffix = withL2 ? "_l2" : ""
        let parts = series.map {
            "    (\(RecordNotebook.literal($0.source)), \($0.batchSize), "
                + "\(RecordNotebook.literal($0.title))),"
        }
        return """
            # The result, the size of its minibatches and the name in the figure.
            series = [
            \(parts.joined(separator: "\n"))
            ]


            def read(path, size):
                with h5py.File(path, "r") as file:
                    samples = file[f"spectra/batch_{size}"]
                    value = samples["eigenvalue\(suffix)"][...]
                    converged = samples["converged\(suffix)"][...].astype(bool)
                    pooled = samples["pooled\(suffix)"][...].astype(bool)
                return value[pooled], converged[pooled]


            results = {name: read(files[source], size) for source, size, name in series}
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
        low, high = \(negativeRange.lowerBound), \(positiveRange.upperBound)
        \(Colours.python)
        figure, axes = plt.subplots(2, 2, figsize=(6.8, 4.6), width_ratios=[1, 2],
                                    layout="constrained")
        for column, (left, right) in enumerate([(low, 0), (0, high)]):
            places = np.linspace(left, right, 200)
            for number, (name, value) in enumerate(kept.items()):
                look = {"color": colours[number % 8], "linestyle": dashes[number % 8]}
                side = value[value < 0] if column == 0 else value[value >= 0]
                heights = density(side, places, side.size / max(value.size, 1))
                axes[0, column].plot(places, heights, label=name, **look)
                axes[0, column].fill_between(places, heights, color=look["color"], alpha=0.18,
                                             linewidth=0)
                counts, edges = np.histogram(side, bins=24, range=(left, right))
                axes[1, column].stairs(np.maximum(counts, 0.5), edges, baseline=0.5, **look)
            axes[0, column].set_ylim(bottom=0)
            axes[1, column].set_yscale("log")
            axes[1, column].set_ylim(0.5, None)
            for axis in axes[:, column]:
                axis.set_xlim(left, right)
                axis.locator_params(axis="x", nbins=3 + 2 * column)
            axes[1, column].set_xlabel("eigenvalue λ (loss / weight²)" if column else "λ")
        axes[1, 0].sharey(axes[1, 1])
        axes[0, 0].set_ylabel("density")
        axes[1, 0].set_ylabel("count")
        axes[0, 1].legend(frameon=False)
        plt.show()
        """
    }
}
