import Lesions

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
        let styles = kinds.map {
            "\"\($0.rawValue)\": (\"\($0.legend)\", \"\($0.colour)\", \($0.pythonFill))"
        }
        return """
            # The name, the colour, whether it fills the bars, and the pattern of each kind.
            styles = {
                \(styles.joined(separator: ",\n    ")),
            }
            figure, axes = plt.subplots(
                len(results), 1, figsize=(6.8, 2.2 * len(results) + 0.6), squeeze=False, sharey=True,
                sharex=True, layout="constrained")
            handles = {}
            for panel, (name, (depth, kind, drop, lower, upper)) in zip(axes[:, 0], results.items()):
                gaps = np.diff(np.unique(depth))
                width = min(0.8 * (gaps.min() if gaps.size else 0.1), 0.06)
                for which, (text, colour, filled, hatch) in styles.items():
                    chosen = kind == which
                    if chosen.any():
                        handles[text] = panel.bar(
                            depth[chosen], drop[chosen], width, label=text, edgecolor=colour,
                            color=colour if filled else "white", hatch=hatch,
                            alpha=0.85 if filled else 1)
                panel.vlines(depth, lower, upper, color="black", linewidth=1)
                panel.axhline(np.nanmean(drop), color="black", linestyle="--", linewidth=0.8)
                panel.axhline(0, color="black", linewidth=0.6)
                panel.set_title(name)
            figure.legend(handles.values(), handles.keys(), loc="outside upper center",
                          frameon=False, ncols=4, fontsize="small")
            figure.supylabel(\(RecordNotebook.literal(verticalAxis.label)), fontsize="medium")
            axes[-1, 0].set_xlabel("normalised depth")
            plt.show()
            """
    }
}

extension LesionKind {
    /// Whether colour fills the bars, and the pattern on them, for matplotlib.
    var pythonFill: String {
        switch self {
        case .convolution: "True, \"\""
        case .attention: "False, \"//\""
        case .mlp: "False, \"xx\""
        case .subsampling: "False, \"\\\\\\\\\""
        }
    }
}
