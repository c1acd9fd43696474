extension CurveFigure {
    public var notebook: NotebookCells? {
        NotebookCells(reading: pythonReading, drawing: pythonDrawing)
    }

    /// The path of a data set of the table.
    private func path(_ column: String) -> String {
        let groups = statement.table.split(separator: "/").dropLast()
        return RecordNotebook.literal((groups.map(String.init) + [column]).joined(separator: "/"))
    }

    private var pythonReading: String {
        let columns = statement.panels.map { path($0.column) }.joined(separator: ", ")
        let kinds = statement.kind.map { "file[\(path($0))].asstr()[...]" } ?? "np.zeros(x.size)"
        return """
            def numbers(file, name):
                if name not in file:
                    return None
                values = file[name]
                return values[...] * (100 if values.attrs["unit"] == "share" else 1)


            def read(path):
                with h5py.File(path, "r") as file:
                    x = numbers(file, \(path(statement.abscissa)))
                    kind = \(kinds)
                    # Each column with the lower and the upper end of its interval.
                    panels = [[numbers(file, name + end) for end in ("", "_lower", "_upper")]
                              for name in [\(columns)]]
                order = np.argsort(x, kind="stable")
                panels = [[part if part is None else part[order] for part in panel]
                          for panel in panels]
                return x[order], kind[order], panels


            results = {name: read(path) for name, path in files.items()}
            for name, (x, kind, panels) in results.items():
                print(f"{name}: {x.size} points")
            """
    }

    private var pythonDrawing: String {
        let vertical = labels.vertical.map(RecordNotebook.literal).joined(separator: ", ")
        let floors = statement.panels
            .map { $0.decades.isFinite ? "1e-\(Int($0.decades))" : "0" }.joined(separator: ", ")
        let follows = statement.linesFollowKinds ? "True" : "False"
        let marked = statement.hasMarks ? "True" : "False"
        let scales = statement.panels
            .map { $0.scale == .logarithmic ? "\"log\"" : "\"linear\"" }.joined(separator: ", ")
        let identities = statement.panels.map { $0.showsIdentity ? "True" : "False" }
            .joined(separator: ", ")
        let bars = statement.panels.map { $0.hasBars ? "True" : "False" }.joined(separator: ", ")
        let marks = Self.marks.map { "\"\($0.python)\"" }.joined(separator: ", ")
        let interval =
            switch statement.interval {
            case .bars: """
                        if lower is not None and upper is not None:
                            axis.vlines(x[chosen], lower[chosen], upper[chosen], color=colour,
                                        linewidth=0.8)
                """
            case .band: """
                        if lower is not None and upper is not None and which == names[0]:
                            axis.fill_between(x, lower, upper, color=line, alpha=0.18)
                """
            }
        return """
            \(Colours.python)
            marks = [\(marks)]
            names = list(dict.fromkeys(k for _, kind, _ in results.values() for k in kind))
            several = len(results) > 1
            labels = [\(vertical)]
            figure, axes = plt.subplots(
                len(labels), 1, figsize=(6.8, 2.2 * len(labels) + 0.6), squeeze=False, sharex=True,
                layout="constrained")
            follows_kinds, marked = \(follows), \(marked)
            for row, (axis, label, scale, floor, identity, bars) in enumerate(
                    zip(axes[:, 0], labels, [\(scales)], [\(floors)], [\(identities)],
                        [\(bars)])):
                if identity:
                    axis.axline((0, 0), slope=1, color="\(Colours.faint)", linestyle="--")
                top = 0
                for number, (name, (x, kind, panels)) in enumerate(results.items()):
                    y, lower, upper = panels[row]
                    top = max([top, *y[np.isfinite(y)]])
                    line = colours[number % 8] if several or len(names) < 2 else "#c8c8c8"
                    if bars:
                        axis.vlines(x, 0, y, color=line, linewidth=5, alpha=0.5)
                    elif not follows_kinds:
                        axis.plot(x, y, color=line, linestyle=dashes[number % 8], linewidth=1,
                                  label=name if several and row == 0 else None)
                    for place, which in enumerate(names):
                        chosen = kind == which
                        colour = colours[(number if several else place) % 8]
                        if follows_kinds:
                            axis.plot(x[chosen], y[chosen], color=colour, linewidth=1,
                                      linestyle=dashes[number % 8 if several else 0],
                                      label=name if several and row == place == 0 else None)
            \(interval)
                        if not marked:
                            continue
                        axis.plot(x[chosen], y[chosen], marks[place % 8], color=colour,
                                  markersize=4,
                                  label=which if isinstance(which, str) and number == row == 0
                                  else None)
                axis.set_ylabel(label)
                axis.set_yscale(scale)
                if floor > 0:
                    axis.set_ylim(bottom=top * floor)
            axes[-1, 0].set_xscale("\(statement.abscissaScale == .logarithmic ? "log" : "linear")")
            axes[-1, 0].set_xlabel(\(RecordNotebook.literal(labels.horizontal)))
            if several or len(names) > 1:
                axes[0, 0].legend(frameon=False, ncols=4, fontsize="small")
            plt.show()
            """
    }
}
