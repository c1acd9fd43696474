import Results

/// How similar units are: a map of all pairs, and below it the tree that joins the most similar.
///
/// - Source: Park & Kim 2022 (arXiv 2202.06709), Figure 10 and appendix D.
public struct SimilarityFigure: Figure {
    /// One result: its units, in the order of the map, and the joins of its tree.
    struct Panel: Sendable {
        var title: String
        var networks: [String]
        var names: [String]
        /// Row by row.
        var similarity: [Double]
        var joins: [Join]
    }

    /// Two clusters that are joined; units have the numbers from 0, joins those after.
    struct Join: Sendable {
        var first: Int
        var second: Int
        var distance: Double
    }

    public let title: String
    public let notes: [String]
    public let width: FigureWidth
    let panels: [Panel]
    let valueAxis: Axis

    /// A figure of one or more results, one below the other.
    ///
    /// - Throws: `FigureError` where a table is missing or no pair has been measured.
    public init<Result: StoredResult>(
        _ results: [TitledResult<Result>], _ request: FigureRequest
    ) throws {
        panels = try results.map { try Panel($0.result.record, title: $0.title) }
        width = request.width ?? .column
        let values = panels.flatMap(\.similarity)
        guard let range = Axis.range(of: values + [0, 1]), values.contains(where: \.isFinite) else {
            throw FigureError.nothingToDraw(
                figure: "similarity", reason: "no pair of units has been measured",
                remedy: "finish the study, or check the files with `saddle inspect`")
        }
        valueAxis = Axis(range: range, label: "CKA", tickCount: 4)
        title = "Similarity of units of \(panels.map(\.title).joined(separator: ", "))"
        notes = [
            "CKA of minibatches; below, units joined by average linkage of 1 − CKA."
        ] + (panels.contains { $0.isOfTwo } ? ["Lines part the two networks."] : [])
    }

    public var options: Set<FigureOption> { [.width] }

    // MARK: Layout

    private static let bar = 7.0
    private static let gap = 10.0
    private var head: Double { panels.count > 1 ? Lettering.Size.title + 7 : 5 }

    private func unitAxis(_ panel: Panel) -> Axis {
        Axis(
            range: -0.5...(Double(panel.names.count) - 0.5), label: panel.isOfTwo ? "units" : "unit",
            tickCount: 5)
    }

    private var right: Double {
        9 + Self.bar + 4 + valueAxis.tickWidth + Drawing.labelRoom(["CKA"]) + 3
    }

    private func left(_ panel: Panel) -> Double {
        Drawing.room(left: unitAxis(panel), length: 100) + 3
    }

    private func side(_ panel: Panel, _ width: Double) -> Double {
        min(max(width - left(panel) - right, 60), 230)
    }

    private func foot(_ axis: Axis, _ length: Double) -> Double {
        Drawing.room(below: axis, length: length) + 2
    }

    private func distanceAxis(_ panel: Panel) -> Axis {
        Axis(
            range: Axis.range(of: panel.joins.map(\.distance) + [0], margin: 0.03) ?? 0...1,
            label: "1 − CKA", tickCount: 4)
    }

    private func height(_ panel: Panel, _ width: Double) -> Double {
        head + side(panel, width) + foot(unitAxis(panel), side(panel, width))
            + (panel.joins.isEmpty
                ? 0
                : legend(panel).height(width - 16) + Self.gap + panel.treeHeight
                    + foot(distanceAxis(panel), width))
    }

    public func contentHeight(width: Double) -> Double {
        panels.reduce(0) { $0 + height($1, width) } + Double(panels.count - 1) * Self.gap
    }

    /// The networks, where there are two.
    private func legend(_ panel: Panel) -> Legend {
        let networks = panel.isOfTwo ? panel.distinctNetworks : []
        return Legend(
            entries: networks.enumerated().map {
                ($1, .line(colour: Colours.category($0), dash: "solid"))
            })
    }

    // MARK: Drawing

    public func draw(in frame: Frame, on drawing: inout Drawing) throws {
        drawing.add(ColourMap.viridis.command)
        drawing.add("set cbrange \(valueAxis.rangeList)")
        var top = frame.top
        for panel in panels {
            let side = side(panel, frame.width)
            let left = frame.left + left(panel)
            let map = Frame(left: left, bottom: top - head - side, right: left + side, top: top - head)
            drawMap(panel, in: map, on: &drawing)
            let below = map.bottom - foot(unitAxis(panel), side)
            drawing.add("unset colorbox")
            if !panel.joins.isEmpty {
                drawTree(
                    panel, in: Frame(left: frame.left, bottom: frame.bottom, right: frame.right, top: below),
                    on: &drawing)
            }
            top -= height(panel, frame.width) + Self.gap
        }
    }

    private func drawMap(_ panel: Panel, in frame: Frame, on drawing: inout Drawing) {
        let count = panel.names.count
        let data = drawing.block(
            "similarity", comment: "\(panel.title): unit, unit, CKA; NaN is a gap".oneLine,
            rows: (0..<count).flatMap { row in
                (0..<count).map { column in
                    "\(column) \(row) " + Numerals.datum(panel.similarity[row * count + column])
                }
            })
        drawBar(beside: frame, on: &drawing)
        drawing.add("cells = format eq 'svg' ? 'image pixels' : 'image'")
        drawing.openPanel(
            frame, horizontal: unitAxis(panel), vertical: unitAxis(panel),
            title: panels.count > 1 ? panel.title : "")
        drawing.add(
            "set object rectangle from graph 0,0 to graph 1,1 behind "
                + "fillstyle solid 1.0 noborder fillcolor rgb '\(Colours.gap)'")
        if panel.isOfTwo, let border = panel.networks.firstIndex(where: { $0 != panel.networks[0] }) {
            let share = Double(border) / Double(count)
            drawing.line(
                from: (frame.left + share * frame.width, frame.bottom),
                to: (frame.left + share * frame.width, frame.top), colour: "#ffffff", width: 0.8)
            drawing.line(
                from: (frame.left, frame.bottom + share * frame.height),
                to: (frame.right, frame.bottom + share * frame.height), colour: "#ffffff",
                width: 0.8)
        }
        drawing.plot(["\(data) using 1:2:3 with @cells"])
    }

    private func drawBar(beside panel: Frame, on drawing: inout Drawing) {
        let left = panel.right + 9
        drawing.add(
            "set colorbox vertical user origin \(drawing.screen(left, panel.bottom)) "
                + "size \(drawing.screen(Self.bar, panel.height)) noborder")
        drawing.add("set cbtics scale 0.4 format '' \(valueAxis.tickList)")
        for tick in valueAxis.ticks {
            drawing.text(
                tick.text, x: left + Self.bar + 4,
                y: panel.bottom + valueAxis.share(tick.position) * panel.height,
                size: Lettering.Size.tick)
        }
        drawing.text(
            "CKA", x: left + Self.bar + 4 + valueAxis.tickWidth + 2 + Drawing.labelRoom(["CKA"]) / 2,
            y: (panel.bottom + panel.top) / 2, size: Lettering.Size.label, alignment: .center,
            rotated: true)
    }

    private func drawTree(_ panel: Panel, in frame: Frame, on drawing: inout Drawing) {
        let legend = legend(panel)
        legend.draw(in: frame.inset(left: 8, right: 8), on: &drawing)
        let top = frame.top - legend.height(frame.width - 16) - Self.gap
        let size = Lettering.Size.contour
        let room = frame.width * 0.4
        let names = panel.names.map {
            panel.showsNames ? Lettering.shortened($0, size: size, limit: room) : ""
        }
        let widest = names.map { Lettering.width($0, size: size) }.max() ?? 0
        let axis = distanceAxis(panel)
        let area = Frame(
            left: frame.left + 6 + widest + 4, bottom: top - panel.treeHeight,
            right: frame.right - axis.tickWidth / 2 - 4, top: top)
        let order = panel.leaves
        let step = area.height / Double(order.count)
        for (place, unit) in order.enumerated() {
            let network = panel.distinctNetworks.firstIndex(of: panel.networks[unit]) ?? 0
            drawing.text(
                names[unit], x: area.left - 4, y: area.top - (Double(place) + 0.5) * step, size: size,
                alignment: .right, colour: panel.isOfTwo ? Colours.category(network) : "#000000")
        }
        let lines = panel.tree(order)
        let data = drawing.block(
            "tree", comment: "\(panel.title): distance, place".oneLine,
            rows: Array(
                lines.map { $0.map { "\(Numerals.datum($0.x)) \(Numerals.datum($0.y))" } }
                    .joined(separator: [""])))
        var vertical = Axis(range: 0...Double(order.count), label: "")
        vertical.ticks = []
        drawing.openPanel(area, horizontal: axis, vertical: vertical, showsVerticalTicks: false)
        drawing.add("unset ytics")
        drawing.add("set border 1")
        drawing.plot(["\(data) using 1:2 with lines linewidth 0.8 linecolor rgb '#000000'"])
    }
}

extension SimilarityFigure.Panel {
    fileprivate init(_ record: Record, title: String) throws(FigureError) {
        guard case .texts(let networks)? = record.table("units")?.column("network")?.values,
            case .texts(let names)? = record.table("units")?.column("unit")?.values,
            let similarity = record.table("pairs")?.column("cka")?.values.numbers,
            similarity.count == names.count * names.count, !names.isEmpty,
            let joins = record.table("joins"),
            let first = joins.column("first_cluster")?.values.numbers,
            let second = joins.column("second_cluster")?.values.numbers,
            let distance = joins.column("distance")?.values.numbers,
            joins.count == 0 || joins.count == names.count - 1
        else {
            throw .nothingToDraw(
                figure: title, reason: "no pairs of units",
                remedy: "check the file with `saddle inspect`")
        }
        (self.title, self.networks, self.names, self.similarity) = (title, networks, names, similarity)
        self.joins = (0..<joins.count).map {
            .init(first: Int(first[$0]), second: Int(second[$0]), distance: distance[$0])
        }
        var loose = Set(0..<names.count)
        for (place, join) in self.joins.enumerated() {
            defer { loose.insert(names.count + place) }
            guard loose.remove(join.first) != nil, loose.remove(join.second) != nil else {
                throw .nothingToDraw(
                    figure: title, reason: "a join of clusters that are not there",
                    remedy: "check the file with `saddle inspect`")
            }
        }
    }

    var distinctNetworks: [String] {
        networks.enumerated().filter { networks.firstIndex(of: $1) == $0 }.map(\.element)
    }

    var isOfTwo: Bool { distinctNetworks.count > 1 }

    /// Whether there is room for the name of each unit.
    var showsNames: Bool { names.count <= 90 }

    /// The height of the tree, in points.
    var treeHeight: Double { max(Double(names.count) * (showsNames ? 6.4 : 2), 40) }

    /// The units from the top down, so that no lines of the tree cross.
    var leaves: [Int] {
        func under(_ cluster: Int) -> [Int] {
            guard cluster >= names.count else { return [cluster] }
            let join = joins[cluster - names.count]
            return under(join.first) + under(join.second)
        }
        return under(names.count + joins.count - 1)
    }

    /// A bracket for each join: from one cluster's distance to the join's, along it and back.
    func tree(_ order: [Int]) -> [[(x: Double, y: Double)]] {
        var places = [Double](repeating: 0, count: names.count)
        for (place, unit) in order.enumerated() {
            places[unit] = Double(order.count - place) - 0.5
        }
        var distances = [Double](repeating: 0, count: names.count)
        return joins.map { join in
            let (a, b) = (places[join.first], places[join.second])
            defer {
                places.append((a + b) / 2)
                distances.append(join.distance)
            }
            return [
                (distances[join.first], a), (join.distance, a), (join.distance, b),
                (distances[join.second], b),
            ]
        }
    }
}
