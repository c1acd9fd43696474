extension LesionFigure {
    public var notebook: NotebookCells? {
        NotebookCells(reading: pythonReading, drawing: pythonDrawing)
    }

    /// Python that reads depth, kind and accuracy lost of each unit.
    private var pythonReading: String {
        """
        def read(path):
            with h5py.File(path, "r") as file:
                depth = file["depth"][...]
                kind = file["kind"].asstr()[...]
                drop = file["accuracy_drop"][...]
                lower = file["accuracy_drop_lower"][...]
                upper = file["accuracy_drop_upper"][...]
            return depth, kind, 100 * drop, 100 * lower, 100 * upper


        results = {name: read(path) for name, path in files.items()}
        for name, (depth, kind, drop, lower, upper) in results.items():
            print(f"{name}: {len(drop)} units, largest loss {np.nanmax(drop):.2f} points")
        """
    }

    /// Python that draws the bars, the kinds told apart by colour and pattern.
    private var pythonDrawing: String {
        """
        styles = {
            "convolution": ("#0072B2", ""),
            "attention": ("#D55E00", "//"),
            "mlp": ("#009E73", "xx"),
            "subsampling": ("#CC79A7", "\\\\\\\\"),
        }
        figure, axes = plt.subplots(
            len(results), 1, figsize=(6.8, 2.2 * len(results) + 0.6), squeeze=False, sharey=True,
            sharex=True, layout="constrained")
        for panel, (name, (depth, kind, drop, lower, upper)) in zip(axes[:, 0], results.items()):
            gaps = np.diff(np.unique(depth))
            width = min(0.8 * (gaps.min() if gaps.size else 0.1), 0.06)
            for which, (colour, hatch) in styles.items():
                chosen = kind == which
                if chosen.any():
                    panel.bar(depth[chosen], drop[chosen], width, label=which, color="white",
                              edgecolor=colour, hatch=hatch)
            panel.vlines(depth, lower, upper, color="black", linewidth=1)
            panel.axhline(np.mean(drop), color="black", linestyle="--", linewidth=0.8)
            panel.axhline(0, color="black", linewidth=0.6)
            panel.set(title=name, ylabel="accuracy lost\\n(percentage points)")
            panel.legend(frameon=False, ncols=4, fontsize="small")
        axes[-1, 0].set_xlabel("normalised depth")
        plt.show()
        """
    }
}
