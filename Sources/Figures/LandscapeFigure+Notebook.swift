import Landscapes

extension LandscapeFigure {
    public var notebook: NotebookCells? {
        NotebookCells(
            reading: metric.pythonReading(
                subtractsMinimum: view.subtractsMinimum,
                ceiling: view.style == .heatMap ? view.ceiling : nil, isProfile: false),
            drawing: pythonDrawing)
    }

    /// Python that draws the maps side by side on one scale.
    private var pythonDrawing: String {
        let label = RecordNotebook.literal(valueAxis.label)
        let range = valueAxis.range
        let norm = view.scale == .logarithmic ? "LogNorm" : "Normalize"
        let stops = view.colourMap.stops.map { "\"\($0)\"" }
        let lines = stride(from: 0, to: stops.count, by: 8).map {
            stops[$0..<min($0 + 8, stops.count)].joined(separator: ", ")
        }
        let opening = """
            from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize

            # One range of values and one map of colours for all panels.
            low, high = \(range.lowerBound), \(range.upperBound)
            scale = \(norm)(low, high)
            colours = LinearSegmentedColormap.from_list("figure", [
                \(lines.joined(separator: ",\n    "))])
            """
        let panels =
            switch view.style {
            case .surface: surfacePanels
            case .contour: mapPanels(contourBody)
            case .heatMap:
                mapPanels(
                    """
                        panel.pcolormesh(x, y, np.ma.masked_invalid(value), norm=scale, cmap=colours,
                                         shading="nearest")
                        panel.set_facecolor("\(Colours.gap)")
                    """)
            }
        let closing = """
            bar = figure.colorbar(plt.cm.ScalarMappable(scale, colours), ax=axes, shrink=0.7,
                                  label=\(label))
            bar.minorticks_off()
            bar.set_ticks([\(valueAxis.ticks.map { "\($0.position)" }.joined(separator: ", "))])
            bar.ax.yaxis.set_major_formatter("{x:g}")
            figure.supxlabel(\(RecordNotebook.literal(axesLabel)), fontsize="medium")
            plt.show()
            """
        return [opening, panels, closing].joined(separator: "\n")
    }

    private var contourBody: String {
        // Each panel has levels of its own, as in the figure.
        let levels = panels.map { panel in
            let values = Set(contourLines(of: panel).pieces.map(\.level)).sorted()
            return "\(RecordNotebook.literal(panel.title)): "
                + "[\(values.map { "\($0)" }.joined(separator: ", "))]"
        }
        return """
                levels = {\(levels.joined(separator: ", "))}[name]
                if levels:
                    lines = panel.contour(x, y, np.ma.masked_invalid(value), norm=scale,
                                          levels=levels, cmap=colours)
                    panel.clabel(lines, fontsize="x-small", fmt="%g")
                at_x, at_y = np.meshgrid(x, y)
                measured = np.isfinite(value) & (value <= high)
                panel.scatter(at_x[measured], at_y[measured], c=value[measured], s=1, norm=scale,
                              cmap=colours, label="measured points")
            """
    }

    private func mapPanels(_ body: String) -> String {
        let path = panels.contains { !$0.path.isEmpty }
            ? """

                    with h5py.File(files[name], "r") as file:
                        if "path" in file:
                            panel.plot(file["path/path_x"][...], file["path/path_y"][...], "o-",
                                       color="black", markersize=3, label="checkpoints")
                """ : ""
        let centre = panels.contains { $0.centre != nil }
            ? """

                    panel.plot(0, 0, "o", color="white", markeredgecolor="black",
                               label="trained weights")
                    panel.legend(loc="upper right", fontsize="x-small")
                """ : ""
        return """
            figure, axes = plt.subplots(
                1, len(results), figsize=(3 * len(results) + 1, 3.4), squeeze=False,
                layout="constrained")
            for panel, (name, (x, y, value)) in zip(axes[0], results.items()):
            \(body)\(path)\(centre)
                panel.set(title=name, aspect="equal")
            """
    }

    /// matplotlib's surfaces cannot be cut and have no logarithmic axis: values are drawn up to
    /// the end of the range, and as logarithms with the numbers themselves beside them.
    private var surfacePanels: String {
        let isLogarithmic = view.scale == .logarithmic
        let ticks = valueAxis.ticks.map { "\($0.position)" }.joined(separator: ", ")
        return """
            height = \(isLogarithmic ? "np.log10" : "np.asarray")
            ticks = [\(ticks)]
            figure, axes = plt.subplots(
                1, len(results), figsize=(3.6 * len(results) + 1, 3.6), squeeze=False,
                subplot_kw={"projection": "3d"}, layout="constrained")
            for panel, (name, (x, y, value)) in zip(axes[0], results.items()):
                mesh_x, mesh_y = np.meshgrid(x, y)
                value = np.minimum(value, high)
                panel.plot_surface(mesh_x, mesh_y, height(value), facecolors=colours(scale(value)),
                                   rcount=len(y), ccount=len(x), linewidth=0.1,
                                   edgecolor="#202020", shade=False)
                panel.view_init(elev=\(view.elevation), azim=\(view.azimuth))
                panel.set_zlim(height(low), height(high))
                panel.set_zticks(height(ticks), [f"{tick:g}" for tick in ticks])
                panel.locator_params(axis="x", nbins=3)
                panel.locator_params(axis="y", nbins=3)
                panel.set(title=name, xlabel="x", ylabel="y")
            """
    }
}

extension ProfileFigure {
    public var notebook: NotebookCells? {
        NotebookCells(
            reading: metric.pythonReading(subtractsMinimum: false, ceiling: nil, isProfile: true),
            drawing: pythonDrawing)
    }

    /// Python that draws loss and accuracy along one direction.
    private var pythonDrawing: String {
        let marks = Self.marks.map { "\"\($0.python)\"" }.joined(separator: ", ")
        let faces = Self.marks.map { $0.gnuplot % 2 == 1 ? "None" : "\"none\"" }
            .joined(separator: ", ")
        let labels = verticalAxes.map { RecordNotebook.literal($0.label) }.joined(separator: ", ")
        let scales = verticalAxes.map { $0.scale == .logarithmic ? "\"log\"" : "\"linear\"" }
            .joined(separator: ", ")
        return """
            \(Colours.python)
            marks = [\(marks)]
            faces = [\(faces)]
            labels = [\(labels)]
            figure, axes = plt.subplots(1, len(labels), figsize=(6.8, 2.8), squeeze=False,
                                        layout="constrained")
            for column, (axis, label, scale) in enumerate(zip(axes[0], labels, [\(scales)])):
                for number, (name, (x, *values)) in enumerate(results.items()):
                    axis.plot(x, values[column], color=colours[number % 8],
                              linestyle=dashes[number % 8], marker=marks[number % 8], markersize=3,
                              markerfacecolor=faces[number % 8] or colours[number % 8],
                              label=name)
                axis.set(xlabel=\(RecordNotebook.literal(horizontalAxis.label)), ylabel=label,
                         yscale=scale)
            axes[0, 0].legend(frameon=False)
            plt.show()
            """
    }
}

extension LandscapeMetric {
    /// Python that reads offsets and one metric of each file.
    func pythonReading(
        subtractsMinimum: Bool, ceiling: Double?, isProfile: Bool
    ) -> String {
        func dataset(_ metric: LandscapeMetric) -> String {
            "file[\"\(metric.rawValue)\"][...]"
        }
        let loss = dataset(.negativeLogLikelihood)
        let decay = "file[\"l2\"][()]"
        let value =
            switch self {
            case .lossWithL2: "\(loss) + \(dataset(.l2Penalty))"
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
        if let ceiling {
            lines.append("    value = np.where(value <= \(ceiling), value, np.nan)")
        }
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
