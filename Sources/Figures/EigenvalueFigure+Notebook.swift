extension EigenvalueFigure {
    public var notebook: NotebookCells? {
        NotebookCells(reading: pythonReading, drawing: pythonDrawing)
    }

    private var pythonReading: String {
        """
        def read(path):
            with h5py.File(path, "r") as file:
                value = file["eigenvalue"][...]
                residual = file["residual"][...]
                converged = file["converged"][...].astype(bool)
                end = file["end"].asstr()[...]
                # A pair has converged when its residual is at most this.
                bound = file["residual_bound"][...]
            return value, residual, converged, end, bound


        results = {name: read(path) for name, path in files.items()}
        for name, (value, residual, converged, end, bound) in results.items():
            print(f"{name}: {value.size} eigenvalues from {value.min():.4g} to {value.max():.4g}, "
                  f"{np.sum(~converged)} not converged")
        """
    }

    private var pythonDrawing: String {
        let marks = ends.map {
            "\(RecordNotebook.literal($0.rawValue)): "
                + "(\"\(Self.marks($0).python)\", \(RecordNotebook.literal(Self.name($0))))"
        }.joined(separator: ", ")
        return """
            \(Colours.python)
            marks = {\(marks)}
            figure, (top, bottom) = plt.subplots(
                2, 1, figsize=(6.8, 5), height_ratios=[3, 2], sharex=True, layout="constrained")
            step = 0.6 / len(results)
            handles = []
            for number, (name, (value, residual, converged, end, bound)) in enumerate(results.items()):
                place = np.arange(value.size) + step * (number - (len(results) - 1) / 2)
                colour = colours[number % len(colours)]
                handles.append(plt.Line2D([], [], color=colour, label=name))
                top.vlines(place, 0, value, color=colour, linewidth=1)
                top.errorbar(place, value, yerr=residual, fmt="none", ecolor=colour, capsize=2,
                             elinewidth=0.8)
                bottom.hlines(bound, place - 0.2, place + 0.2, color="\(Colours.faint)")
                bottom.vlines(place, min(residual.min(), bound.min()) / 2, residual, color=colour,
                              linewidth=1)
                for axis, height in [(top, value), (bottom, residual)]:
                    for which, (mark, _) in marks.items():
                        for face, chosen in [(colour, converged), ("none", ~converged)]:
                            chosen = chosen & (end == which)
                            axis.plot(place[chosen], height[chosen], mark, color=colour,
                                      markerfacecolor=face, markersize=4)
            handles += [plt.Line2D([], [], color="black", marker=mark, linestyle="none", label=text)
                        for mark, text in marks.values()]
            top.axhline(0, color="black", linewidth=0.6)
            top.set_ylabel(\(RecordNotebook.literal(valueAxis.label)))
            bottom.set(yscale="log", ylabel=\(RecordNotebook.literal(residualAxis.label)),
                       xlabel=\(RecordNotebook.literal(numberAxis.label)))
            bottom.xaxis.get_major_locator().set_params(integer=True)
            top.legend(handles=handles, frameon=False, fontsize="small", ncols=4)
            plt.show()
            """
    }
}

extension Colours {
    /// Colours and dashes of series for matplotlib, as the figures have them.
    static var python: String {
        let list = categories.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            colours = [\(list)]
            dashes = ["-", "--", ":", "-.", (0, (8, 3)), (0, (8, 3, 1, 3)), (0, (1, 1, 1, 1, 4, 2)),
                      (0, (8, 2, 8, 2, 1, 2))]
            """
    }
}
