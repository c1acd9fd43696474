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
}

extension LandscapeFigure {
    /// Draws one panel as a surface in a box, seen from elevation and azimuth.
    func drawSurface(
        _ panel: LandscapePanel, in cell: Frame, isFirst: Bool, on drawing: inout Drawing
    ) {
        let data = drawing.block(
            "surface", comment: "\(panel.title): x y value; NaN is a gap".oneLine,
            rows: panel.rows)
        // Numbers stand outside the box: below its front edge and right of its short edge.
        let frame = cell.inset(bottom: 16, right: 12)
        let box = BoxProjection(
            elevation: options.elevation, azimuth: options.azimuth, width: frame.width,
            height: frame.height)
        drawing.setArea(box.area(in: frame))
        drawing.add("unset key")
        drawing.add("set border 0 linewidth 0.6")
        drawing.add("unset xtics; unset ytics; unset ztics")
        drawing.add(
            "set view \(90 - options.elevation),\(90 + options.azimuth),1,\(box.heightRatio)")
        let x = span(panel.horizontal)
        let y = span(panel.vertical)
        drawing.add("set xrange [\(x.lowerBound):\(x.upperBound)]")
        drawing.add("set yrange [\(y.lowerBound):\(y.upperBound)]")
        drawing.add("set zrange \(valueAxis.rangeList)")
        if options.scale == .logarithmic { drawing.add("set logscale zcb 10") }
        drawing.add("set xyplane at \(valueAxis.range.lowerBound)")
        drawing.add("set pm3d depthorder border linecolor rgb '#202020' linewidth 0.12")
        drawBox(panel, x: x, y: y, showsValues: isFirst, on: &drawing)
        let title = Lettering.shortened(
            panel.title, size: Lettering.Size.title, limit: cell.width - 4)
        drawing.text(
            title, x: (frame.left + frame.right) / 2,
            y: cell.top + Lettering.Size.title * 0.8, size: Lettering.Size.title,
            alignment: .center)
        if let centre = panel.centre {
            for (size, colour) in [(0.55, "#000000"), (0.38, "#ffffff")] {
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

    /// Draws the floor, the back walls' lines at the ticks, and the numbers along three edges.
    private func drawBox(
        _ panel: LandscapePanel, x: ClosedRange<Double>, y: ClosedRange<Double>,
        showsValues: Bool, on drawing: inout Drawing
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
        let across = x.upperBound - x.lowerBound
        let along = y.upperBound - y.lowerBound
        func number(
            _ text: String, _ place: (Double, Double, Double), _ alignment: Drawing.Alignment,
            offset: (Double, Double) = (0, 0)
        ) {
            drawing.add(
                "set label \(Lettering.quoted(text)) at first \(place.0),\(place.1),\(place.2) "
                    + "\(alignment.rawValue) noenhanced font ',\(Lettering.Size.tick)' "
                    + "offset character \(offset.0),\(offset.1) front")
        }
        for tick in Axis(range: y, label: "", tickCount: 2).ticks {
            number(tick.text, (x.upperBound + 0.1 * across, tick.position, floor), .center,
                offset: (0, -0.6))
        }
        for tick in Axis(range: x, label: "", tickCount: 2).ticks {
            number(tick.text, (tick.position, y.upperBound + 0.05 * along, floor), .left,
                offset: (0, -0.35))
        }
        if showsValues {
            for tick in valueAxis.ticks {
                edge((x.upperBound, y.lowerBound, tick.position),
                    (x.upperBound, y.lowerBound - 0.025 * along, tick.position))
                number(tick.text, (x.upperBound, y.lowerBound - 0.05 * along, tick.position),
                    .right)
            }
        }
    }
}

extension String {
    /// The text without line ends, for a comment in a script.
    var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
