import Landscapes

extension LandscapeFigure {
    public var notebook: NotebookCells? {
        NotebookCells(
            reading: metric.pythonReading(
                subtractsMinimum: options.subtractsMinimum, isProfile: false),
            drawing: pythonDrawing)
    }

    /// Python that draws the maps side by side on one scale.
    private var pythonDrawing: String {
        let label = RecordNotebook.literal(metric.axisLabel)
        let opening = """
            low = min(np.nanmin(value) for _, _, value in results.values())
            high = max(np.nanmax(value) for _, _, value in results.values())
            scale = plt.Normalize(low, high)
            colours = plt.get_cmap("viridis")
            """
        let panels =
            switch options.style {
            case .surface: """
                figure, axes = plt.subplots(
                    1, len(results), figsize=(3.6 * len(results) + 1, 3.4), squeeze=False,
                    subplot_kw={"projection": "3d"})
                for panel, (name, (x, y, value)) in zip(axes[0], results.items()):
                    mesh_x, mesh_y = np.meshgrid(x, y)
                    panel.plot_surface(mesh_x, mesh_y, value, facecolors=colours(scale(value)),
                                       rcount=len(y), ccount=len(x), linewidth=0.1, shade=False)
                    panel.view_init(elev=15, azim=15)
                    panel.set_zlim(low, high)
                    panel.set(title=name, xlabel="direction 1", ylabel="direction 2")
                """
            case .contour: """
                figure, axes = plt.subplots(
                    1, len(results), figsize=(3 * len(results) + 1, 3), squeeze=False,
                    layout="constrained")
                for panel, (name, (x, y, value)) in zip(axes[0], results.items()):
                    if np.nanmin(value) < np.nanmax(value):
                        panel.contour(x, y, np.ma.masked_invalid(value), norm=scale,
                                      levels=np.linspace(low, high, 14), cmap=colours)
                    panel.plot(0, 0, "o", color="white", markeredgecolor="black")
                    panel.set(title=name, aspect="equal", xlabel="direction 1",
                              ylabel="direction 2")
                """
            case .heatMap: """
                figure, axes = plt.subplots(
                    1, len(results), figsize=(3 * len(results) + 1, 3), squeeze=False,
                    layout="constrained")
                for panel, (name, (x, y, value)) in zip(axes[0], results.items()):
                    panel.pcolormesh(x, y, np.ma.masked_invalid(value), norm=scale, cmap=colours,
                                     shading="nearest")
                    panel.set_facecolor("#e4e4e4")
                    panel.plot(0, 0, "o", color="white", markeredgecolor="black")
                    panel.set(title=name, aspect="equal", xlabel="direction 1",
                              ylabel="direction 2")
                """
            }
        let closing = """
            figure.colorbar(plt.cm.ScalarMappable(scale, colours), ax=axes, shrink=0.7,
                            label=\(label))
            plt.show()
            """
        return [opening, panels, closing].joined(separator: "\n")
    }
}

extension ProfileFigure {
    public var notebook: NotebookCells? {
        NotebookCells(
            reading: metric.pythonReading(subtractsMinimum: false, isProfile: true),
            drawing: pythonDrawing)
    }

    /// Python that draws loss and accuracy along one direction.
    private var pythonDrawing: String {
        """
        figure, axes = plt.subplots(1, 2, figsize=(6.8, 2.8), layout="constrained")
        for name, (x, value, accuracy) in results.items():
            axes[0].plot(x, value, "o-", markersize=3, label=name)
            axes[1].plot(x, accuracy, "o-", markersize=3, label=name)
        axes[0].set(xlabel="step", ylabel=\(RecordNotebook.literal(metric.axisLabel)))
        axes[1].set(xlabel="step", ylabel="accuracy")
        axes[0].legend(frameon=False)
        plt.show()
        """
    }
}

extension LandscapeMetric {
    /// Python that reads offsets and one metric of each file.
    func pythonReading(subtractsMinimum: Bool, isProfile: Bool) -> String {
        func dataset(_ metric: LandscapeMetric) -> String {
            "file[\"\(metric.rawValue)\"][...]"
        }
        let loss = dataset(.negativeLogLikelihood)
        let decay = "file[\"weight_decay\"][()]"
        let value =
            switch self {
            case .lossWithL2: "\(loss) + \(dataset(.l2))"
            case .lossPark2022: "\(loss) + \(decay) * \(dataset(.sumOfNorms))"
            default: dataset(self)
            }
        var lines = [
            "def read(path):",
            "    with h5py.File(path, \"r\") as file:",
            "        x = file[\"x\"][...]",
        ]
        if !isProfile {
            lines.append("        y = file[\"y\"][...]")
        }
        lines.append("        value = \(value)")
        if isProfile {
            lines.append("        accuracy = \(dataset(.accuracy))")
        }
        lines.append("    # What is not finite stays blank.")
        lines.append("    value = np.where(np.isfinite(value), value, np.nan)")
        if subtractsMinimum { lines.append("    value = value - np.nanmin(value)") }
        lines.append("    return " + (isProfile ? "x, value, accuracy" : "x, y, value"))
        lines += [
            "", "", "results = {name: read(path) for name, path in files.items()}",
            "for name, (\(isProfile ? "x, value, accuracy" : "x, y, value")) in results.items():",
            "    print(f\"{name}: {value.shape} points, smallest {np.nanmin(value):.4f}, \"",
            "          f\"largest {np.nanmax(value):.4f}, {np.isnan(value).sum()} blank\")",
        ]
        return lines.joined(separator: "\n")
    }
}
