extension SimilarityFigure {
    public var notebook: NotebookCells? {
        NotebookCells(
            reading: """
                def read(path):
                    with h5py.File(path, "r") as file:
                        network = file["network"].asstr()[...]
                        unit = file["unit"].asstr()[...]
                        cka = file["cka"][...].reshape(unit.size, unit.size)
                        joins = [file[name][...]
                                 for name in ("first_cluster", "second_cluster", "distance")]
                    return network, unit, cka, list(zip(*joins))


                results = {name: read(path) for name, path in files.items()}
                for name, (network, unit, cka, joins) in results.items():
                    print(f"{name}: {unit.size} units, CKA from {np.nanmin(cka):.3f} to "
                          f"{np.nanmax(cka):.3f}")
                """,
            drawing: """
                def leaves(cluster, count, joins):
                    if cluster < count:
                        return [int(cluster)]
                    first, second, _ = joins[int(cluster) - count]
                    return leaves(first, count, joins) + leaves(second, count, joins)


                figure, axes = plt.subplots(len(results), 2, figsize=(9, 4.5 * len(results)),
                                            squeeze=False, layout="constrained")
                for (map_axis, tree), (name, (network, unit, cka, joins)) in zip(
                        axes, results.items()):
                    image = map_axis.imshow(cka, origin="lower", vmin=min(0, np.nanmin(cka)), vmax=1)
                    figure.colorbar(image, ax=map_axis, label="CKA")
                    for border in np.flatnonzero(network[1:] != network[:-1]):
                        map_axis.axhline(border + 0.5, color="white")
                        map_axis.axvline(border + 0.5, color="white")
                    map_axis.set(title=name, xlabel="unit", ylabel="unit")
                    count = unit.size
                    order = leaves(count + len(joins) - 1, count, joins)
                    place = dict(zip(order, range(count)))
                    distance = dict.fromkeys(order, 0.0)
                    for number, (first, second, height) in enumerate(joins):
                        a, b = place[first], place[second]
                        tree.plot([distance[first], height, height, distance[second]],
                                  [a, a, b, b], color="black", linewidth=0.8)
                        place[count + number], distance[count + number] = (a + b) / 2, height
                    tree.set_yticks(range(count), [unit[leaf] for leaf in order], fontsize=5)
                    tree.invert_yaxis()
                    tree.set_xlabel("1 − CKA")
                plt.show()
                """)
    }
}
