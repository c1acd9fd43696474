import Foundation

/// gnuplot's projection of a box, written out so that a box can be fitted into a frame.
///
/// With margins given as shares of the page, gnuplot maps the unit cube to the plotting area:
/// with elevation e and azimuth a, u and v from -1/2 to 1/2 along the axes of the base and w within
/// half of the height ratio,
///
///     across = s·(-u sin a + v cos a),   up = s·(w cos e - (u cos a + v sin a) sin e)
///
/// where s is the side of the plotting area, here always a square.
struct BoxProjection {
    /// In radians.
    var elevation: Double
    /// In radians.
    var azimuth: Double
    /// The height of the box in units of the sides of its base.
    var heightRatio: Double
    /// The side s of the square plotting area, in points.
    var side: Double

    /// The half width of the base seen from above its diagonal, in units of s.
    private var halfBase: Double { (sin(azimuth) + cos(azimuth)) / 2 }

    /// The largest box that fits into a frame of `width` x `height` points.
    init(elevation: Double, azimuth: Double, width: Double, height: Double) {
        self.elevation = elevation * .pi / 180
        self.azimuth = azimuth * .pi / 180
        heightRatio = 1
        side = 1
        let base = 2 * halfBase
        side = width / base
        let free = height / side - base * sin(self.elevation)
        heightRatio = min(max(free / max(cos(self.elevation), 1e-6), 0.35), 1)
        side = min(side, height / (base * sin(self.elevation) + heightRatio * cos(self.elevation)))
    }

    /// The square plotting area whose box stands centred in the frame.
    func area(in frame: Frame) -> Frame {
        let centreX = (frame.left + frame.right) / 2
        let centreY = (frame.bottom + frame.top) / 2
        return Frame(
            left: centreX - side / 2, bottom: centreY - side / 2, right: centreX + side / 2,
            top: centreY + side / 2)
    }

    /// Where a point of the box stands beside the middle of the plotting area, in points.
    ///
    /// - Parameters:
    ///   - u: along the first axis of the base, -1/2 to 1/2.
    ///   - v: along the second.
    ///   - height: from 0 at the floor to 1 at the ceiling.
    func place(_ u: Double, _ v: Double, _ height: Double) -> SIMD2<Double> {
        let w = heightRatio * (height - 0.5)
        return side * SIMD2(
            v * cos(azimuth) - u * sin(azimuth),
            w * cos(elevation) - (u * cos(azimuth) + v * sin(azimuth)) * sin(elevation))
    }
}

/// The numbers along three edges of a box: none lies on another or on the box.
struct BoxNumbers {
    /// A number and the middle of its place, in points.
    struct Number {
        var text: String
        var box: Frame
    }

    private(set) var numbers: [Number] = []

    /// Numbers at the front edge (second axis), the right edge (first axis) and, where they are
    /// wanted, the left upright edge (values).
    init(
        _ box: BoxProjection, in area: Frame, first: Axis, second: Axis, values: Axis?
    ) {
        let middle = SIMD2((area.left + area.right) / 2, (area.bottom + area.top) / 2)
        for tick in values?.ticks ?? [] {
            let place = middle + box.place(0.5, -0.5, values?.share(tick.position) ?? 0)
            add(
                tick.text,
                Drawing.box(
                    tick.text, x: place.x - 4, y: place.y, size: Lettering.Size.tick,
                    alignment: .right))
        }
        let (sine, cosine) = (sin(box.azimuth), cos(box.azimuth))
        let lean = sin(box.elevation)
        for tick in second.ticks {
            let place = middle + box.place(0.5, second.share(tick.position) - 0.5, 0)
            add(tick.text, beside: place, outwards: SIMD2(-sine * lean, -cosine))
        }
        for tick in first.ticks {
            let place = middle + box.place(first.share(tick.position) - 0.5, 0.5, 0)
            add(tick.text, beside: place, outwards: SIMD2(cosine * lean, -sine))
        }
    }

    private mutating func add(
        _ text: String, beside place: SIMD2<Double>, outwards: SIMD2<Double>
    ) {
        let length = (outwards * outwards).sum().squareRoot()
        // An edge that is seen as a point has no side.
        guard length > 1e-3 else { return }
        let normal = outwards / length
        let half = SIMD2(
            Lettering.width(text, size: Lettering.Size.tick) / 2, Lettering.Size.tick / 2)
        let reach = 3 + abs(normal.x) * half.x + abs(normal.y) * half.y
        let centre = place + reach * normal
        add(
            text,
            Drawing.box(
                text, x: centre.x, y: centre.y, size: Lettering.Size.tick, alignment: .center))
    }

    private mutating func add(_ text: String, _ box: Frame) {
        guard !numbers.contains(where: { $0.box.touches(box, gap: 1.5) }) else { return }
        numbers.append(Number(text: text, box: box))
    }

    /// How far numbers stand out of a frame at its left, bottom and right, in points.
    func overhang(_ frame: Frame) -> (left: Double, bottom: Double, right: Double) {
        numbers.reduce((0, 0, 0)) { most, number in
            (
                max(most.0, frame.left - number.box.left),
                max(most.1, frame.bottom - number.box.bottom),
                max(most.2, number.box.right - frame.right)
            )
        }
    }
}

extension LandscapeFigure {
    /// Draws one panel as a surface in a box, seen from elevation and azimuth.
    func drawSurface(
        _ panel: LandscapePanel, in cell: Frame, titleRoom: Double, isFirst: Bool,
        on drawing: inout Drawing
    ) {
        let data = drawing.block(
            "surface", comment: "\(panel.title): x y value; NaN is a gap".oneLine,
            rows: panel.rows)
        let x = span(panel.horizontal)
        let y = span(panel.vertical)
        let (first, second) = (
            Axis(range: x, label: "", tickCount: 2), Axis(range: y, label: "", tickCount: 2)
        )
        // Numbers stand outside the box, which shrinks until they lie in the cell.
        var frame = cell
        func fitted() -> (box: BoxProjection, area: Frame) {
            let box = BoxProjection(
                elevation: view.elevation, azimuth: view.azimuth, width: frame.width,
                height: frame.height)
            return (box, box.area(in: frame))
        }
        for _ in 0..<4 {
            let (box, area) = fitted()
            let out = BoxNumbers(box, in: area, first: first, second: second, values: nil)
                .overhang(cell)
            frame = frame.inset(left: out.left, bottom: out.bottom, right: out.right)
        }
        let (box, area) = fitted()
        drawing.setArea(area)
        drawing.add("unset key")
        drawing.add("set border 0 linewidth 0.6")
        drawing.add("unset xtics; unset ytics; unset ztics")
        drawing.add(
            "set view \(90 - view.elevation),\(90 + view.azimuth),1,\(box.heightRatio)")
        drawing.add("set xrange [\(x.lowerBound):\(x.upperBound)]")
        drawing.add("set yrange [\(y.lowerBound):\(y.upperBound)]")
        drawing.add("set zrange \(valueAxis.rangeList)")
        if view.scale == .logarithmic { drawing.add("set logscale zcb 10") }
        drawing.add("set xyplane at \(valueAxis.range.lowerBound)")
        drawing.add("set pm3d depthorder clip z border linecolor rgb '#202020' linewidth 0.12")
        drawBox(panel, x: x, y: y, on: &drawing)
        let numbers = BoxNumbers(
            box, in: area, first: first, second: second, values: isFirst ? valueAxis : nil)
        for number in numbers.numbers {
            drawing.text(
                number.text, x: (number.box.left + number.box.right) / 2,
                y: (number.box.bottom + number.box.top) / 2, size: Lettering.Size.tick,
                alignment: .center)
        }
        drawing.panelTitle(panel.title, over: cell, room: titleRoom)
        if let centre = panel.centre, valueAxis.range.contains(centre) {
            for (size, colour) in Drawing.centreMark {
                drawing.add(
                    "set label '' at first 0,0,\(centre) point pointtype 7 pointsize \(size) "
                        + "linecolor rgb '\(colour)' front")
            }
        }
        drawing.plot(["\(data) using 1:2:3 with pm3d"], command: "splot")
    }

    private func span(_ offsets: [Double]) -> ClosedRange<Double> {
        let low = offsets.min() ?? -1
        let high = offsets.max() ?? 1
        return low...(high > low ? high : low + 1)
    }

    /// Draws the floor and the back walls' lines at the ticks.
    private func drawBox(
        _ panel: LandscapePanel, x: ClosedRange<Double>, y: ClosedRange<Double>,
        on drawing: inout Drawing
    ) {
        let floor = valueAxis.range.lowerBound
        let ceiling = valueAxis.range.upperBound
        func edge(
            _ from: (Double, Double, Double), _ to: (Double, Double, Double),
            colour: String = "#000000", width: Double = 0.6
        ) {
            drawing.add(
                "set arrow from first \(from.0),\(from.1),\(from.2) "
                    + "to first \(to.0),\(to.1),\(to.2) nohead back "
                    + "linecolor rgb '\(colour)' linewidth \(width)")
        }
        // The eye is on the side of large x and y, so the walls at the small ends lie behind.
        for tick in valueAxis.ticks {
            let z = tick.position
            edge((x.lowerBound, y.lowerBound, z), (x.lowerBound, y.upperBound, z),
                colour: Colours.faint, width: 0.4)
            edge((x.upperBound, y.lowerBound, z), (x.lowerBound, y.lowerBound, z),
                colour: Colours.faint, width: 0.4)
        }
        edge((x.lowerBound, y.lowerBound, floor), (x.lowerBound, y.lowerBound, ceiling),
            colour: Colours.faint)
        edge((x.lowerBound, y.upperBound, floor), (x.lowerBound, y.upperBound, ceiling),
            colour: Colours.faint)
        edge((x.lowerBound, y.lowerBound, floor), (x.lowerBound, y.upperBound, floor))
        edge((x.upperBound, y.lowerBound, floor), (x.lowerBound, y.lowerBound, floor))
        edge((x.upperBound, y.lowerBound, floor), (x.upperBound, y.upperBound, floor))
        edge((x.upperBound, y.upperBound, floor), (x.lowerBound, y.upperBound, floor))
        edge((x.upperBound, y.lowerBound, floor), (x.upperBound, y.lowerBound, ceiling))
    }
}

extension String {
    /// The text without line ends, for a comment in a script.
    var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
